import { Injectable } from '@nestjs/common';
import { nextId, NIL_ID } from '../../../shared/ids.js';
import type { Particulars } from '../../../shared/audit/particulars.js';
import { sha256Hex } from '../../../shared/sha256.js';
import type { Slice } from '../../../shared/slice.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { Database, ListQuery, Lists, PointReads, type Sql } from '../../../platform/database/database.public.js';
import type { AcknowledgedFinding, Acknowledgement } from '../domain/acknowledgement.js';
import { ACROSS_BOOKS, type Finding, type FindingCode } from '../domain/audit.js';
import {
  type BookFound,
  type FindingFilter,
  type Judged,
  type StoredFinding,
  type VerifiedState,
  VerifyRecord,
  type VerifyRun,
} from '../domain/verify-record.js';

/** The merchant id under which findings that belong to no book are stored. */
const NO_BOOK = NIL_ID;

/** How many acknowledged findings of one book are stored; the acknowledgements themselves are all stored. */
const MAX_ACKNOWLEDGED = 1_000;

const NOW = `date_trunc('milliseconds', clock_timestamp())`;

const BEGIN = `INSERT INTO verify_runs (id, merchant_id, started_by, started_at) VALUES ($1, $2, $3, ${NOW})`;

const IS_ACKNOWLEDGED = 'EXISTS (SELECT FROM acknowledgements a WHERE a.evidence = p.evidence)';

const END = `UPDATE verify_runs SET finished_at = ${NOW} WHERE id = $1`;

const COUNT = `
  UPDATE verify_runs SET books = books + $2, partly_read = partly_read + $3, findings = findings + $4,
    acknowledged = acknowledged + $5 WHERE id = $1`;

const UPSERT_STATE = `
  INSERT INTO verified_books AS b (merchant_id, run_id, verified_at, head, unread, findings, acknowledged)
  VALUES ($1, $2, ${NOW}, $3, $4, $5, $6)
  ON CONFLICT (merchant_id) DO UPDATE SET run_id = excluded.run_id, verified_at = excluded.verified_at,
    head = excluded.head, unread = excluded.unread, findings = excluded.findings, acknowledged = excluded.acknowledged`;

/** After a partial search of a book, only its counts change: it is as verified as before. */
const UPDATE_COUNTS = 'UPDATE verified_books SET findings = $2, acknowledged = $3 WHERE merchant_id = $1';

/** Two runs on one book delete and write rows in different orders; without this lock each could wait for the other. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('verify_findings ' || $1::text, 0))`;

/**
 * An earlier version identified a computed finding by its sentence, which another version words differently: such a row
 * keeps its id and the date since which it is known. A row without particulars is found by its sentence. Of several
 * equal rows the first one stays.
 */
const UPDATE_DIGESTS = `
  UPDATE verify_findings f SET digest = same.now FROM (
    SELECT DISTINCT ON (g.digest) g.digest AS now, o.digest AS before
    FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) AS g(digest, code, detail, particulars)
    JOIN verify_findings o ON o.merchant_id = $1 AND o.evidence IS NULL AND o.code = g.code AND o.digest <> ALL ($2::text[])
      AND (o.particulars = g.particulars OR o.particulars IS NULL AND o.detail = g.detail)
    WHERE NOT EXISTS (SELECT FROM verify_findings n WHERE n.merchant_id = $1 AND n.digest = g.digest)
    ORDER BY g.digest, o.id
  ) same WHERE f.merchant_id = $1 AND f.digest = same.before`;

const DELETE_GONE = `
  DELETE FROM verify_findings WHERE merchant_id = $1 AND digest <> ALL ($2::text[]) AND code <> ALL ($3::text[])`;

/** Counts findings that were not found again but stay. */
const COUNT_STAYED = `
  SELECT count(*) FILTER (WHERE NOT ${IS_ACKNOWLEDGED})::int AS findings,
    count(*) FILTER (WHERE ${IS_ACKNOWLEDGED})::int AS acknowledged
  FROM verify_findings p WHERE p.merchant_id = $1 AND p.digest <> ALL ($2::text[])`;

const UPSERT_FINDINGS = `
  INSERT INTO verify_findings AS f
    (merchant_id, digest, id, run_id, code, detail, particulars, evidence, first_found_at, last_found_at)
  SELECT $1, g.digest, g.id, $2, g.code, g.detail, g.particulars, g.evidence, t.now, t.now
  FROM unnest($3::text[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::text[])
    AS g(digest, id, code, detail, particulars, evidence)
  CROSS JOIN (SELECT ${NOW} AS now) t ORDER BY g.digest
  ON CONFLICT (merchant_id, digest) DO UPDATE
    SET run_id = excluded.run_id, detail = excluded.detail, particulars = excluded.particulars,
      last_found_at = excluded.last_found_at`;

const RUN = 'id, merchant_id, started_by, started_at, finished_at, books, partly_read, findings, acknowledged';

const STATE =
  'SELECT run_id, verified_at, head, unread, findings, acknowledged FROM verified_books WHERE merchant_id = $1';

const PARTICULARS =
  'SELECT digest, particulars FROM verify_findings WHERE merchant_id = ANY($1::uuid[]) AND digest = ANY($2::text[])';

interface RunRow {
  readonly id: string;
  readonly merchant_id: string | null;
  readonly started_by: string;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly books: number;
  readonly partly_read: number;
  readonly findings: number;
  readonly acknowledged: number;
}

interface StateRow {
  readonly run_id: string;
  readonly verified_at: Date;
  readonly head: string;
  readonly unread: string;
  readonly findings: number;
  readonly acknowledged: number;
}

interface FindingRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly run_id: string;
  readonly code: FindingCode;
  readonly detail: string;
  readonly particulars: Particulars | null;
  readonly evidence: string | null;
  readonly first_found_at: Date;
  readonly last_found_at: Date;
}

interface ParticularsRow {
  /** For a finding that a person may acknowledge: its evidence. */
  readonly digest: string;
  readonly particulars: Particulars | null;
}

@Injectable()
export class SqlVerifyRecord extends VerifyRecord {
  constructor(
    private readonly database: Database,
    private readonly reads: PointReads,
    private readonly lists: Lists,
    private readonly clock: ServerClock,
  ) {
    super();
  }

  override async begin(merchantId: string | null, startedBy: string): Promise<string> {
    const id = nextId((await this.clock.now()).clockTime.getTime());
    await this.database.query(BEGIN, [id, merchantId, startedBy]);
    return id;
  }

  override async recordBook(runId: string, book: BookFound): Promise<void> {
    const { merchantId, head, unread, isSearchPartial } = book;
    const { clockTime } = await this.clock.now();
    await this.database.transaction(async (sql) => {
      const replaced = { runId, merchantId, clockTime, kept: isSearchPartial ? ACROSS_BOOKS : [] };
      const { findings, acknowledged, digests } = await recordFound(sql, replaced, book);
      if (isSearchPartial) {
        const [stayed] = await sql.query<Counts>(COUNT_STAYED, [merchantId, digests]);
        const sums = [findings + stayed!.findings, acknowledged + stayed!.acknowledged];
        await sql.query(UPDATE_COUNTS, [merchantId, ...sums]);
      } else await sql.query(UPSERT_STATE, [merchantId, runId, head, unread, findings, acknowledged]);
      await sql.query(COUNT, [runId, 1, unread > 0 || isSearchPartial ? 1 : 0, findings, acknowledged]);
    });
  }

  override async recordOfNoBook(runId: string, found: Judged): Promise<void> {
    const { clockTime } = await this.clock.now();
    await this.database.transaction(async (sql) => {
      const replaced = { runId, merchantId: NO_BOOK, clockTime, kept: [] };
      const { findings, acknowledged } = await recordFound(sql, replaced, found);
      await sql.query(COUNT, [runId, 0, 0, findings, acknowledged]);
    });
  }

  override async end(runId: string): Promise<void> {
    await this.database.query(END, [runId]);
  }

  override async runs(slice: Slice): Promise<VerifyRun[]> {
    return (await this.lists.read<RunRow>(new ListQuery('verify_runs', RUN).page(slice))).map(runOf);
  }

  override async run(id: string): Promise<VerifyRun | null> {
    const [row] = await this.reads.query<RunRow>(`SELECT ${RUN} FROM verify_runs WHERE id = $1`, [id]);
    return row === undefined ? null : runOf(row);
  }

  override async lastOf(merchantId: string): Promise<VerifiedState | null> {
    const [row] = await this.reads.query<StateRow>(STATE, [merchantId]);
    if (row === undefined) return null;
    const { run_id: runId, verified_at: verifiedAt, head, unread, findings, acknowledged } = row;
    return { runId, verifiedAt, head, unread: Number(unread), findings, acknowledged };
  }

  override async findings({ merchantId, isAcknowledged }: FindingFilter, slice: Slice): Promise<StoredFinding[]> {
    const columns = 'merchant_id, id, run_id, code, detail, particulars, evidence, first_found_at, last_found_at';
    const query = new ListQuery('verify_findings', columns);
    if (merchantId !== null) query.among('p.merchant_id', 'uuid', [merchantId]);
    if (isAcknowledged !== null) query.where(isAcknowledged ? IS_ACKNOWLEDGED : `NOT ${IS_ACKNOWLEDGED}`);
    return (await this.lists.read<FindingRow>(query.page(slice))).map(findingOf);
  }

  override async withParticulars(acknowledged: readonly Acknowledgement[]): Promise<AcknowledgedFinding[]> {
    if (acknowledged.length === 0) return [];
    const books = new Set(acknowledged.map(({ merchantId }) => merchantId ?? NO_BOOK));
    const digests = acknowledged.map(({ evidence }) => evidence);
    const rows = await this.database.query<ParticularsRow>(PARTICULARS, [[...books], digests]);
    const known = new Map(rows.map(({ digest, particulars }) => [digest, particulars]));
    return acknowledged.map((given) => ({ ...given, particulars: known.get(given.evidence) ?? null }));
  }
}

/** The stored findings of one book, or of no book, that those of a run replace. */
interface Replaced {
  readonly runId: string;
  readonly merchantId: string;
  readonly clockTime: Date;
  /** Findings with these codes are kept although they were not found again. */
  readonly kept: readonly FindingCode[];
}

/** Findings that nobody has acknowledged, and those that somebody has. */
interface Counts {
  readonly findings: number;
  readonly acknowledged: number;
}

/** @returns the counts, and the digest of each finding that was stored */
async function recordFound(
  sql: Sql,
  { runId, merchantId, clockTime, kept }: Replaced,
  { findings, acknowledged, more }: Judged,
): Promise<Counts & { readonly digests: readonly string[] }> {
  const all = new Map<string, Pick<Finding, 'code' | 'detail' | 'particulars' | 'evidence'>>();
  for (const finding of [...findings, ...acknowledged.slice(0, MAX_ACKNOWLEDGED)]) all.set(digestOf(finding), finding);
  const digests = [...all.keys()];
  const rows = [...all.values()];
  const codes = rows.map(({ code }) => code);
  const details = rows.map(({ detail }) => detail);
  const particulars = rows.map((finding) => finding.particulars && JSON.stringify(finding.particulars));
  await sql.query(LOCK, [merchantId]);
  await sql.query(UPDATE_DIGESTS, [merchantId, digests, codes, details, particulars]);
  await sql.query(DELETE_GONE, [merchantId, digests, kept]);
  let id: string | null = null;
  const ids = rows.map(() => (id = nextId(clockTime.getTime(), id)));
  await sql.query(UPSERT_FINDINGS, [
    merchantId,
    runId,
    digests,
    ids,
    codes,
    details,
    particulars,
    rows.map(({ evidence }) => evidence ?? null),
  ]);
  return { findings: findings.length + more, acknowledged: acknowledged.length, digests };
}

/**
 * A computed finding is identified by its particulars, not by their wording: it stays the same finding if the sentence
 * is reworded.
 */
function digestOf({
  evidence,
  code,
  detail,
  particulars,
}: Pick<Finding, 'code' | 'detail' | 'particulars' | 'evidence'>) {
  if (evidence !== undefined) return evidence;
  const content = particulars === null ? detail : [particulars.code, Object.entries(particulars.values).toSorted()];
  return sha256Hex(JSON.stringify([code, content]));
}

function runOf(row: RunRow): VerifyRun {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    startedBy: row.started_by,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    books: row.books,
    partlyReadBooks: row.partly_read,
    findings: row.findings,
    acknowledged: row.acknowledged,
  };
}

function findingOf(row: FindingRow): StoredFinding {
  return {
    id: row.id,
    runId: row.run_id,
    code: row.code,
    merchantId: row.merchant_id === NO_BOOK ? null : row.merchant_id,
    detail: row.detail,
    particulars: row.particulars,
    ...(row.evidence === null ? {} : { evidence: row.evidence }),
    firstFoundAt: row.first_found_at,
    lastFoundAt: row.last_found_at,
  };
}
