import { type ListStatement, merchantAsText } from '../../../platform/database/database.public.js';
import type { StatementFilter, StatementLine, StatementSlice } from '../domain/ledger-reader.js';
import { type Account, ACCOUNTS, type Cause, type TransactionKind } from '../domain/transaction.js';

export interface LineRow {
  readonly seq: string;
  readonly account: Account;
  readonly amount_paise: string;
  readonly balance_paise: string;
  readonly id: string;
  readonly kind: TransactionKind;
  readonly reference_type: Cause['type'];
  readonly reference_id: string;
  readonly reverses_seq: string | null;
  readonly reason: string | null;
  readonly created_at: Date;
}

const COLUMNS = `e.seq, e.account, e.amount_paise, e.balance_paise, t.id, t.kind, t.reference_type, t.reference_id,
      t.reverses_seq, t.reason, t.created_at`;

const NARROWER_BY = 'Name one `account`, and follow `next` instead of using a high `offset`.';

/**
 * A page after a key starts at the key's own transaction, of which other accounts may be left. The first page has no
 * key: a condition that is always true would keep the index from being used.
 */
function beyond(order: 'ASC' | 'DESC', hasKey: boolean): string {
  const than = order === 'DESC' ? '<' : '>';
  return hasKey ? `AND e.seq ${than}= $8 AND (e.seq <> $8 OR e.account ${than} $9)` : '';
}

/** Each account is read through its own range of the index, no further than the page needs. */
const ofPeriod = (order: 'ASC' | 'DESC', hasKey: boolean): string => `
    SELECT ${COLUMNS}
    FROM (
      SELECT e.* FROM unnest($2::text[]) AS wanted(account)
      CROSS JOIN LATERAL (
        SELECT * FROM ledger_entries e
        WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq > $6 AND e.seq <= $7 ${beyond(order, hasKey)}
        ORDER BY e.seq ${order} LIMIT $3
      ) e
      ORDER BY e.seq ${order}, e.account ${order} LIMIT $4 OFFSET $5
    ) e
    CROSS JOIN LATERAL (SELECT * FROM ledger_transactions t WHERE t.merchant_id = $1 AND t.seq = e.seq OFFSET 0) t
    ORDER BY e.seq ${order}, e.account ${order}`;

/**
 * A cause has one transaction of each kind. The merchant is compared as text, for the reason given at
 * `LedgerCauseStore`.
 * @param first the number of the parameter with the cause's id; its type and the merchants that the statement is bound
 *   to follow
 */
const ofCause = (order: 'ASC' | 'DESC', hasKey: boolean, first: number): string => `
    SELECT ${COLUMNS}
    FROM ledger_transactions t
    CROSS JOIN unnest($2::text[]) AS wanted(account)
    CROSS JOIN LATERAL (
      SELECT * FROM ledger_entries e
      WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq = t.seq LIMIT $3
    ) e
    WHERE t.reference_id = $${first} AND t.reference_type = $${first + 1} AND ${merchantAsText('t.merchant_id', 1, first + 2)}
      AND t.seq > $6 AND t.seq <= $7 ${beyond(order, hasKey)}
    ORDER BY e.seq ${order}, e.account ${order} LIMIT $4 OFFSET $5`;

export function statementLines(filter: StatementFilter, slice: StatementSlice): ListStatement {
  const { merchantId, account, afterSeq, upToSeq, cause } = filter;
  const { order, take, offset, after, before, askedBy } = slice;
  const key = (after ?? before)?.split(':') ?? [];
  const accounts = account === null ? ACCOUNTS : [account];
  const values = [merchantId, accounts, take + offset, take, offset, afterSeq, upToSeq, ...key];
  const hasKey = key.length > 0;
  if (cause === null) return { text: ofPeriod(order, hasKey), values, askedBy, narrowerBy: NARROWER_BY };
  const text = ofCause(order, hasKey, values.length + 1);
  const of = { merchantId, boundAt: values.length + 2 };
  return { text, values: [...values, cause.id, cause.type, null], of, askedBy, narrowerBy: NARROWER_BY };
}

const COUNT = `
    SELECT count(*)::int AS count FROM (
      SELECT FROM unnest($2::text[]) AS wanted(account)
      CROSS JOIN LATERAL (
        SELECT FROM ledger_entries e
        WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq > $3 AND e.seq <= $4 LIMIT $5
      ) e
      LIMIT $5
    ) counted`;

export function lineCount(filter: Omit<StatementFilter, 'cause'>, upTo: number, askedBy: string): ListStatement {
  const { merchantId, account, afterSeq, upToSeq } = filter;
  const values = [merchantId, account === null ? ACCOUNTS : [account], afterSeq, upToSeq, upTo];
  return { text: COUNT, values, askedBy, narrowerBy: 'Ask for a shorter period.' };
}

export function lineOf(row: LineRow): StatementLine {
  return {
    seq: Number(row.seq),
    transactionId: row.id,
    account: row.account,
    kind: row.kind,
    amountPaise: BigInt(row.amount_paise),
    balanceAfterPaise: BigInt(row.balance_paise),
    cause: { type: row.reference_type, id: row.reference_id },
    reversesSeq: row.reverses_seq === null ? null : Number(row.reverses_seq),
    reason: row.reason,
    createdAt: row.created_at,
  };
}
