import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ServerClock } from '../clock/server-clock.js';
import { ProcessRole } from '../config/process-role.js';
import { Database } from '../database/database.js';
import { Ticker } from '../waiting/ticker.js';
import { EventSettings } from './outbox.settings.js';

const EVERY_MS = 60 * 60_000;

/** Books that one query finds, and rows that one statement deletes: none runs for long, and a replica can follow. */
const BOOKS = 100;
const ROWS = 1_000;

/** The book's last number stays, and with it the row that has it: the next event takes the one behind. */
const PRUNABLE = `o.published_at IS NOT NULL AND (o.sequence IS NULL OR o.sequence < (
    SELECT max(e.sequence) FROM outbox e WHERE e.merchant_id = o.merchant_id AND e.sequence IS NOT NULL))`;

/**
 * By id, which contains the time, because there is an index for it. Events of a gone book would be found by nobody;
 * there are none.
 */
const BOOKS_WITH_OLD = `
  SELECT b.merchant_id FROM books b
  WHERE b.merchant_id > $1
    AND EXISTS (SELECT FROM outbox o WHERE o.merchant_id = b.merchant_id AND o.id < $2 AND ${PRUNABLE})
  ORDER BY b.merchant_id LIMIT ${BOOKS}`;

const DELETE_OLD = `
  WITH old AS (
    SELECT merchant_id, id FROM outbox o
    WHERE merchant_id = $1 AND id < $2 AND ${PRUNABLE} ORDER BY id LIMIT ${ROWS}
  )
  DELETE FROM outbox o USING old WHERE o.merchant_id = old.merchant_id AND o.id = old.id
  RETURNING 1`;

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

/** Deletes what was published long ago. An event that was never published stays, however old, and so does the last. */
@Injectable()
export class OutboxPruning implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker('outbox pruning', EVERY_MS, () => this.prune());

  constructor(
    private readonly role: ProcessRole,
    private readonly database: Database,
    private readonly clock: ServerClock,
    private readonly settings: EventSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  /** Ids are dated by the database's clock. */
  async prune(): Promise<void> {
    const { clockTime } = await this.clock.now();
    const oldest = lowestIdAt(clockTime.getTime() - this.settings.retentionDays * 86_400_000);
    for (let last = LOWEST_ID; ;) {
      const books = await this.database.query<{ merchant_id: string }>(BOOKS_WITH_OLD, [last, oldest]);
      for (const { merchant_id } of books) await this.pruneBook(merchant_id, oldest);
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

/** No id that was drawn at that moment or later sorts before it (ids.ts: the first 48 bits are milliseconds). */
function lowestIdAt(ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
