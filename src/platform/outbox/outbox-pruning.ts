import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { firstIdOf, NIL_ID } from '../../shared/ids.js';
import { ProcessRole } from '../config/process-role.js';
import { Database } from '../database/connections/database.js';
import { type SqlTemplate, table, template, textOf, value } from '../database/statements/sql-template.js';
import { Ticker } from '../waiting/ticker.js';
import { RetentionMarks } from './retention-marks.js';
import { EventSettings } from './outbox.settings.js';

const EVERY_MS = 60 * 60_000;

/** Books that one query looks at, and rows that one statement deletes: none runs for long, and a replica can follow. */
const BOOKS = 1_000;
const ROWS = 1_000;

/** A row of the release before says so itself, one of this release by what stands in the queue. */
const IS_CARRIED = template`o.published_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM ${table('outbox_queue')} q WHERE q.id = o.id AND q.merchant_id = o.merchant_id)`;

/** The book's last event stays, with its number: the next one takes the number behind. No version can delete it. */
const lastOf = (merchantId: string): SqlTemplate =>
  template`(SELECT max(e.sequence) FROM ${table('outbox')} e WHERE e.merchant_id = ${merchantId} AND e.sequence IS NOT NULL)`;

/**
 * Of a slice of the books: which have something to delete. Two old rows of each are looked at, since one of them may be
 * the book's last event: of a quiet book, which has nothing else, as long as it lasts. By id, which contains the time,
 * because there is an index for it. Events of a gone book would be found by nobody; there are none.
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

/** Deletes what was carried long ago. An event that was never carried stays, however old, and so does the last. */
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
