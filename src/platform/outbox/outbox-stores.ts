import { Injectable } from '@nestjs/common';
import type { Sql } from '../database/sql.js';
import type { BookTableStore, LoadedRow, StagedRow, Statement } from '../group-commit/book-table.js';
import { fixed } from '../group-commit/columns.js';
import { Rows } from '../group-commit/rows.js';
import { OutboxRoutes } from './outbox-routes.js';
import { lastEventIds, type OutboxEvent, outboxEvents } from './outbox.js';

const LAST_IDS = `
  SELECT b.merchant_id, o.id
  FROM books b
  LEFT JOIN LATERAL (
    SELECT id FROM outbox o WHERE o.merchant_id = b.merchant_id ORDER BY id DESC LIMIT 1
  ) o ON true
  WHERE b.merchant_id = ANY($1::uuid[])`;

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
 * Writes the events that the batch's decisions have announced. One that no route takes is published from the
 * start, so that the relay, whose two updates cost more than the insert, need not carry it.
 */
@Injectable()
export class OutboxEventStore implements BookTableStore<OutboxEvent> {
  readonly table = outboxEvents;

  private readonly rows: Rows<OutboxEvent>;

  constructor(routes: OutboxRoutes) {
    const publishedAt = ({ type, createdAt }: OutboxEvent): Date | null => (routes.mayTake(type) ? null : createdAt);
    this.rows = new Rows('outbox', {
      key: ['merchantId', 'id'],
      columns: {
        merchantId: fixed('merchant_id', 'uuid'),
        id: fixed('id', 'uuid'),
        type: fixed('type', 'text'),
        payload: fixed('payload', 'jsonb'),
        createdAt: fixed('created_at', 'timestamptz'),
        origin: fixed('origin', 'jsonb'),
      },
      derived: [{ name: 'published_at', type: 'timestamptz', changes: true, write: publishedAt }],
    });
  }

  load(): Promise<LoadedRow<OutboxEvent>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<OutboxEvent>[]): Statement[] {
    return [this.rows.insert(staged)];
  }
}
