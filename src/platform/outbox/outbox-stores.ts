import { Injectable } from '@nestjs/common';
import type { Sql } from '../database/sql.js';
import type { BookTableStore, LoadedRow, StagedRow, Statement } from '../group-commit/book-table.js';
import { OutboxRoutes } from './outbox-routes.js';
import { lastEventIds, type OutboxEvent, outboxEvents } from './outbox.js';

const LAST_IDS = `
  SELECT b.merchant_id, o.id
  FROM books b
  LEFT JOIN LATERAL (
    SELECT id FROM outbox o WHERE o.merchant_id = b.merchant_id ORDER BY id DESC LIMIT 1
  ) o ON true
  WHERE b.merchant_id = ANY($1::uuid[])`;

const APPEND = `
  INSERT INTO outbox (merchant_id, id, type, payload, created_at, published_at, origin)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[])`;

/** Reads the last event's id of every book of the batch: it may be the last id that the book has given out. */
@Injectable()
export class LastEventIdStore implements BookTableStore<string | null> {
  readonly table = lastEventIds;
  readonly everyBook = true;

  async load(sql: Sql, merchantIds: readonly string[]): Promise<LoadedRow<string | null>[]> {
    const rows = await sql.query<{ merchant_id: string; id: string | null }>(LAST_IDS, [merchantIds]);
    return rows.map(({ merchant_id, id }) => ({ merchantId: merchant_id, key: '', row: id }));
  }

  lastId(id: string | null): string | null {
    return id;
  }
}

/**
 * Writes the events that the batch's decisions have announced. One that nobody wants to hear of is history from the
 * start, so that the relay, whose two updates cost more than the insert, need not carry it nowhere.
 */
@Injectable()
export class OutboxEventStore implements BookTableStore<OutboxEvent> {
  readonly table = outboxEvents;

  constructor(private readonly routes: OutboxRoutes) {}

  load(): Promise<LoadedRow<OutboxEvent>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<OutboxEvent>[]): Statement[] {
    const values = [
      staged.map(({ row }) => row.merchantId),
      staged.map(({ row }) => row.id),
      staged.map(({ row }) => row.type),
      staged.map(({ row }) => row.payload),
      staged.map(({ row }) => row.createdAt),
      staged.map(({ row }) => (this.routes.has(row.type) ? null : row.createdAt)),
      staged.map(({ row }) => row.origin),
    ];
    return [{ text: APPEND, values }];
  }
}
