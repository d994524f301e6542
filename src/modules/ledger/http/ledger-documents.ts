import {
  ApiProperty,
  NotBeyond,
  OneOf,
  OwnedQuery,
  type Page,
  PageCursor,
  PageLimit,
  PageOffset,
  QueryTime,
  Text,
} from '../../../platform/http/http.public.js';
import type { StatementPeriod } from '../application/statements.js';
import type { StatementLine } from '../domain/ledger-reader.js';
import { type Account, ACCOUNTS, type Cause, CAUSE_TYPES, TRANSACTION_KINDS } from '../domain/transaction.js';
import type { StatementDocument } from './statement-documents.js';

const CAUSE = new RegExp(`^(?:${CAUSE_TYPES.join('|')}):.+$`);
export const ORDERS = ['newest_first', 'oldest_first'] as const;

/** The parameters that select the lines of a statement. */
export class StatementQuery extends OwnedQuery {
  @OneOf([...ACCOUNTS, 'all'], {
    optional: true,
    description: 'One account, or all of them. If omitted: `available`, or all if `cause` is given.',
  })
  account?: Account | 'all';

  @NotBeyond('to', 'after')
  @QueryTime({ description: 'Entries dated at this instant or later. Must not be after `to`.' })
  from?: Date;

  @QueryTime({ description: 'Entries dated before this instant.' })
  to?: Date;
}

export class LedgerQuery extends StatementQuery {
  @PageLimit() limit?: number;
  @PageCursor() cursor?: string;
  @PageOffset() offset?: number;

  @OneOf(ORDERS, { optional: true, description: 'If omitted: `newest_first`.' })
  order?: (typeof ORDERS)[number];

  @Text({
    max: 300,
    optional: true,
    only: CAUSE,
    means: `${CAUSE_TYPES.join(', ')}, then a colon and an id`,
    description: 'Only entries about this: the type and id that `reference` shows, separated by a colon.',
    example: 'payout:01890000-0000-7000-8000-0000000000c1',
  })
  cause?: string;
}

export function periodOf({ from, to }: StatementQuery): StatementPeriod {
  return { from: from ?? null, to: to ?? null };
}

/** Only adjustments have ids that are not Bahi's. */
export function causeOf(text: string): Cause {
  const colon = text.indexOf(':');
  const type = text.slice(0, colon) as Cause['type'];
  const id = text.slice(colon + 1);
  return { type, id: type === 'adjustment' ? id : id.toLowerCase() };
}

export interface LedgerPage extends Page<EntryDocument> {
  /** Null if the page shows only the lines of one cause. */
  readonly statement: StatementDocument | null;
}

class ReferenceDocument {
  @ApiProperty({ enum: CAUSE_TYPES }) type!: string;
  @ApiProperty({ example: '01890000-0000-7000-8000-0000000000c1' }) id!: string;
}

export class EntryDocument {
  @ApiProperty({
    type: 'integer',
    example: 2,
    description: 'The transaction’s number in the book: 1, 2, 3 … without gaps.',
  })
  seq!: number;
  @ApiProperty({ format: 'uuid' }) transaction_id!: string;
  @ApiProperty({ enum: ACCOUNTS }) account!: Account;
  @ApiProperty({ enum: TRANSACTION_KINDS }) kind!: string;
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    example: -50_000,
    description: 'Signed: positive if the account gains.',
  })
  amount_paise!: bigint;
  @ApiProperty({ type: 'integer', format: 'int64', example: 950_000 }) balance_after_paise!: bigint;
  @ApiProperty({ description: 'What the transaction is about.' }) reference!: ReferenceDocument;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: null,
    description: 'For money that came back: the transaction with which it had left.',
  })
  reverses_seq!: number | null;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why, if a person made the transaction.' })
  reason!: string | null;
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
    reverses_seq: line.reversesSeq,
    reason: line.reason,
    created_at: line.createdAt.toISOString(),
  };
}
