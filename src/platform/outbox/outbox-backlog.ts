import { Injectable } from '@nestjs/common';
import type { Origin } from '../../shared/origin.js';
import { bound, type BoundTo } from '../database/statements/bound.js';
import { CLAIM_MARGIN_SECONDS, Database } from '../database/connections/database.js';
import { ofShardsThatAnswer } from '../database/shards/shards-that-answer.js';
import { table, template, value } from '../database/statements/sql-template.js';
import type { OutboxEvent } from './outbox.js';
import type { Signalled } from './outbox-signal.js';

/** Longer than it takes to hand a batch to the queues. The rows of a relay that dies wait this long. */
const CLAIM_SECONDS = 5;

/**
 * For the row `row`. A claim that ends too far ahead was dated by a clock that was later set back, and counts as
 * expired.
 */
const isFree = (row: string): string => `
  (${row}.claimed_until IS NULL OR ${row}.claimed_until < statement_timestamp()
    OR ${row}.claimed_until > statement_timestamp() + interval '${CLAIM_SECONDS + CLAIM_MARGIN_SECONDS} seconds')`;

/** The merchants whose events wait, when books are distributed over several nodes. */
const WAITING = template`
  SELECT q.merchant_id, q.id FROM ${table('outbox_queue')} q WHERE ${isFree('q')} ORDER BY q.id LIMIT ${value(1)}`;

/**
 * Without the book's lock: the write path inserts these rows and never touches them again. Rows that another relay is
 * claiming at the same time are skipped. $2: the merchants of a shard, or null.
 */
const CLAIM = `
  WITH due AS (
    SELECT q.merchant_id, q.id FROM outbox_queue q WHERE ${isFree('q')} AND ${bound('q.merchant_id', 2)}
    ORDER BY q.id LIMIT $1
    FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE outbox_queue q SET claimed_until = statement_timestamp() + interval '${CLAIM_SECONDS} seconds'
    FROM due WHERE q.id = due.id AND q.merchant_id = due.merchant_id AND ${bound('q.merchant_id', 2)}
    RETURNING q.merchant_id, q.id
  )
  SELECT o.merchant_id, o.id, o.type, o.payload, o.created_at, o.origin
  FROM claimed c JOIN outbox o ON o.merchant_id = c.merchant_id AND o.id = c.id AND ${bound('o.merchant_id', 2)}`;

const CARRIED = `
  DELETE FROM outbox_queue q USING unnest($1::uuid[], $2::uuid[]) AS done(merchant_id, id)
  WHERE q.id = done.id AND q.merchant_id = done.merchant_id AND ${bound('q.merchant_id', 3)}`;

/**
 * The previous release marks the events themselves. Events that one of its relays has claimed stay with that relay
 * until the claim ends.
 */
const ADOPT = `
  WITH left_behind AS (
    SELECT o.merchant_id, o.id FROM outbox o WHERE o.published_at IS NULL AND ${isFree('o')}
    ORDER BY o.id LIMIT $1
    FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE outbox o SET published_at = clock_timestamp() FROM left_behind l
    WHERE o.merchant_id = l.merchant_id AND o.id = l.id
    RETURNING o.merchant_id, o.id
  )
  INSERT INTO outbox_queue (merchant_id, id) SELECT merchant_id, id FROM taken
  ON CONFLICT DO NOTHING
  RETURNING 1`;

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

  /**
   * Claims the oldest events. If they are not carried in time, a relay claims them again.
   * @param of the merchants whose events to claim when books are distributed over several nodes; null: all merchants,
   *   on all nodes
   * @returns the events, and whether there may be more
   */
  async claim(limit: number, of: Signalled = null): Promise<{ events: OutboxEvent[]; more: boolean }> {
    const shards = await this.waiting(limit, of);
    // All events of the batch must be carried before their claims expire.
    const share = Math.ceil(limit / shards.length);
    const claimed = await ofShardsThatAnswer(shards, (merchants) =>
      this.database.query<OutboxRow>(CLAIM, [share, merchants]),
    );
    const events = claimed
      .flat()
      .map((row) => ({
        merchantId: row.merchant_id,
        id: row.id,
        type: row.type,
        payload: row.payload,
        createdAt: row.created_at,
        origin: row.origin,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return { events, more: claimed.some((rows) => rows.length >= share) };
  }

  /** Called when the events are in the queues. The events themselves are kept. */
  async remove(events: readonly OutboxEvent[]): Promise<void> {
    if (events.length === 0) return;
    const values = [events.map(({ merchantId }) => merchantId), events.map(({ id }) => id)];
    await ofShardsThatAnswer(await this.database.placement.byShard(values[0]!), (merchants) =>
      this.database.query(CARRIED, [...values, merchants]),
    );
  }

  /**
   * Takes over the events that processes of the previous release have committed. That release never runs on several
   * nodes. @returns how many there were
   */
  async adopt(limit: number): Promise<number> {
    return this.database.placement.distributed ? 0 : (await this.database.query(ADOPT, [limit])).length;
  }

  private async waiting(limit: number, of: Signalled): Promise<BoundTo[]> {
    if (!this.database.placement.distributed) return [null];
    if (of !== null) return this.database.placement.byShard(of);
    const rows = await this.database.placement.search<OutboxRow>(WAITING, [limit], { by: ['id'], limit });
    return this.database.placement.byShard(rows.map(({ merchant_id }) => merchant_id));
  }
}
