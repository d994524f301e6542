import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../../../platform/database/database.public.js';
import { type ArchiveSlice, type BookSnapshot, LedgerArchive } from '../domain/ledger-archive.js';
import { BookChecks } from '../domain/book-checks.js';
import { type Account, ACCOUNTS, type Cause, type Entry, type Transaction } from '../domain/transaction.js';
import type { TransactionKind } from '../domain/transaction.js';

/** Rows per read: about 1 MB, so that memory stays small and the round trips few. */
const SLICE = 2_000;

/** The ends of bigint: who tampers may write entries before the first transaction and behind the last. */
const FIRST_SEQ = '-9223372036854775808';
const LAST_SEQ = '9223372036854775807';

interface TransactionRow {
  readonly seq: string;
  readonly id: string;
  readonly kind: TransactionKind;
  readonly reference_type: Cause['type'];
  readonly reference_id: string;
  readonly reverses_seq: string | null;
  readonly reason: string | null;
  readonly actor: string;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
  readonly created_at: Date;
}

interface EntryRow {
  readonly seq: string;
  readonly account: Account;
  readonly amount_paise: string;
  readonly balance_paise: string;
}

@Injectable()
export class SqlLedgerArchive extends LedgerArchive {
  constructor(
    private readonly database: Database,
    private readonly checks: BookChecks<Sql>,
  ) {
    super();
  }

  async *merchantIds(): AsyncGenerator<string> {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows = await this.database.query<{ merchant_id: string }>(
        'SELECT merchant_id FROM books WHERE merchant_id > $1 ORDER BY merchant_id LIMIT $2',
        [after, SLICE],
      );
      for (const row of rows) yield row.merchant_id;
      if (rows.length < SLICE) return;
      after = rows.at(-1)!.merchant_id;
    }
  }

  snapshot<T>(merchantId: string, work: (book: BookSnapshot) => Promise<T>): Promise<T> {
    return this.database.transaction(
      (sql) =>
        work({
          slices: () => this.slices(sql, merchantId),
          findings: (heldPaise) => this.checks.findings(sql, merchantId, heldPaise),
        }),
      'ISOLATION LEVEL REPEATABLE READ READ ONLY',
    );
  }

  private async *slices(sql: Sql, merchantId: string): AsyncGenerator<ArchiveSlice> {
    for (let after = FIRST_SEQ; ;) {
      const rows = await sql.query<TransactionRow>(
        'SELECT * FROM ledger_transactions WHERE merchant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3',
        [merchantId, after, SLICE],
      );
      const isLast = rows.length < SLICE;
      // The last slice has no upper end, so that it also finds entries behind the last transaction.
      const upTo = isLast ? LAST_SEQ : rows.at(-1)!.seq;
      const entries = await sql.query<EntryRow>(
        `SELECT seq, account, amount_paise, balance_paise FROM ledger_entries
         WHERE merchant_id = $1 AND account = ANY($2) AND seq > $3 AND seq <= $4`,
        [merchantId, ACCOUNTS, after, upTo],
      );
      yield assemble(merchantId, rows, entries);
      if (isLast) return;
      after = upTo;
    }
  }
}

function assemble(merchantId: string, rows: readonly TransactionRow[], entryRows: readonly EntryRow[]): ArchiveSlice {
  const entriesOf = new Map<string, Map<Account, Entry>>(rows.map((row) => [row.seq, new Map<Account, Entry>()]));
  const orphans: { seq: number; account: Account }[] = [];
  for (const { seq, account, amount_paise, balance_paise } of entryRows) {
    const entry = { account, amountPaise: BigInt(amount_paise), balancePaise: BigInt(balance_paise) };
    const entries = entriesOf.get(seq);
    if (entries) entries.set(account, entry);
    else orphans.push({ seq: Number(seq), account });
  }
  const transactions = rows.map((row): Transaction => {
    const entries = entriesOf.get(row.seq)!;
    return {
      merchantId,
      seq: Number(row.seq),
      id: row.id,
      kind: row.kind,
      cause: { type: row.reference_type, id: row.reference_id },
      reversesSeq: row.reverses_seq === null ? null : Number(row.reverses_seq),
      reason: row.reason,
      actor: row.actor,
      createdAt: row.created_at,
      entries: ACCOUNTS.flatMap((account) => entries.get(account) ?? []),
      prevHash: row.prev_hash,
      hash: row.hash,
    };
  });
  return { transactions, orphans };
}
