import {
  type DueSubmission,
  PLACE_UNKNOWN,
  type SweepPosition,
  type WaitingOrders,
  type WaitingSubmission,
} from '../../shared/submissions/due-submission.js';
import { NIL_ID } from '../../shared/ids.js';
import type { Origin } from '../../shared/origin.js';
import type { LongestPlan, NextStep } from '../../shared/submissions/submission.js';
import { LIVE_MARGIN_MS } from '../../shared/moment.js';
import type { Waiting, WaitingFor } from '../../shared/submissions/waiting.js';
import type { DistributedName } from '../../../migrations/tables.js';
import type { Database } from '../database/connections/database.js';
import { joined, type SqlTemplate, table, template, value } from '../database/statements/sql-template.js';

/** A table with a row for each order that is carried to another party. */
export interface SubmissionTable {
  readonly name: DistributedName;
  /** The member of an event's payload that shows an order of this table. */
  readonly shownAs: string;
  /** The column with the id of the order that a row belongs to, if any. */
  readonly parentId?: string;
  /** An expression over the row `t`, as JSON: what decides which gateways may take the order. */
  readonly routedBy: string | SqlTemplate;
}

interface DueRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly attempts: number;
  readonly due_at: string;
  readonly origin: Origin | null;
}

interface WaitingRow<RoutedBy> extends DueRow {
  readonly waiting_for: WaitingFor;
  readonly waiting_at: string | null;
  readonly routed_by: RoutedBy;
}

type Due = DueSubmission & { readonly parentId: string | null };
type WaitingOrder<RoutedBy> = Due & Pick<WaitingSubmission, keyof Waiting> & { readonly routedBy: RoutedBy };

/** The columns by which rows of several nodes are merged. */
const BY_DATE = ['due_at', 'id'];
const BY_ID = ['id'];

/** Orders that wait for a person are planned an hour ahead; nothing is planned further ahead. */
const LONGEST_PLAN_MS = 3_600_000;

/** Only orders that wait for a circuit breaker are looked up by the gateways at which they wait. */
const IS_UNAVAILABLE = `t.waiting_for = 'gateway_unavailable'`;

/** Orders that wait are not among the due submissions: they are woken. */
const STEPS: Readonly<Record<NextStep, string>> = {
  inquire: `next_step = 'inquire'`,
  submit: `next_step = 'submit' AND waiting_for IS NULL`,
};

/**
 * The sweeps' queries. They return each order with the request that it goes back to, which its first event names: ids
 * of a book only increase, so that event is the first one after the order's id. After a month that event has been
 * deleted, and the first one found belongs to something else.
 */
export class DueSubmissions<RoutedBy> {
  private readonly due: Readonly<Record<NextStep, SqlTemplate>>;
  private readonly misdated: SqlTemplate;
  private readonly waiting: SqlTemplate;
  private readonly waitingOfMerchant: SqlTemplate;
  private readonly waitingAt: SqlTemplate;
  private readonly places: SqlTemplate;

  /** @param tables the table of orders that belong to other orders comes last: their events show both */
  constructor(tables: readonly SubmissionTable[]) {
    const withOrigin = (parts: SqlTemplate[], order: string): SqlTemplate => withOrigins(tables, parts, order);
    const dueFor = (step: NextStep): SqlTemplate =>
      withOrigin(
        tables.map((table) => dueOf(table, step)),
        'due.next_attempt_at, due.id',
      );
    this.due = { inquire: dueFor('inquire'), submit: dueFor('submit') };
    this.misdated = withOrigin(
      tables.flatMap((table) => [
        ...(['inquire', 'submit'] as const).map((step) => misdatedOf(table, step)),
        ...(['inquire', 'submit'] as const).map((step) => dueByLiveTimeOf(table, step)),
      ]),
      'due.next_attempt_at, due.id',
    );
    const waiting = (...conditions: SqlTemplate[]): SqlTemplate =>
      withOrigin(
        tables.flatMap((table) => conditions.map((condition) => waitingOf(table, condition))),
        'due.id',
      );
    this.waiting = waiting(template`t.waiting_for = wanted.text`);
    this.waitingOfMerchant = waiting(template`t.merchant_id = ${value(4)} AND t.waiting_for = wanted.text`);
    this.waitingAt = waiting(
      template`${IS_UNAVAILABLE} AND t.waiting_at = wanted.text`,
      template`${IS_UNAVAILABLE} AND t.waiting_at IS NULL AND wanted.text = '${PLACE_UNKNOWN}'`,
    );
    this.places = joined(tables.map(placesOf), ' UNION ');
  }

  /**
   * Open orders whose next step is this one and was due before the database's now, the longest overdue first.
   * @param after where the last sweep ended, or null to begin with the longest overdue
   */
  async read(sql: Database, step: NextStep, limit: number, after: SweepPosition | null): Promise<Due[]> {
    const rows = await sql.placement.search<DueRow>(this.due[step], [limit, after?.dueAt ?? null, after?.id ?? null], {
      by: BY_DATE,
      limit,
    });
    return rows.map(dueOfRow);
  }

  /**
   * Open orders whose next step is further ahead than anything is planned, because a clock that ran ahead dated it.
   * Also, if a clock was set back within the last hour, the orders that are due by live time; nothing is planned
   * further ahead than an hour. Whether a step may be taken is decided when it is claimed.
   * @param after where the last sweep ended, or null to begin with the earliest
   */
  async readMisdated(sql: Database, limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<Due[]> {
    const values = [limit, after?.dueAt ?? null, after?.id ?? null, longest.ordinary, longest.heldBack];
    return (await sql.placement.search<DueRow>(this.misdated, values, { by: BY_DATE, limit })).map(dueOfRow);
  }

  /** Orders that wait, the oldest first. @param after the id of the last one that was read, or null */
  async readWaiting(
    sql: Database,
    wanted: WaitingOrders,
    limit: number,
    after: string | null,
  ): Promise<WaitingOrder<RoutedBy>[]> {
    const values = [limit, wanted.for, after ?? NIL_ID];
    const sorted = { of: wanted.merchantId, by: BY_ID, limit };
    const rows =
      wanted.merchantId === null
        ? await sql.placement.search<WaitingRow<RoutedBy>>(this.waiting, values, sorted)
        : await sql.placement.search<WaitingRow<RoutedBy>>(
            this.waitingOfMerchant,
            [...values, wanted.merchantId],
            sorted,
          );
    return rows.map(waitingOfRow);
  }

  /**
   * The combinations of unavailable gateways at which orders wait, each once, in the form in which it is stored. Only
   * one row is read for each combination, however many orders wait.
   */
  async readPlaces(sql: Database): Promise<string[]> {
    const rows = await sql.placement.search<{ waiting_at: string }>(this.places, [], {
      by: ['waiting_at'],
      limit: Infinity,
    });
    return [...new Set(rows.map(({ waiting_at }) => waiting_at))];
  }

  /**
   * Orders that wait at one of these places, the oldest first.
   * @param after the id of the last one that was read, or null
   */
  async readWaitingAt(
    sql: Database,
    places: readonly string[],
    limit: number,
    after: string | null,
  ): Promise<WaitingOrder<RoutedBy>[]> {
    const rows = await sql.placement.search<WaitingRow<RoutedBy>>(this.waitingAt, [limit, places, after ?? NIL_ID], {
      by: BY_ID,
      limit,
    });
    return rows.map(waitingOfRow);
  }
}

function withOrigins(tables: readonly SubmissionTable[], parts: readonly SqlTemplate[], order: string): SqlTemplate {
  const shownIds = tables.map(({ shownAs }) => `requested.payload -> '${shownAs}' ->> 'id'`).reverse();
  return template`
    SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at,
      CASE WHEN coalesce(${shownIds.join(', ')}) = due.id::text THEN requested.origin END AS origin
    FROM (${joined(parts, ' UNION ALL ')}) due
    LEFT JOIN LATERAL (
      SELECT o.payload, o.origin FROM ${table('outbox')} o
      WHERE o.merchant_id = due.merchant_id AND o.id > due.id ORDER BY o.id LIMIT 1
    ) requested ON true
    ORDER BY ${order} LIMIT ${value(1)}`;
}

function columnsOf({ parentId = 'NULL::uuid' }: SubmissionTable): string {
  return `merchant_id, id, ${parentId} AS parent_id, attempts, next_attempt_at`;
}

function dueOf(of: SubmissionTable, step: NextStep): SqlTemplate {
  return template`
    (SELECT ${columnsOf(of)} FROM ${table(of.name)}
     WHERE ${STEPS[step]} AND next_attempt_at <= now()
       AND (${value(2)}::timestamptz IS NULL OR (next_attempt_at, id) > (${value(2)}, ${value(3)}::uuid))
     ORDER BY next_attempt_at, id LIMIT ${value(1)})`;
}

/** Values 4 and 5: the longest plan, in milliseconds, usually and for orders that need attention. */
function misdatedOf(of: SubmissionTable, step: NextStep): SqlTemplate {
  return template`
    (SELECT ${columnsOf(of)} FROM ${table(of.name)}
     WHERE ${STEPS[step]} AND next_attempt_at > now() + ${value(4)}::double precision * interval '1 millisecond'
       AND (NOT needs_attention OR next_attempt_at > now() + ${value(5)}::double precision * interval '1 millisecond')
       AND (${value(2)}::timestamptz IS NULL OR (next_attempt_at, id) > (${value(2)}, ${value(3)}::uuid))
     ORDER BY next_attempt_at, id LIMIT ${value(1)})`;
}

/** The condition on `live_time` is checked first: unless a clock was set back, no row is read. */
function dueByLiveTimeOf(of: SubmissionTable, step: NextStep): SqlTemplate {
  return template`
    (SELECT ${columnsOf(of)} FROM ${table(of.name)}
     WHERE (SELECT set_back_live_ms > live_ms - ${LONGEST_PLAN_MS} FROM ${table('live_time')})
       AND ${STEPS[step]} AND next_attempt_at > now()
       AND next_attempt_live_ms <= (SELECT live_ms FROM ${table('live_time')}) - ${LIVE_MARGIN_MS}
       AND (${value(2)}::timestamptz IS NULL OR (next_attempt_at, id) > (${value(2)}, ${value(3)}::uuid))
     ORDER BY next_attempt_at, id LIMIT ${value(1)})`;
}

/** @param condition on a row `t` and an element of value 2, `wanted.text` */
function waitingOf(of: SubmissionTable, condition: SqlTemplate): SqlTemplate {
  return template`
    (SELECT found.* FROM unnest(${value(2)}::text[]) AS wanted(text) CROSS JOIN LATERAL (
       SELECT ${columnsOf(of)}, waiting_for, waiting_at, ${of.routedBy} AS routed_by FROM ${table(of.name)} t
       WHERE ${condition} AND t.next_step = 'submit' AND t.id > ${value(3)}::uuid
       ORDER BY t.id LIMIT ${value(1)}) found)`;
}

/** Steps from one value in the index to the next, and looks whether any order has no value. */
function placesOf({ name }: SubmissionTable): SqlTemplate {
  const next = (condition: string): SqlTemplate => template`
    (SELECT t.waiting_at FROM ${table(name)} t WHERE ${IS_UNAVAILABLE} AND t.next_step = 'submit' AND ${condition}
     ORDER BY t.waiting_at LIMIT 1)`;
  return template`
    (WITH RECURSIVE place AS (${next('t.waiting_at IS NOT NULL')}
       UNION ALL SELECT ${next('t.waiting_at > place.waiting_at')} FROM place WHERE place.waiting_at IS NOT NULL)
     SELECT waiting_at FROM place WHERE waiting_at IS NOT NULL
     UNION ALL SELECT '${PLACE_UNKNOWN}' WHERE EXISTS ${next('t.waiting_at IS NULL')})`;
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

function waitingOfRow<RoutedBy>(row: WaitingRow<RoutedBy>): WaitingOrder<RoutedBy> {
  return { ...dueOfRow(row), waitingFor: row.waiting_for, waitingAt: row.waiting_at, routedBy: row.routed_by };
}
