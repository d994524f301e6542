import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.public.js';
import { type Balances, LedgerReader, type StatementLine, type StatementSlice } from '../domain/ledger-reader.js';
import { type Account, ACCOUNTS, type Cause, type TransactionKind } from '../domain/transaction.js';

/** The balance is the last entry's; one look-up in the index for each account. */
const BALANCES = `
  SELECT a.balance_paise AS available, h.balance_paise AS held
  FROM books b
  LEFT JOIN LATERAL (
    SELECT balance_paise FROM ledger_entries e WHERE e.merchant_id = b.merchant_id AND e.account = 'available'
    ORDER BY e.seq DESC LIMIT 1
  ) a ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise FROM ledger_entries e WHERE e.merchant_id = b.merchant_id AND e.account = 'held'
    ORDER BY e.seq DESC LIMIT 1
  ) h ON true
  WHERE b.merchant_id = $1`;

interface LineRow {
  readonly seq: string;
  readonly account: Account;
  readonly amount_paise: string;
  readonly balance_paise: string;
  readonly id: string;
  readonly kind: TransactionKind;
  readonly reference_type: Cause['type'];
  readonly reference_id: string;
  readonly created_at: Date;
}

@Injectable()
export class SqlLedgerReader extends LedgerReader {
  constructor(private readonly database: Database) {
    super();
  }

  async balances(merchantId: string): Promise<Balances | null> {
    const [row] = await this.database.query<{ available: string | null; held: string | null }>(BALANCES, [merchantId]);
    if (row === undefined) return null;
    return { availablePaise: BigInt(row.available ?? 0), heldPaise: BigInt(row.held ?? 0) };
  }

  async statement(merchantId: string, account: Account | null, slice: StatementSlice): Promise<StatementLine[]> {
    const { order, take, offset, after, before } = slice;
    const [seq = null, at = null] = (after ?? before)?.split(':') ?? [];
    const beyond = before === null ? '<' : '>';
    // Each account is read through its own stretch of the index and no further than the page needs.
    const rows = await this.database.query<LineRow>(
      `SELECT e.seq, e.account, e.amount_paise, e.balance_paise, t.id, t.kind, t.reference_type, t.reference_id, t.created_at
       FROM unnest($2::text[]) AS wanted(account)
       CROSS JOIN LATERAL (
         SELECT * FROM ledger_entries e
         WHERE e.merchant_id = $1 AND e.account = wanted.account
           AND ($3::bigint IS NULL OR e.seq ${beyond} $3 OR (e.seq = $3 AND e.account ${beyond} $4))
         ORDER BY e.seq ${order} LIMIT $5
       ) e
       JOIN ledger_transactions t ON t.merchant_id = e.merchant_id AND t.seq = e.seq
       ORDER BY e.seq ${order}, e.account ${order} LIMIT $6 OFFSET $7`,
      [merchantId, account === null ? ACCOUNTS : [account], seq, at, take + offset, take, offset],
    );
    return rows.map((row) => ({
      seq: Number(row.seq),
      transactionId: row.id,
      account: row.account,
      kind: row.kind,
      amountPaise: BigInt(row.amount_paise),
      balanceAfterPaise: BigInt(row.balance_paise),
      cause: { type: row.reference_type, id: row.reference_id },
      createdAt: row.created_at,
    }));
  }
}
