import { ApiProperty, MerchantPageQuery, OneOf } from '../../../platform/http/http.public.js';
import type { StatementLine } from '../domain/ledger-reader.js';
import { type Account, ACCOUNTS, TRANSACTION_KINDS } from '../domain/transaction.js';

export class LedgerQuery extends MerchantPageQuery {
  @OneOf([...ACCOUNTS, 'all'], { optional: true, description: 'One account, `available` if left out, or all.' })
  account?: Account | 'all';
}

class ReferenceDocument {
  @ApiProperty({ enum: ['payout', 'payment', 'refund', 'adjustment'] }) type!: string;
  @ApiProperty({ example: '01890000-0000-7000-8000-0000000000c1' }) id!: string;
}

export class EntryDocument {
  @ApiProperty({
    type: 'integer',
    example: 2,
    description: 'The transaction’s place in the book: 1, 2, 3 … without gaps.',
  })
  seq!: number;
  @ApiProperty({ format: 'uuid' }) transaction_id!: string;
  @ApiProperty({ enum: ACCOUNTS }) account!: Account;
  @ApiProperty({ enum: TRANSACTION_KINDS }) kind!: string;
  @ApiProperty({ type: 'integer', format: 'int64', example: -50_000, description: 'Signed: what the account gains.' })
  amount_paise!: bigint;
  @ApiProperty({ type: 'integer', format: 'int64', example: 950_000 }) balance_after_paise!: bigint;
  @ApiProperty() reference!: ReferenceDocument;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
}

export function entryView(line: StatementLine): EntryDocument {
  return {
    seq: line.seq,
    transaction_id: line.transactionId,
    account: line.account,
    kind: line.kind,
    amount_paise: line.amountPaise,
    balance_after_paise: line.balanceAfterPaise,
    reference: line.cause,
    created_at: line.createdAt.toISOString(),
  };
}
