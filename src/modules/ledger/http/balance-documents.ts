import { ApiProperty, QueryTime, Uuid } from '../../../platform/http/http.public.js';
import type { BalancesAt } from '../domain/book-over-time.js';

export class BalanceQuery {
  @Uuid({ optional: true, description: 'Operators: the merchant whose balance it is.' })
  merchant_id?: string;

  @QueryTime({ description: 'The balance at this instant, which is not in the future; left out: now.' })
  as_of?: Date;
}

export class BalanceDocument {
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ enum: ['INR'] }) currency!: 'INR';
  @ApiProperty({ type: 'integer', format: 'int64', example: 950_000, description: 'Free to be paid out.' })
  available_paise!: bigint;
  @ApiProperty({ type: 'integer', format: 'int64', example: 50_000, description: 'Promised to open payouts.' })
  held_paise!: bigint;
  @ApiProperty({ type: 'integer', format: 'int64', example: 1_000_000 }) total_paise!: bigint;
  @ApiProperty({
    format: 'date-time',
    description: 'The instant for which it holds: everything dated until then counts.',
  })
  as_of!: string;
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    example: 118,
    description: 'The last ledger transaction that counts; 0: none does. A higher one is the newer balance.',
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
