import { Injectable } from '@nestjs/common';
import { NIL_ID } from '../../../shared/ids.js';
import type { LedgerLine } from '../../../shared/audit/order-audit.js';
import {
  type BoundTo,
  Database,
  isUnreachable,
  merchantAsText,
  Placement,
  type Sql,
  sqlStateOf,
  table,
  template,
  unreachableNodes,
  value,
} from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import {
  type ArchiveSlice,
  type BookSnapshot,
  BookUnreachable,
  LedgerArchive,
  type NoBookSnapshot,
  type StoredHead,
} from '../domain/ledger-archive.js';
import { acknowledgedIn } from './sql-acknowledgements.js';
import { BookChecks, type CheckedBook, type LinesOf, type VerifiedUpTo } from '../domain/book-checks.js';
import type { SearchOptions } from '../domain/search-options.js';
import { type Account, ACCOUNTS, type Entry, type Transaction } from '../domain/transaction.js';
import { entries, transactions } from './ledger-rows.js';

/** Rows per read: about 1 MB, so that both memory and the number of round trips stay small. */
const SLICE = 2_000;

/** The ends of bigint: somebody who tampers may write entries before the first transaction and after the last. */
const FIRST_SEQ = '-9223372036854775808';
const LAST_SEQ = '9223372036854775807';

const SNAPSHOT = 'ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Some sums cover a whole book; no request waits for them. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000;

/** `query_canceled`: for example of a statement that ran too long. */
const CANCELED = '57014';

const MERCHANT_IDS = template`
  SELECT merchant_id FROM ${table('books')} b WHERE b.merchant_id > ${value(1)}::uuid ORDER BY b.merchant_id LIMIT ${value(2)}`;

const TRANSACTIONS = `
  SELECT ${transactions.list('t')} FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq > $2 ORDER BY t.seq LIMIT $3`;

const ENTRIES = `
  SELECT ${entries.list('e')} FROM ledger_entries e
  WHERE e.merchant_id = $1 AND e.account = ANY($2) AND e.seq > $3 AND e.seq <= $4`;

/**
 * Adjustments made under an order's id are not the order's. The merchant is compared as text, for the reason given at
 * `LedgerCauseStore`.
 */
const CAUSED = `
  SELECT ${transactions.list('t')} FROM ledger_transactions t
  WHERE t.reference_id = ANY($2) AND t.kind <> 'adjustment' AND ${merchantAsText('t.merchant_id', 1, 3)}
  ORDER BY t.seq`;

const ENTRIES_OF = `
  SELECT ${entries.list('e')} FROM ledger_entries e
  WHERE e.merchant_id = $1 AND e.account = ANY($2) AND e.seq = ANY($3)`;

const TRANSACTION = `
  SELECT ${transactions.list('t')} FROM ledger_transactions t WHERE t.merchant_id = $1 AND t.seq = $2`;

const BALANCES = `
  SELECT a.account, e.balance_paise FROM unnest($2::text[]) AS a(account)
  CROSS JOIN LATERAL (
    SELECT balance_paise FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = a.account AND e.seq <= $3 ORDER BY e.seq DESC LIMIT 1
  ) e`;

/** As text, because somebody who tampers may write a `seq` that no number holds exactly. */
type StoredSeq = StoredRow & { readonly seq: string };

@Injectable()
export class SqlLedgerArchive extends LedgerArchive {
  constructor(
    private readonly database: Database,
    private readonly checks: BookChecks<Sql>,
  ) {
    super();
  }

  async unreachableNodes(): Promise<Map<string, string>> {
    return this.database.placement.distributed ? this.database.transaction(unreachableNodes) : new Map();
  }

  async assertReachable(merchantId: string, unreachable: ReadonlyMap<string, string>): Promise<void> {
    const node = unreachable.size === 0 ? null : await this.database.placement.nodeOf(merchantId);
    if (node !== null && unreachable.has(node)) throw new BookUnreachable(merchantId, node);
  }

  async *merchantIds(search: SearchOptions = {}): AsyncGenerator<string> {
    const sorted = { by: ['merchant_id'], limit: SLICE, ...orWhole(search) };
    const { distributed } = this.database.placement;
    let after: string = NIL_ID;
    for (;;) {
      const values = [after, SLICE];
      const read = (sql: Sql): Promise<{ merchant_id: string }[]> =>
        new Placement(sql, distributed).search(MERCHANT_IDS, values, sorted);
      const rows = await this.database.transaction(read, undefined, STATEMENT_TIMEOUT_MS);
      for (const row of rows) yield row.merchant_id;
      if (rows.length < SLICE) return;
      after = rows.at(-1)!.merchant_id;
    }
  }

  hashAt(merchantId: string, seq: number, search: SearchOptions = {}): Promise<string | null> {
    return this.reading(merchantId, search, async () => {
      const [found] = await this.database.query<{ hash: string }>(
        `SELECT encode(hash, 'hex') AS hash FROM ledger_transactions WHERE merchant_id = $1 AND seq = $2`,
        [merchantId, seq],
      );
      return found?.hash ?? null;
    });
  }

  snapshot<T>(merchantId: string, work: (book: BookSnapshot) => Promise<T>, given: SearchOptions = {}): Promise<T> {
    const boundTo = this.database.placement.boundTo(merchantId);
    let isSearchPartial = false;
    const skipped = (what: string): void => {
      isSearchPartial = true;
      given.skipped?.(what);
    };
    const search = orWhole({ ...given, skipped });
    return this.reading(merchantId, given, () =>
      this.inSnapshot((sql) => {
        const checked = (since: VerifiedUpTo | null): CheckedBook<Sql> => {
          const lines: LinesOf = (ids) => linesOf(sql, merchantId, ids, boundTo);
          return { sql, merchantId, boundTo, since, search, linesOf: lines };
        };
        return work({
          slices: (after) => slices(sql, merchantId, after),
          length: () => lengthOf(sql, merchantId),
          at: (seq) => headAt(sql, merchantId, seq),
          undigestedUntil: () => undigestedUntil(sql),
          held: (heldPaise) => this.checks.held(sql, merchantId, heldPaise),
          parts: (since) =>
            this.checks.parts.map((part) => ({ ...part, slices: (after) => part.slices(checked(since), after) })),
          toBeJudged: () => this.checks.toBeJudged(checked(null)),
          acknowledged: (evidence) => acknowledgedIn(sql, evidence),
          isSearchPartial: () => isSearchPartial,
        });
      }),
    );
  }

  snapshotOfNoBook<T>(work: (beside: NoBookSnapshot) => Promise<T>): Promise<T> {
    return this.inSnapshot((sql) =>
      work({
        toBeJudged: () => this.checks.findingsOfNoBook(sql),
        acknowledged: (evidence) => acknowledgedIn(sql, evidence),
      }),
    );
  }

  /**
   * Reads from one node. The read may fail although the node answers: the statement took too long, or the coordinator
   * itself went down. Then the error is thrown as usual.
   * @throws BookUnreachable if the book may be skipped
   */
  private async reading<T>(merchantId: string, { unreachable }: SearchOptions, read: () => Promise<T>): Promise<T> {
    if (unreachable === undefined) return read();
    await this.assertReachable(merchantId, unreachable);
    try {
      return await read();
    } catch (error) {
      if (!isUnreachable(error) || sqlStateOf(error) === CANCELED) throw error;
      const found = await this.unreachableNodes().catch(() => new Map<string, string>());
      for (const [node, message] of found) unreachable.set(node, message);
      await this.assertReachable(merchantId, unreachable);
      throw error;
    }
  }

  private inSnapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.database.transaction(work, SNAPSHOT, STATEMENT_TIMEOUT_MS);
  }
}

/** If nothing may be skipped, the search fails when a node does not answer. */
function orWhole(search: SearchOptions): SearchOptions & { readonly whole?: boolean } {
  return search.unreachable === undefined ? { whole: true } : search;
}

async function* slices(sql: Sql, merchantId: string, from: number | null): AsyncGenerator<ArchiveSlice> {
  for (let after = from === null ? FIRST_SEQ : String(from); ;) {
    const rows = await sql.query<StoredSeq>(TRANSACTIONS, [merchantId, after, SLICE]);
    const isLast = rows.length < SLICE;
    // The last slice has no upper end, so that it also finds entries after the last transaction.
    const upTo = isLast ? LAST_SEQ : rows.at(-1)!.seq;
    const entryRows = await sql.query<StoredSeq>(ENTRIES, [merchantId, ACCOUNTS, after, upTo]);
    yield assemble(rows, entryRows);
    if (isLast) return;
    after = upTo;
  }
}

async function lengthOf(sql: Sql, merchantId: string): Promise<number> {
  const [last] = await sql.query<{ seq: string }>(
    'SELECT seq FROM ledger_transactions WHERE merchant_id = $1 ORDER BY seq DESC LIMIT 1',
    [merchantId],
  );
  return Number(last?.seq ?? 0);
}

async function headAt(sql: Sql, merchantId: string, seq: number): Promise<StoredHead | null> {
  const rows = await sql.query<StoredSeq>(TRANSACTION, [merchantId, seq]);
  const entryRows = await sql.query<StoredSeq>(ENTRIES_OF, [merchantId, ACCOUNTS, [seq]]);
  const [transaction] = assemble(rows, entryRows).transactions;
  if (transaction === undefined) return null;
  const balances = await sql.query<{ account: Account; balance_paise: string }>(BALANCES, [merchantId, ACCOUNTS, seq]);
  return {
    transaction,
    balances: Object.fromEntries(balances.map(({ account, balance_paise }) => [account, BigInt(balance_paise)])),
  };
}

async function undigestedUntil(sql: Sql): Promise<Date> {
  const [row] = await sql.query<{ undigested_until: Date }>('SELECT undigested_until FROM hold_digests');
  return row?.undigested_until ?? new Date(0);
}

async function linesOf(
  sql: Sql,
  merchantId: string,
  causeIds: readonly string[],
  boundTo: BoundTo,
): Promise<LedgerLine[]> {
  const rows = await sql.query<StoredSeq>(CAUSED, [merchantId, causeIds, boundTo]);
  const entryRows = await sql.query<StoredSeq>(ENTRIES_OF, [merchantId, ACCOUNTS, rows.map(({ seq }) => seq)]);
  return assemble(rows, entryRows).transactions.map(({ cause, entries: all, ...line }) => ({
    ...line,
    causeId: cause.id,
    legs: Object.fromEntries(all.map(({ account, amountPaise }) => [account, amountPaise])),
  }));
}

function assemble(rows: readonly StoredSeq[], entryRows: readonly StoredSeq[]): ArchiveSlice {
  const entriesOf = new Map<string, Map<Account, Entry>>(rows.map((row) => [row.seq, new Map<Account, Entry>()]));
  const orphans: { seq: number; account: Account }[] = [];
  for (const row of entryRows) {
    const { seq, account, amountPaise, balancePaise } = entries.fromRow(row);
    const siblings = entriesOf.get(row.seq);
    if (siblings) siblings.set(account, { account, amountPaise, balancePaise });
    else orphans.push({ seq, account });
  }
  const all = rows.map((row): Transaction => {
    const found = entriesOf.get(row.seq)!;
    return { ...transactions.fromRow(row), entries: ACCOUNTS.flatMap((account) => found.get(account) ?? []) };
  });
  return { transactions: all, orphans };
}
