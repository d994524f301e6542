import { ApiProperty, Integer, QueryTime, Uuid } from '../../../platform/http/http.public.js';
import type { BalanceAlert } from '../domain/balance-alert.js';
import type { BalancesAt } from '../domain/book-over-time.js';

export class BalanceQuery {
  @Uuid({ optional: true, description: 'For operators: the merchant that the balance belongs to.' })
  merchant_id?: string;

  @QueryTime({ description: 'The balance at this instant, which must not be in the future. If omitted: now.' })
  as_of?: Date;
}

export class BalanceDocument {
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ enum: ['INR'] }) currency!: 'INR';
  @ApiProperty({ type: 'integer', format: 'int64', example: 950_000, description: 'Available for payouts.' })
  available_paise!: bigint;
  @ApiProperty({ type: 'integer', format: 'int64', example: 50_000, description: 'Held for open payouts and refunds.' })
  held_paise!: bigint;
  @ApiProperty({ type: 'integer', format: 'int64', example: 1_000_000 }) total_paise!: bigint;
  @ApiProperty({
    format: 'date-time',
    description: 'The instant of this balance. Everything dated up to then is included.',
  })
  as_of!: string;
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    example: 118,
    description:
      'The last ledger transaction that is included; 0 if there is none. Of two balances, the one with the higher ' +
      '`seq` is newer.',
  })
  seq!: number;
}

export function balanceView(merchantId: string, asOf: Date, { seq, accounts }: BalancesAt): BalanceDocument {
  const { available, held } = accounts;
  return {
    merchant_id: merchantId,
    currency: 'INR',
    available_paise: available,
    held_paise: held,
    total_paise: available + held,
    as_of: asOf.toISOString(),
    seq,
  };
}

const THRESHOLD = { type: 'integer', format: 'int64', example: 5_000_000 } as const;

export class SetBalanceAlertBody {
  @Integer({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    nullable: true,
    optional: false,
    description: 'Null: no event for any balance.',
    example: 5_000_000,
  })
  threshold_paise!: number | null;
}

export class BalanceAlertDocument {
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ ...THRESHOLD, nullable: true, description: 'Null: no event for any balance.' }) threshold_paise!:
    bigint | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: it was never set.' })
  updated_at!: string | null;
}

export function balanceAlertView(
  merchantId: string,
  { thresholdPaise, updatedAt }: BalanceAlert,
): BalanceAlertDocument {
  return { merchant_id: merchantId, threshold_paise: thresholdPaise, updated_at: updatedAt?.toISOString() ?? null };
}

/** Only describes, for OpenAPI, what `balance.low` shows. */
export class BalanceLowDocument {
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ enum: ['INR'] }) currency!: 'INR';
  @ApiProperty({ type: 'integer', format: 'int64', example: 4_950_000 }) available_paise!: number;
  @ApiProperty({ type: 'integer', format: 'int64', example: 50_000 }) held_paise!: number;
  @ApiProperty({ ...THRESHOLD, description: 'The threshold below which the balance has fallen.' })
  threshold_paise!: number;
  @ApiProperty({ format: 'date-time', description: 'When the movement was made.' }) as_of!: string;
  @ApiProperty({ type: 'integer', format: 'int64', example: 118, description: 'The transaction’s number in the book.' })
  seq!: number;
}
