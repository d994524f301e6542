import { Injectable } from '@nestjs/common';
import type { Origin } from '../../shared/origin.js';
import { Database } from '../database/database.js';
import type { OutboxEvent } from './outbox.js';

/** Longer than it takes to hand a batch to the queues. The rows of a relay that dies wait for as long. */
const CLAIM_SECONDS = 5;

/**
 * Not under the book's lock: the write path inserts these rows and never touches them again. Rows that another relay is
 * just claiming are passed by.
 */
const CLAIM = `
  WITH due AS (
    SELECT merchant_id, id FROM outbox
    WHERE published_at IS NULL AND (claimed_until IS NULL OR claimed_until < clock_timestamp()
        OR claimed_until > clock_timestamp() + interval '${CLAIM_SECONDS} seconds')
    ORDER BY id LIMIT $1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE outbox o SET claimed_until = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
  FROM due WHERE o.merchant_id = due.merchant_id AND o.id = due.id
  RETURNING o.merchant_id, o.id, o.type, o.payload, o.created_at, o.origin`;

const PUBLISHED = `
  UPDATE outbox o SET published_at = clock_timestamp()
  FROM unnest($1::uuid[], $2::uuid[]) AS done(merchant_id, id)
  WHERE o.merchant_id = done.merchant_id AND o.id = done.id`;

interface OutboxRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly type: string;
  readonly payload: Record<string, unknown>;
  readonly created_at: Date;
  readonly origin: Origin | null;
}

/** Events that were committed and have not been carried to the queues yet. */
@Injectable()
export class OutboxBacklog {
  constructor(private readonly database: Database) {}

  /** Takes the oldest unpublished events. Unless they are published in time, a relay takes them again. */
  async claim(limit: number): Promise<OutboxEvent[]> {
    const rows = await this.database.query<OutboxRow>(CLAIM, [limit]);
    return rows
      .map((row) => ({
        merchantId: row.merchant_id,
        id: row.id,
        type: row.type,
        payload: row.payload,
        createdAt: row.created_at,
        origin: row.origin,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async markPublished(events: readonly OutboxEvent[]): Promise<void> {
    const values = [events.map(({ merchantId }) => merchantId), events.map(({ id }) => id)];
    if (events.length > 0) await this.database.query(PUBLISHED, values);
  }
}
