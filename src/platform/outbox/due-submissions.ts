import type { DueSubmission, SweepPosition } from '../../shared/due-submission.js';
import type { Origin } from '../../shared/origin.js';
import type { Sql } from '../database/sql.js';

/** A table with a row for each order that is carried to another party. */
export interface SubmissionTable {
  readonly name: string;
  /** The member of an event's payload that shows such an order. */
  readonly shownAs: string;
  /** The column with the id of the order that it belongs to, if there is one. */
  readonly parentId?: string;
}

interface DueRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly origin: Origin | null;
}

/**
 * The sweep's query: open orders of these tables whose next step was due before the database's now, the longest overdue
 * first. Each with the request that it goes back to, as its first event says: ids of a book only grow, so that it is
 * the next one behind the order's own. After a month it is gone, and another one there.
 */
export class DueSubmissions {
  private readonly text: string;

  /** @param tables what belongs to another order behind that: its events show both */
  constructor(tables: readonly SubmissionTable[]) {
    const shownIds = tables.map(({ shownAs }) => `requested.payload -> '${shownAs}' ->> 'id'`).reverse();
    this.text = `
      SELECT due.*, CASE WHEN coalesce(${shownIds.join(', ')}) = due.id::text THEN requested.origin END AS origin
      FROM (${tables.flatMap((table) => [dueOf(table), misdatedOf(table)]).join(' UNION ALL ')}) due
      LEFT JOIN LATERAL (
        SELECT o.payload, o.origin FROM outbox o
        WHERE o.merchant_id = due.merchant_id AND o.id > due.id ORDER BY o.id LIMIT 1
      ) requested ON true
      ORDER BY due.next_attempt_at, due.id LIMIT $1`;
  }

  /** @param after where the last sweep ended, or null to begin with the longest overdue */
  async read(
    sql: Sql,
    limit: number,
    after: SweepPosition | null,
  ): Promise<(DueSubmission & { readonly parentId: string | null })[]> {
    const rows = await sql.query<DueRow>(this.text, [limit, after?.nextAttemptAt ?? null, after?.id ?? null]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      id: row.id,
      parentId: row.parent_id,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
      origin: row.origin,
    }));
  }
}

/**
 * Of a time in which the clock ran ahead: nothing is planned for a later date. What a person looks after is held back
 * for an hour at the most, everything else for a quarter of an hour, or for two time-outs: whether it is due by its
 * settings, too, is decided when it is claimed.
 */
function misdatedOf({ name, parentId = 'NULL::uuid' }: SubmissionTable): string {
  return `
    (SELECT merchant_id, id, ${parentId} AS parent_id, attempts, next_attempt_at FROM ${name}
     WHERE next_attempt_at > now() + interval '15 minutes'
       AND (NOT needs_attention OR next_attempt_at > now() + interval '1 hour')
     ORDER BY next_attempt_at, id LIMIT $1)`;
}

function dueOf({ name, parentId = 'NULL::uuid' }: SubmissionTable): string {
  return `
    (SELECT merchant_id, id, ${parentId} AS parent_id, attempts, next_attempt_at FROM ${name}
     WHERE next_attempt_at <= now() AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
     ORDER BY next_attempt_at, id LIMIT $1)`;
}
