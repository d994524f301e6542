import type { DueSubmission, SweepPosition, WaitingOrders, WaitingSubmission } from '../../shared/due-submission.js';
import type { Origin } from '../../shared/origin.js';
import type { LongestPlan, NextStep } from '../../shared/submission.js';
import type { WaitingFor } from '../../shared/waiting.js';
import type { Sql } from '../database/sql.js';

/** A table with a row for each order that is carried to another party. */
export interface SubmissionTable {
  readonly name: string;
  /** The member of an event's payload that shows such an order. */
  readonly shownAs: string;
  /** The column with the id of the order that it belongs to, if there is one. */
  readonly parentId?: string;
  /** An expression over its row `t`, as JSON: what decides which gateways may take the order. */
  readonly routedBy: string;
}

interface DueRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly attempts: number;
  readonly due_at: string;
  readonly origin: Origin | null;
}

type Due = DueSubmission & { readonly parentId: string | null };
type Waiting<RoutedBy> = Due & Pick<WaitingSubmission, 'waitingFor'> & { readonly routedBy: RoutedBy };

/** Below every id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** What waits is not among the submissions that are due: it is woken. */
const STEPS: Readonly<Record<NextStep, string>> = {
  inquire: `next_step = 'inquire'`,
  submit: `next_step = 'submit' AND waiting_for IS NULL`,
};

/**
 * The sweeps' queries. Each order with the request that it goes back to, as its first event says: ids of a book only
 * grow, so that it is the next one behind the order's own. After a month it is gone, and another one there.
 */
export class DueSubmissions<RoutedBy> {
  private readonly due: Readonly<Record<NextStep, string>>;
  private readonly misdated: string;
  private readonly waiting: string;
  private readonly waitingOfMerchant: string;

  /** @param tables what belongs to another order behind that: its events show both */
  constructor(tables: readonly SubmissionTable[]) {
    const withOrigin = (parts: string[], order: string): string => withOrigins(tables, parts, order);
    const dueFor = (step: NextStep): string =>
      withOrigin(
        tables.map((table) => dueOf(table, step)),
        'due.next_attempt_at, due.id',
      );
    this.due = { inquire: dueFor('inquire'), submit: dueFor('submit') };
    this.misdated = withOrigin(
      tables.flatMap((table) => [misdatedOf(table, 'inquire'), misdatedOf(table, 'submit')]),
      'due.next_attempt_at, due.id',
    );
    const waitingFor = (merchant: string): string =>
      withOrigin(
        tables.map((table) => waitingOf(table, merchant)),
        'due.id',
      );
    this.waiting = waitingFor('');
    this.waitingOfMerchant = waitingFor('t.merchant_id = $4 AND');
  }

  /**
   * Open orders whose next step is this one and was due before the database's now, the longest overdue first.
   * @param after where the last sweep ended, or null to begin with the longest overdue
   */
  async read(sql: Sql, step: NextStep, limit: number, after: SweepPosition | null): Promise<Due[]> {
    const rows = await sql.query<DueRow>(this.due[step], [limit, after?.dueAt ?? null, after?.id ?? null]);
    return rows.map(dueOfRow);
  }

  /**
   * Open orders whose next step lies further ahead than anything is planned: it was dated by a clock that ran ahead.
   * Whether it may be taken is decided when it is claimed.
   * @param after where the last sweep ended, or null to begin with the next one
   */
  async readMisdated(sql: Sql, limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<Due[]> {
    const values = [limit, after?.dueAt ?? null, after?.id ?? null, longest.ordinary, longest.heldBack];
    return (await sql.query<DueRow>(this.misdated, values)).map(dueOfRow);
  }

  /** Orders that wait, the oldest first. @param after the id of the last one that was read, or null */
  async readWaiting(
    sql: Sql,
    wanted: WaitingOrders,
    limit: number,
    after: string | null,
  ): Promise<Waiting<RoutedBy>[]> {
    type Row = DueRow & { readonly waiting_for: WaitingFor; readonly routed_by: RoutedBy };
    const values = [limit, wanted.for, after ?? FIRST_ID];
    const rows =
      wanted.merchantId === null
        ? await sql.query<Row>(this.waiting, values)
        : await sql.query<Row>(this.waitingOfMerchant, [...values, wanted.merchantId]);
    return rows.map((row) => ({ ...dueOfRow(row), waitingFor: row.waiting_for, routedBy: row.routed_by }));
  }
}

function withOrigins(tables: readonly SubmissionTable[], parts: readonly string[], order: string): string {
  const shownIds = tables.map(({ shownAs }) => `requested.payload -> '${shownAs}' ->> 'id'`).reverse();
  return `
    SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at,
      CASE WHEN coalesce(${shownIds.join(', ')}) = due.id::text THEN requested.origin END AS origin
    FROM (${parts.join(' UNION ALL ')}) due
    LEFT JOIN LATERAL (
      SELECT o.payload, o.origin FROM outbox o
      WHERE o.merchant_id = due.merchant_id AND o.id > due.id ORDER BY o.id LIMIT 1
    ) requested ON true
    ORDER BY ${order} LIMIT $1`;
}

function columnsOf({ parentId = 'NULL::uuid' }: SubmissionTable): string {
  return `merchant_id, id, ${parentId} AS parent_id, attempts, next_attempt_at`;
}

function dueOf(table: SubmissionTable, step: NextStep): string {
  return `
    (SELECT ${columnsOf(table)} FROM ${table.name}
     WHERE ${STEPS[step]} AND next_attempt_at <= now()
       AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
     ORDER BY next_attempt_at, id LIMIT $1)`;
}

/** $4 and $5: the longest plan, in milliseconds; of what a person looks after the second one. */
function misdatedOf(table: SubmissionTable, step: NextStep): string {
  return `
    (SELECT ${columnsOf(table)} FROM ${table.name}
     WHERE ${STEPS[step]} AND next_attempt_at > now() + $4::double precision * interval '1 millisecond'
       AND (NOT needs_attention OR next_attempt_at > now() + $5::double precision * interval '1 millisecond')
       AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
     ORDER BY next_attempt_at, id LIMIT $1)`;
}

function waitingOf(table: SubmissionTable, merchant: string): string {
  return `
    (SELECT found.* FROM unnest($2::text[]) AS wanted(waiting_for) CROSS JOIN LATERAL (
       SELECT ${columnsOf(table)}, waiting_for, ${table.routedBy} AS routed_by FROM ${table.name} t
       WHERE ${merchant} t.waiting_for = wanted.waiting_for AND t.next_step = 'submit' AND t.id > $3::uuid
       ORDER BY t.id LIMIT $1) found)`;
}

function dueOfRow(row: DueRow): Due {
  return {
    merchantId: row.merchant_id,
    id: row.id,
    parentId: row.parent_id,
    attempts: row.attempts,
    dueAt: row.due_at,
    origin: row.origin,
  };
}
