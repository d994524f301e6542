import { Injectable } from '@nestjs/common';
import { bound, type BoundTo } from '../database/statements/bound.js';
import type { Sql } from '../database/statements/sql.js';
import type { BookTableStore, LoadedRow, StagedRow, Statement } from '../group-commit/book-table-store.js';
import { fixed } from '../group-commit/columns.js';
import { Rows } from '../group-commit/rows.js';
import { OutboxRoutes } from './outbox-routes.js';
import { outboxEvents, type OutboxHead, outboxHeads, type RecordedEvent } from './outbox.js';

/**
 * Id and number nearly always come from the last row, because they are drawn together. If the last row has no number
 * (it is not shown, or was written by a version without numbers), the number comes from the index of numbers.
 */
const HEADS = `
  SELECT b.merchant_id, o.id, coalesce(o.sequence, (
    SELECT e.sequence FROM outbox e WHERE e.merchant_id = b.merchant_id AND e.sequence IS NOT NULL AND ${bound('e.merchant_id', 2)}
    ORDER BY e.sequence DESC LIMIT 1
  ), 0) AS sequence
  FROM books b
  LEFT JOIN LATERAL (
    SELECT id, sequence FROM outbox o WHERE o.merchant_id = b.merchant_id AND ${bound('o.merchant_id', 2)} ORDER BY id DESC LIMIT 1
  ) o ON true
  WHERE b.merchant_id = ANY($1::uuid[])`;

/** Reads the last id and number of every book of the batch. What follows is in the rows of the outbox. */
@Injectable()
export class OutboxHeadStore implements BookTableStore<OutboxHead> {
  readonly table = outboxHeads;
  readonly everyBook = true;

  async load(
    sql: Sql,
    merchantIds: readonly string[],
    _keys: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<OutboxHead>[]> {
    const rows = await sql.query<{ merchant_id: string; id: string | null; sequence: string }>(HEADS, [
      merchantIds,
      boundTo,
    ]);
    return rows.map(({ merchant_id, id, sequence }) => ({
      merchantId: merchant_id,
      key: '',
      row: { id, sequence: Number(sequence) },
    }));
  }

  lastId({ id }: OutboxHead): string | null {
    return id;
  }
}

/** Far below the largest integer that a number in memory holds exactly. */
const SEQUENCE = { write: (sequence: number) => sequence, read: (sequence: bigint) => Number(sequence) };

const queue = new Rows<object>('outbox_queue', {
  fromBook: { merchantId: fixed('merchant_id', 'uuid'), key: fixed('id', 'uuid') },
  columns: {},
});

/** Writes the events that the decisions of the batch announced, and queues those that a route may take. */
@Injectable()
export class OutboxEventStore implements BookTableStore<RecordedEvent> {
  readonly table = outboxEvents;

  private readonly rows: Rows<RecordedEvent>;

  constructor(private readonly routes: OutboxRoutes) {
    this.rows = new Rows('outbox', {
      key: ['merchantId', 'id'],
      columns: {
        merchantId: fixed('merchant_id', 'uuid'),
        id: fixed('id', 'uuid'),
        type: fixed('type', 'text'),
        payload: fixed('payload', 'jsonb'),
        createdAt: fixed('created_at', 'timestamptz'),
        origin: fixed('origin', 'jsonb'),
        sequence: fixed('sequence', 'bigint', SEQUENCE),
        objectId: fixed('object_id', 'uuid'),
        object: fixed('object', 'text'),
        previousStatus: fixed('previous_status', 'text'),
      },
    });
  }

  load(): Promise<LoadedRow<RecordedEvent>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<RecordedEvent>[], boundTo: BoundTo): Statement[] {
    const carried = staged.filter(({ row }) => this.routes.mayTake(row.type));
    return [this.rows.insert(staged, boundTo), ...(carried.length === 0 ? [] : [queue.insert(carried, boundTo)])];
  }
}
