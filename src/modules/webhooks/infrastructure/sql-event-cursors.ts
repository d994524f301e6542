import { Injectable } from '@nestjs/common';
import { BEFORE_ALL_IDS, Database } from '../../../platform/database/database.public.js';
import { type CursorPlace, type EventCursor, EventCursors, type PlannedStep } from '../domain/deliveries.js';
import { OPERATORS } from './operators.js';

/**
 * The endpoints `e` that have not been given the last event of a merchant `m`. LATERAL, so that each takes one look-up
 * in the index of the merchant's numbers. $1, $2: the place after which the round goes on.
 */
const CURSORS = `
  LEFT JOIN webhook_cursors c ON c.merchant_id = m.merchant_id AND c.endpoint_id = e.id
  CROSS JOIN LATERAL (
    SELECT FROM outbox o WHERE o.merchant_id = m.merchant_id AND o.sequence > coalesce(c.sequence, 0) LIMIT 1
  ) AS news
  WHERE e.is_active AND e.id >= $1 AND (e.id, m.merchant_id) > ($1, $2)`;

const COLUMNS = `m.merchant_id, e.id AS endpoint_id, e.merchant_id = '${OPERATORS}' AS of_operators, e.event_types,
  coalesce(c.sequence, 0) AS sequence, clock_timestamp() AS at`;

const BEHIND = `
  SELECT * FROM (
    (SELECT ${COLUMNS} FROM webhook_endpoints e CROSS JOIN LATERAL (SELECT e.merchant_id) m ${CURSORS}
      AND e.merchant_id <> '${OPERATORS}' ORDER BY e.id LIMIT $3)
    UNION ALL
    (SELECT ${COLUMNS} FROM webhook_endpoints e CROSS JOIN books m ${CURSORS}
      AND e.merchant_id = '${OPERATORS}' ORDER BY e.id, m.merchant_id LIMIT $3)
  ) found ORDER BY endpoint_id, merchant_id LIMIT $3`;

/**
 * The row of the cursor is the lock: a process that comes second finds it moved, and plans nothing. After a cursor was
 * set back (`recover`), deliveries that exist already are not planned again. If the endpoint is being removed, the
 * cursor waits for the next round; if it was switched off after the cursor was read, the cursor stays, as the events
 * may be later than that.
 */
const ADVANCE = `
  WITH steps AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) AS s(merchant_id, endpoint_id, was, sequence)
  ), endpoints AS (
    SELECT id, merchant_id AS owner_id FROM webhook_endpoints WHERE id = ANY($2) AND is_active ORDER BY id
    FOR KEY SHARE SKIP LOCKED
  ), moved AS (
    INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
    SELECT s.merchant_id, s.endpoint_id, s.sequence FROM steps s JOIN endpoints e ON e.id = s.endpoint_id
    ORDER BY s.merchant_id, s.endpoint_id
    ON CONFLICT (merchant_id, endpoint_id) DO UPDATE SET sequence = excluded.sequence WHERE c.sequence = (
      SELECT s.was FROM steps s WHERE s.merchant_id = excluded.merchant_id AND s.endpoint_id = excluded.endpoint_id)
    RETURNING c.merchant_id, c.endpoint_id
  )
  INSERT INTO webhook_deliveries
    (merchant_id, id, endpoint_id, owner_id, event_id, event_type, object_id, sequence, body, status, next_attempt_at,
      created_at)
  SELECT d.merchant_id, d.id, d.endpoint_id, e.owner_id, d.event_id, d.event_type, d.object_id, d.sequence, d.body,
    'pending', t.now, t.now
  FROM unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::uuid[], $11::bigint[],
    $12::text[])
    AS d(merchant_id, endpoint_id, id, event_id, event_type, object_id, sequence, body)
  JOIN moved ON moved.merchant_id = d.merchant_id AND moved.endpoint_id = d.endpoint_id
  JOIN endpoints e ON e.id = d.endpoint_id
  CROSS JOIN (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) t
  ON CONFLICT (merchant_id, endpoint_id, event_id) DO NOTHING`;

interface CursorRow {
  readonly merchant_id: string;
  readonly endpoint_id: string;
  readonly of_operators: boolean;
  readonly event_types: string[] | null;
  readonly sequence: string;
  readonly at: Date;
}

@Injectable()
export class SqlEventCursors extends EventCursors {
  constructor(protected readonly database: Database) {
    super();
  }

  override async areNeeded(): Promise<boolean> {
    return (await this.database.query('SELECT FROM webhook_endpoints WHERE is_active LIMIT 1')).length > 0;
  }

  override async behind(after: CursorPlace | null, limit: number): Promise<EventCursor[]> {
    const place = after === null ? [BEFORE_ALL_IDS, BEFORE_ALL_IDS] : [after.endpointId, after.merchantId];
    const rows = await this.database.query<CursorRow>(BEHIND, [...place, limit]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      endpointId: row.endpoint_id,
      reader: row.of_operators ? 'operator' : 'merchant',
      eventTypes: row.event_types,
      sequence: Number(row.sequence),
      at: row.at,
    }));
  }

  override async advance(steps: readonly PlannedStep[]): Promise<void> {
    const cursors = steps.map(({ cursor }) => cursor);
    const planned = steps.flatMap(({ cursor: { merchantId, endpointId }, deliveries }) =>
      deliveries.map((delivery) => ({ merchantId, endpointId, ...delivery })),
    );
    const of = <Row, K extends keyof Row>(rows: readonly Row[], key: K): Row[K][] => rows.map((row) => row[key]);
    await this.database.query(ADVANCE, [
      of(cursors, 'merchantId'),
      of(cursors, 'endpointId'),
      of(cursors, 'sequence'),
      of(steps, 'sequence'),
      of(planned, 'merchantId'),
      of(planned, 'endpointId'),
      of(planned, 'id'),
      of(planned, 'eventId'),
      of(planned, 'eventType'),
      of(planned, 'objectId'),
      of(planned, 'sequence'),
      of(planned, 'body'),
    ]);
  }
}
