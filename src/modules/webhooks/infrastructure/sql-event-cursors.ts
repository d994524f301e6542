import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.public.js';
import { type EventCursor, EventCursors, type PlannedDelivery } from '../domain/deliveries.js';
import { OPERATORS } from './sql-webhook-endpoints.js';

/** Committed, and not given to the endpoint yet: one look into the index of the merchant's numbers. */
const HAS_MORE = `EXISTS (
  SELECT FROM outbox o WHERE o.merchant_id = m.merchant_id AND o.sequence > coalesce(c.sequence, 0))`;

const CURSORS = `
  LEFT JOIN webhook_cursors c ON c.merchant_id = m.merchant_id AND c.endpoint_id = e.id
  WHERE e.is_active AND ${HAS_MORE}`;

const COLUMNS = `m.merchant_id, e.id AS endpoint_id, e.merchant_id = '${OPERATORS}' AS of_operators, e.event_types,
  coalesce(c.sequence, 0) AS sequence`;

const BEHIND = `
  (SELECT ${COLUMNS} FROM webhook_endpoints e CROSS JOIN LATERAL (SELECT e.merchant_id) m ${CURSORS}
    AND e.merchant_id <> '${OPERATORS}' LIMIT $1)
  UNION ALL
  (SELECT ${COLUMNS} FROM webhook_endpoints e CROSS JOIN books m ${CURSORS}
    AND e.merchant_id = '${OPERATORS}' LIMIT $1)`;

/**
 * The row of the cursor is the lock: who comes second finds it moved and plans nothing. One that goes back (`recover`)
 * finds again what is planned already.
 */
const ADVANCE = `
  WITH moved AS (
    INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
    SELECT $1::uuid, e.id, $4::bigint FROM webhook_endpoints e WHERE e.id = $2 FOR KEY SHARE
    ON CONFLICT (merchant_id, endpoint_id) DO UPDATE SET sequence = excluded.sequence WHERE c.sequence = $3::bigint
    RETURNING c.endpoint_id
  )
  INSERT INTO webhook_deliveries
    (merchant_id, id, endpoint_id, owner_id, event_id, event_type, sequence, body, status, next_attempt_at, created_at)
  SELECT $1, d.id, e.id, e.merchant_id, d.event_id, d.event_type, d.sequence, d.body, 'pending', t.now, t.now
  FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::text[]) AS d(id, event_id, event_type, sequence, body)
  CROSS JOIN moved JOIN webhook_endpoints e ON e.id = moved.endpoint_id
  CROSS JOIN (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) t
  ON CONFLICT (merchant_id, endpoint_id, event_id) DO NOTHING`;

interface CursorRow {
  readonly merchant_id: string;
  readonly endpoint_id: string;
  readonly of_operators: boolean;
  readonly event_types: string[] | null;
  readonly sequence: string;
}

@Injectable()
export class SqlEventCursors extends EventCursors {
  constructor(private readonly database: Database) {
    super();
  }

  override async areNeeded(): Promise<boolean> {
    return (await this.database.query('SELECT FROM webhook_endpoints WHERE is_active LIMIT 1')).length > 0;
  }

  override async behind(limit: number): Promise<EventCursor[]> {
    const rows = await this.database.query<CursorRow>(BEHIND, [limit]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      endpointId: row.endpoint_id,
      reader: row.of_operators ? 'operator' : 'merchant',
      eventTypes: row.event_types,
      sequence: Number(row.sequence),
    }));
  }

  override async advance(
    { merchantId, endpointId, sequence: from }: EventCursor,
    sequence: number,
    deliveries: readonly PlannedDelivery[],
  ): Promise<void> {
    const column = <K extends keyof PlannedDelivery>(key: K): PlannedDelivery[K][] => deliveries.map((d) => d[key]);
    const rows = [column('id'), column('eventId'), column('eventType'), column('sequence'), column('body')];
    await this.database.query(ADVANCE, [merchantId, endpointId, from, sequence, ...rows]);
  }
}
