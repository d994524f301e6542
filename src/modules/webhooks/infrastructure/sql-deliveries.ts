import { Injectable } from '@nestjs/common';
import { bound, Database, ListQuery, Lists, PointReads } from '../../../platform/database/database.public.js';
import { firstIdOf } from '../../../shared/ids.js';
import type { Slice } from '../../../shared/slice.js';
import { Deliveries, type DeliveryFilter } from '../domain/deliveries.js';
import { type Delivery, DELIVERY_STATUSES, type DeliveryAttempt, type DeliveryStatus } from '../domain/delivery.js';

const COLUMNS = `p.merchant_id, p.id, p.endpoint_id, p.event_id, p.event_type, p.sequence, p.status, p.attempts,
  p.next_attempt_at, p.created_at, p.ended_at`;

const FIND = `SELECT ${COLUMNS} FROM webhook_deliveries p WHERE p.id = $1 AND ($2::uuid IS NULL OR p.owner_id = $2)`;

const ATTEMPTS = `
  SELECT number, started_at, duration_ms, status_code, failure, answer FROM webhook_attempts
  WHERE merchant_id = $1 AND delivery_id = $2 ORDER BY number`;

const PLAN = `status = 'pending', tries = 0, next_attempt_at = clock_timestamp(), ended_at = NULL`;

/** The endpoint of a delivery, which cannot be removed, and is not paused meanwhile by another delivery. */
const LOCK_ENDPOINT_OF = `
  SELECT e.id FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
  WHERE d.merchant_id = $1 AND d.id = $2
  FOR NO KEY UPDATE OF e`;

/**
 * A delivery that is being sent stays claimed by its sender. If it is the one that holds up an ordered endpoint, the
 * endpoint continues with it; if another one does too, the order would be lost, and the endpoint stays paused.
 */
const RETRY = `
  WITH planned AS (
    UPDATE webhook_deliveries p SET ${PLAN} WHERE p.merchant_id = $1 AND p.id = $2 AND p.endpoint_id = $3
    RETURNING ${COLUMNS}
  ), endpoint AS (
    UPDATE webhook_endpoints e SET paused_since = NULL
    WHERE e.id = $3 AND e.paused_since IS NOT NULL AND NOT EXISTS (
      SELECT FROM webhook_deliveries o
      WHERE o.endpoint_id = $3 AND o.status = 'failed' AND o.ended_at >= e.paused_since AND o.id <> $2
    )
  )
  SELECT * FROM planned`;

const LOCK_ENDPOINT = 'SELECT id FROM webhook_endpoints WHERE id = $1 FOR NO KEY UPDATE';

/** In the order in which planning locks them. */
const LOCK_CURSORS =
  'SELECT merchant_id FROM webhook_cursors WHERE endpoint_id = $1 ORDER BY merchant_id FOR NO KEY UPDATE';

/** For each of these merchants, the number before its first event since then. $3: those that lie in one shard. */
const BEFORE = `
  SELECT w.merchant_id, first.sequence FROM unnest($1::uuid[]) AS w(merchant_id) CROSS JOIN LATERAL (
    SELECT o.sequence - 1 AS sequence FROM outbox o
    WHERE o.merchant_id = w.merchant_id AND ${bound('o.merchant_id', 3)} AND o.id >= $2 AND o.sequence IS NOT NULL
    ORDER BY o.id LIMIT 1
  ) first`;

/**
 * Deliveries that were planned before this time and have failed since then count too. A cursor that has passed this time
 * goes back to it; deliveries that exist already are not planned again.
 */
const RECOVER = `
  WITH planned AS (
    UPDATE webhook_deliveries p SET ${PLAN}
    WHERE p.endpoint_id = $1 AND p.status = 'failed' AND (p.id >= $2 OR p.ended_at >= $5)
    RETURNING p.id
  ), endpoint AS (
    UPDATE webhook_endpoints SET paused_since = NULL WHERE id = $1 AND paused_since IS NOT NULL
  ), behind AS (
    UPDATE webhook_cursors c SET sequence = before.sequence
    FROM unnest($3::uuid[], $4::bigint[]) AS before(merchant_id, sequence)
    WHERE c.endpoint_id = $1 AND c.merchant_id = before.merchant_id AND before.sequence < c.sequence
  )
  SELECT count(*)::int AS count FROM planned`;

/** Deliveries that another process is pruning or planning are left for the next time. */
const PRUNE = `
  WITH old AS (
    SELECT merchant_id, id FROM webhook_deliveries WHERE id < $1 AND (status <> 'pending' OR id < $2)
    ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
  ), attempts AS (
    DELETE FROM webhook_attempts a USING old WHERE a.merchant_id = old.merchant_id AND a.delivery_id = old.id
  )
  DELETE FROM webhook_deliveries d USING old WHERE d.merchant_id = old.merchant_id AND d.id = old.id RETURNING 1`;

interface DeliveryRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly sequence: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

interface AttemptRow {
  readonly number: number;
  readonly started_at: Date;
  readonly duration_ms: number;
  readonly status_code: number | null;
  readonly failure: string | null;
  readonly answer: string | null;
}

@Injectable()
export class SqlDeliveries extends Deliveries {
  constructor(
    private readonly database: Database,
    private readonly reads: PointReads,
    private readonly lists: Lists,
  ) {
    super();
  }

  override async find(ownerId: string | null, id: string): Promise<Delivery | null> {
    const [row] = await this.reads.query<DeliveryRow>(FIND, [id, ownerId]);
    return row === undefined ? null : fromRow(row);
  }

  override async attempts({ merchantId, id }: Delivery): Promise<DeliveryAttempt[]> {
    const rows = await this.reads.query<AttemptRow>(ATTEMPTS, [merchantId, id]);
    return rows.map((row) => ({
      number: row.number,
      startedAt: row.started_at,
      durationMs: row.duration_ms,
      statusCode: row.status_code,
      failure: row.failure,
      answer: row.answer,
    }));
  }

  override async list(filter: DeliveryFilter, slice: Slice): Promise<Delivery[]> {
    return (await this.lists.read<DeliveryRow>(queryOf(filter).page(slice))).map(fromRow);
  }

  override retry({ merchantId, id }: Delivery): Promise<Delivery | null> {
    return this.database.transaction(async (sql) => {
      const [endpoint] = await sql.query<{ id: string }>(LOCK_ENDPOINT_OF, [merchantId, id]);
      if (endpoint === undefined) return null;
      // A statement of its own, so that it sees what the endpoint's other deliveries have become before the lock.
      const [row] = await sql.query<DeliveryRow>(RETRY, [merchantId, id, endpoint.id]);
      return row === undefined ? null : fromRow(row);
    });
  }

  override recover(endpointId: string, since: Date): Promise<number> {
    return this.database.transaction(async (sql) => {
      // The endpoint is locked before its deliveries. Later statements see everything that failed before it was locked.
      await sql.query(LOCK_ENDPOINT, [endpointId]);
      const cursors = await sql.query<{ merchant_id: string }>(LOCK_CURSORS, [endpointId]);
      const merchantIds = cursors.map(({ merchant_id }) => merchant_id);
      const before: { readonly merchant_id: string; readonly sequence: string }[] = [];
      for (const merchants of await this.database.placement.byShard(merchantIds))
        before.push(...(await sql.query<(typeof before)[0]>(BEFORE, [merchantIds, firstIdOf(since), merchants])));
      const places = [before.map(({ merchant_id }) => merchant_id), before.map(({ sequence }) => sequence)];
      const [row] = await sql.query<{ count: number }>(RECOVER, [endpointId, firstIdOf(since), ...places, since]);
      return row!.count;
    });
  }

  override async prune(before: Date, pendingBefore: Date, limit: number): Promise<number> {
    return (await this.database.query(PRUNE, [firstIdOf(before), firstIdOf(pendingBefore), limit])).length;
  }
}

/** Chooses the filters that an index serves; the others are applied to the rows that the index finds. */
function queryOf({ ownerId, endpointId, eventId, objectId, status }: DeliveryFilter): ListQuery {
  const query = new ListQuery('webhook_deliveries', COLUMNS);
  if (eventId !== null || objectId !== null) {
    if (eventId !== null) query.among('p.event_id', 'uuid', [eventId]).equal({ object_id: objectId });
    else query.among('p.object_id', 'uuid', [objectId]);
    return query.equal({ owner_id: ownerId, endpoint_id: endpointId, status });
  }
  if (endpointId !== null) query.among('p.endpoint_id', 'uuid', [endpointId]).equal({ owner_id: ownerId });
  else if (ownerId !== null) query.among('p.owner_id', 'uuid', [ownerId]);
  return query.among('p.status', 'text', status === null ? DELIVERY_STATUSES : [status]);
}

function fromRow(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    endpointId: row.endpoint_id,
    eventId: row.event_id,
    eventType: row.event_type,
    sequence: Number(row.sequence),
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}
