import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { ledgerCauses, ledgerHeads, ledgerTransactions, type PostedCause } from '../domain/ledger-tables.js';
import type { LedgerHead } from '../domain/ledger.js';
import { type Account, ACCOUNTS, GENESIS, type Transaction } from '../domain/transaction.js';
import { entries, transactions } from './ledger-rows.js';

const lastBalanceOf = (account: Account): string => `
  LEFT JOIN LATERAL (
    SELECT balance_paise FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = '${account}' ORDER BY e.seq DESC LIMIT 1
  ) ${account} ON true`;

/** One row for each book: what the driver makes of a row costs more than to find it. */
const HEADS = `
  SELECT b.merchant_id, t.seq, t.id, t.hash, w.threshold_paise,
    ${ACCOUNTS.map((account) => `${account}.balance_paise AS ${account}`).join(', ')}
  FROM books b
  LEFT JOIN LATERAL (
    SELECT seq, id, hash FROM ledger_transactions t
    WHERE t.merchant_id = b.merchant_id ORDER BY seq DESC LIMIT 1
  ) t ON true
  LEFT JOIN LATERAL (
    SELECT threshold_paise FROM balance_alerts w WHERE w.merchant_id = b.merchant_id LIMIT 1
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

/** One statement for both tables, so that the triggers see a transaction together with its entries. */
const APPEND = `
  WITH t AS (${transactions.insertion()})
  ${entries.insertion(transactions.width + 1)}`;

/**
 * Reads the heads of the batch's books. They are not stored: the last transaction and the last entries are the head.
 */
@Injectable()
export class LedgerHeadStore implements BookTableStore<LedgerHead> {
  readonly table = ledgerHeads;
  readonly everyBook = true;

  async load(sql: Sql, merchantIds: readonly string[]): Promise<LoadedRow<LedgerHead>[]> {
    const rows = await sql.query<HeadRow>(HEADS, [merchantIds]);
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

  flush(staged: readonly StagedRow<Transaction>[]): Statement[] {
    const t = staged.map(({ row }) => row);
    const e = t.flatMap(({ merchantId, seq, entries: all }) => all.map((entry) => ({ merchantId, seq, ...entry })));
    return [{ text: APPEND, values: [...transactions.valuesOf(t), ...entries.valuesOf(e)] }];
  }
}

/**
 * Finds what was already posted for a cause, so that a repeated command posts nothing.
 * The merchant is compared as text, so that only the index that begins with the reference can be used: without
 * statistics the planner takes the primary key for as good, and reads the merchant's whole history.
 */
@Injectable()
export class LedgerCauseStore implements BookTableStore<PostedCause> {
  readonly table = ledgerCauses;

  async load(sql: Sql, merchantIds: readonly string[], keys: readonly string[]): Promise<LoadedRow<PostedCause>[]> {
    const rows = await sql.query<{
      merchant_id: string;
      key: string;
      seq: string;
      available_paise: string | null;
      request_digest: Buffer | null;
      may_lack_digest: boolean | null;
    }>(
      `SELECT t.merchant_id, k.kind || '|' || k.id AS key, t.seq, e.amount_paise AS available_paise, t.request_digest,
         t.created_at < (SELECT undigested_until FROM hold_digests) AS may_lack_digest
       FROM (SELECT merchant_id, split_part(key, '|', 1) AS kind, substr(key, strpos(key, '|') + 1) AS id
             FROM unnest($1::uuid[], $2::text[]) AS u(merchant_id, key)) k
       JOIN ledger_transactions t ON t.reference_id = k.id AND t.kind = k.kind AND t.merchant_id::text = k.merchant_id::text
       LEFT JOIN ledger_entries e ON e.merchant_id = t.merchant_id AND e.account = 'available' AND e.seq = t.seq`,
      [merchantIds, keys],
    );
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      key: row.key,
      row: {
        seq: Number(row.seq),
        availablePaise: BigInt(row.available_paise ?? 0),
        requestDigest: row.request_digest?.toString('hex') ?? null,
        mayLackDigest: row.may_lack_digest === true,
      },
    }));
  }
}
