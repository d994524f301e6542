import type { Sql } from '../../../platform/database/database.public.js';
import type { BalancesAt, BookOverTime } from '../domain/book-over-time.js';
import { type Account, ACCOUNTS, GENESIS } from '../domain/transaction.js';

/**
 * A book's transactions are numbered without gaps, and none is dated before the previous one, so the last one before a
 * moment is found by binary search on the primary key alone. An index of the dates would make every commit more
 * expensive.
 *
 * The balances are those of the last entries up to that transaction. One statement, so that everything comes from one
 * snapshot.
 */
const BOOK_OVER_TIME = `
  WITH RECURSIVE book AS (
    SELECT coalesce(t.seq, 0) AS seq, t.hash,
      greatest(date_trunc('milliseconds', statement_timestamp()), t.created_at) AS read_at
    FROM books b
    LEFT JOIN LATERAL (
      SELECT seq, hash, created_at FROM ledger_transactions t WHERE t.merchant_id = $1
      ORDER BY t.seq DESC LIMIT 1
    ) t ON true
    WHERE b.merchant_id = $1
  ), halved AS (
    SELECT m.place, m.moment, 0::bigint AS low, book.seq + 1 AS high
    FROM book CROSS JOIN unnest($2::timestamptz[]) WITH ORDINALITY AS m(moment, place)
    UNION ALL
    SELECT h.place, h.moment, CASE WHEN t.is_before THEN h.middle ELSE h.low END,
      CASE WHEN t.is_before THEN h.high ELSE h.middle END
    FROM (SELECT *, (low + high) / 2 AS middle FROM halved WHERE high - low > 1) h
    LEFT JOIN LATERAL (
      SELECT t.created_at < h.moment AS is_before FROM ledger_transactions t
      WHERE t.merchant_id = $1 AND t.seq = h.middle LIMIT 1
    ) t ON true
  ), points AS (
    SELECT 0 AS place, seq FROM book UNION ALL SELECT place, low FROM halved WHERE high - low = 1
  )
  SELECT book.read_at, book.seq AS head_seq, encode(book.hash, 'hex') AS head_hash, p.place, p.seq, a.account,
    e.balance_paise
  FROM book CROSS JOIN points p CROSS JOIN unnest($3::text[]) AS a(account)
  LEFT JOIN LATERAL (
    SELECT balance_paise FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = a.account AND e.seq <= p.seq ORDER BY e.seq DESC LIMIT 1
  ) e ON true`;

interface PointRow {
  readonly read_at: Date;
  readonly head_seq: string;
  readonly head_hash: string | null;
  /** 0: now; otherwise the number of the moment, from 1 on. */
  readonly place: string;
  readonly seq: string;
  readonly account: Account;
  readonly balance_paise: string | null;
}

/** PostgreSQL's times reach further than this, and callers' times need not be those of any book. */
const FIRST_MS = 0;
const LAST_MS = Date.UTC(9999, 11, 31);

/** Null when there is no such book. */
export async function bookOverTime(
  sql: Sql,
  merchantId: string,
  moments: readonly Date[],
): Promise<BookOverTime | null> {
  const within = moments.map((moment) => new Date(Math.min(Math.max(moment.getTime(), FIRST_MS), LAST_MS)));
  const rows = await sql.query<PointRow>(BOOK_OVER_TIME, [merchantId, within, ACCOUNTS]);
  const [first] = rows;
  if (first === undefined) return null;
  const points = moments.map((): PointRow[] => []);
  const now: PointRow[] = [];
  for (const row of rows) (row.place === '0' ? now : points[Number(row.place) - 1]!).push(row);
  return {
    readAt: first.read_at,
    head: { seq: Number(first.head_seq), hash: first.head_hash ?? Buffer.from(GENESIS).toString('hex') },
    now: balancesOf(now),
    before: points.map(balancesOf),
  };
}

function balancesOf(rows: readonly PointRow[]): BalancesAt {
  const balances = rows.map(({ account, balance_paise: paise }) => [account, BigInt(paise ?? 0)]);
  return { seq: Number(rows[0]!.seq), accounts: Object.fromEntries(balances) as BalancesAt['accounts'] };
}
