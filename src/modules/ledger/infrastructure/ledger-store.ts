import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  type BookTableStore,
  bound,
  type BoundTo,
  type LoadedRow,
  type StagedRow,
  type Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { ledgerCauses, ledgerHeads, ledgerTransactions, type PostedCause } from '../domain/ledger-tables.js';
import type { LedgerHead } from '../domain/ledger.js';
import { type Account, ACCOUNTS, GENESIS, type Transaction } from '../domain/transaction.js';
import { entries, transactions } from './ledger-rows.js';

const lastBalanceOf = (account: Account): string => `
  LEFT JOIN LATERAL (
    SELECT balance_paise FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = '${account}' AND ${bound('e.merchant_id', 2)}
    ORDER BY e.seq DESC LIMIT 1
  ) ${account} ON true`;

/** One row per book: converting a row in the driver costs more than finding it. */
const HEADS = `
  SELECT b.merchant_id, t.seq, t.id, t.hash, w.threshold_paise,
    ${ACCOUNTS.map((account) => `${account}.balance_paise AS ${account}`).join(', ')}
  FROM books b
  LEFT JOIN LATERAL (
    SELECT seq, id, hash FROM ledger_transactions t
    WHERE t.merchant_id = b.merchant_id AND ${bound('t.merchant_id', 2)} ORDER BY seq DESC LIMIT 1
  ) t ON true
  LEFT JOIN LATERAL (
    SELECT threshold_paise FROM balance_alerts w WHERE w.merchant_id = b.merchant_id AND ${bound('w.merchant_id', 2)} LIMIT 1
  ) w ON true
  ${ACCOUNTS.map(lastBalanceOf).join('')}
  WHERE b.merchant_id = ANY($1::uuid[])`;

interface HeadRow extends Readonly<Record<Account, string | null>> {
  readonly merchant_id: string;
  readonly seq: string | null;
  readonly id: string | null;
  readonly hash: Buffer | null;
  readonly threshold_paise: string | null;
}

/**
 * Reads the heads of the batch's books. Heads are not stored: the last transaction and the last entries are the head.
 */
@Injectable()
export class LedgerHeadStore implements BookTableStore<LedgerHead> {
  readonly table = ledgerHeads;
  readonly everyBook = true;

  async load(
    sql: Sql,
    merchantIds: readonly string[],
    _keys: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<LedgerHead>[]> {
    const rows = await sql.query<HeadRow>(HEADS, [merchantIds, boundTo]);
    return rows.map((row) => ({ merchantId: row.merchant_id, key: '', row: headOf(row) }));
  }

  lastId(head: LedgerHead): string | null {
    return head.id;
  }
}

function headOf(row: HeadRow): LedgerHead {
  return {
    seq: Number(row.seq ?? 0),
    id: row.id,
    hash: row.hash ?? GENESIS,
    balances: {
      available: BigInt(row.available ?? 0),
      held: BigInt(row.held ?? 0),
      paid_out: BigInt(row.paid_out ?? 0),
      received: BigInt(row.received ?? 0),
      fees: BigInt(row.fees ?? 0),
      taxes: BigInt(row.taxes ?? 0),
    },
    lowBelowPaise: row.threshold_paise === null ? null : BigInt(row.threshold_paise),
  };
}

/** Appends what the batch's decisions have posted. */
@Injectable()
export class LedgerTransactionStore implements BookTableStore<Transaction> {
  readonly table = ledgerTransactions;

  /** Nothing to read: new transactions only follow the head. */
  load(): Promise<LoadedRow<Transaction>[]> {
    return Promise.resolve([]);
  }

  /**
   * Entries come first: the trigger on the transactions requires theirs, and makes the database check at once that each
   * entry has its transaction.
   */
  flush(staged: readonly StagedRow<Transaction>[], boundTo: BoundTo): Statement[] {
    const t = staged.map(({ row }) => row);
    const e = t.flatMap(({ merchantId, seq, entries: all }) => all.map((entry) => ({ merchantId, seq, ...entry })));
    return [entries.insertOf(e, boundTo), transactions.insertOf(t, boundTo)];
  }
}

interface CauseRow {
  readonly merchant_id: string;
  readonly key: string;
  readonly seq: string;
  readonly available_paise: string | null;
  readonly request_digest: Buffer | null;
  readonly created_at: Date;
}

/**
 * Finds what was already posted for a cause, so that a repeated command posts nothing.
 * The merchant is compared as text, so that only the index that begins with the reference can be used: without
 * statistics the planner considers the primary key just as good, and reads the merchant's whole history.
 */
@Injectable()
export class LedgerCauseStore implements BookTableStore<PostedCause> {
  readonly table = ledgerCauses;

  async load(
    sql: Sql,
    merchantIds: readonly string[],
    keys: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<PostedCause>[]> {
    // A separate query, because the row concerns all merchants: nodes do not have this table.
    const asked = sql.query<{ undigested_until: Date }>('SELECT undigested_until FROM hold_digests');
    const found = sql.query<CauseRow>(
      `SELECT t.merchant_id, k.kind || '|' || k.id AS key, t.seq, e.amount_paise AS available_paise, t.request_digest,
         t.created_at
       FROM (SELECT merchant_id, split_part(key, '|', 1) AS kind, substr(key, strpos(key, '|') + 1) AS id
             FROM unnest($1::uuid[], $2::text[]) AS u(merchant_id, key)) k
       JOIN ledger_transactions t ON t.reference_id = k.id AND t.kind = k.kind AND t.merchant_id::text = k.merchant_id::text
       LEFT JOIN ledger_entries e ON e.merchant_id = t.merchant_id AND e.account = 'available' AND e.seq = t.seq
         AND ${bound('e.merchant_id', 3)}
       WHERE ${bound('t.merchant_id', 3)}`,
      [merchantIds, keys, boundTo],
    );
    const [rows, [digests]] = await Promise.all([found, asked]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      key: row.key,
      row: {
        seq: Number(row.seq),
        availablePaise: BigInt(row.available_paise ?? 0),
        requestDigest: row.request_digest?.toString('hex') ?? null,
        mayLackDigest: digests !== undefined && row.created_at < digests.undigested_until,
      },
    }));
  }
}
