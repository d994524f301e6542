import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { firstIdOf, NIL_ID } from '../../shared/ids.js';
import { ProcessRole } from '../config/process-role.js';
import { Database } from '../database/connections/database.js';
import { type SqlTemplate, table, template, textOf, value } from '../database/statements/sql-template.js';
import { Ticker } from '../waiting/ticker.js';
import { RetentionMarks } from './retention-marks.js';
import { EventSettings } from './outbox.settings.js';

const EVERY_MS = 60 * 60_000;

/**
 * The books that one query covers, and the rows that one statement deletes: no statement runs long, and replicas can
 * keep up.
 */
const BOOKS = 1_000;
const ROWS = 1_000;

/** A row of the previous release says itself whether it was carried; for a row of this release the queue says it. */
const IS_CARRIED = template`o.published_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM ${table('outbox_queue')} q WHERE q.id = o.id AND q.merchant_id = o.merchant_id)`;

/**
 * The book's last event is kept with its number, because the next event takes the following number. No version may
 * delete it.
 */
const lastOf = (merchantId: string): SqlTemplate =>
  template`(SELECT max(e.sequence) FROM ${table('outbox')} e WHERE e.merchant_id = ${merchantId} AND e.sequence IS NOT NULL)`;

/**
 * Which books of a slice have something to delete. Two old rows of each book are read because one of them may be the
 * book's last event, which for a quiet book is its only old row. Selected by id, which contains the time, because that
 * has an index. Events of a deleted book would not be found, but books are never deleted.
 */
const BOOKS_WITH_OLD = template`
  SELECT b.merchant_id, EXISTS (
    SELECT FROM (
      SELECT o.sequence FROM ${table('outbox')} o
      WHERE o.merchant_id = b.merchant_id AND o.id < ${value(2)} AND ${IS_CARRIED} ORDER BY o.id LIMIT 2
    ) old
    WHERE old.sequence IS NULL OR old.sequence < ${lastOf('b.merchant_id')}
  ) AS has_old
  FROM (SELECT merchant_id FROM ${table('books')} WHERE merchant_id > ${value(1)} ORDER BY merchant_id LIMIT ${BOOKS}) b
  ORDER BY b.merchant_id`;

const DELETE_OLD = `
  WITH old AS (
    SELECT merchant_id, id FROM outbox o
    WHERE merchant_id = $1 AND id < $2 AND ${textOf(IS_CARRIED)} AND (sequence IS NULL OR sequence < ${textOf(lastOf('$1'))})
    ORDER BY id LIMIT ${ROWS}
  )
  DELETE FROM outbox o USING old WHERE o.merchant_id = old.merchant_id AND o.id = old.id
  RETURNING 1`;

/**
 * Deletes events that were carried long ago. An event that was never carried stays, however old; so does each book's
 * last event.
 */
@Injectable()
export class OutboxPruning implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker('outbox pruning', EVERY_MS, () => this.prune());

  constructor(
    private readonly role: ProcessRole,
    private readonly database: Database,
    private readonly settings: EventSettings,
    private readonly ages: RetentionMarks,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  async prune(): Promise<void> {
    await this.ages.note();
    const oldest = await this.ages.oldest(this.settings.retentionDays);
    if (oldest !== null) await this.pruneBooks(firstIdOf(oldest));
  }

  /** Ids are dated by the database's clock. */
  private async pruneBooks(oldest: string): Promise<void> {
    for (let last: string = NIL_ID; ;) {
      const books = await this.database.placement.search<{ merchant_id: string; has_old: boolean }>(
        BOOKS_WITH_OLD,
        [last, oldest],
        { by: ['merchant_id'], limit: BOOKS },
      );
      for (const { merchant_id, has_old } of books) if (has_old) await this.pruneBook(merchant_id, oldest);
      if (books.length < BOOKS) return;
      last = books.at(-1)!.merchant_id;
    }
  }

  private async pruneBook(merchantId: string, oldest: string): Promise<void> {
    let deleted: number;
    do {
      deleted = (await this.database.query(DELETE_OLD, [merchantId, oldest])).length;
    } while (deleted === ROWS);
  }
}
