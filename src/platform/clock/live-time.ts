import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { assert } from '../../shared/assert.js';
import { LIVE_TIME_HAS_ITS_ROW } from '../../shared/moment.js';
import { Database } from '../database/connections/database.js';
import { Ticker } from '../waiting/ticker.js';

/** `LIVE_MARGIN_MS` in `shared/moment.ts` is longer than a tick. */
const EVERY_MS = 2_000;

/** The most that one tick counts: a process that was held up for longer has not seen what went on meanwhile. */
const LONGEST_TICK_MS = 3 * EVERY_MS;

/** If the count has stood still for this long, the counting process is gone and another one takes over. */
const GONE_MS = 3 * EVERY_MS;

/** A smaller step back may be the difference between two ticks in the time that the statement took. */
const SET_BACK_MS = 1_000;

/**
 * One process counts, the others watch. A process that takes over counts from then on: time that no process saw is not
 * counted, so that the count never runs ahead. A tick also records when it finds that the database's clock was set
 * back.
 */
const COUNT = `
  UPDATE live_time SET ticks = ticks + 1, counted_by = $1::uuid, clock_at = clock_timestamp(),
    set_back_live_ms = CASE
      WHEN clock_timestamp() < clock_at - interval '${SET_BACK_MS} milliseconds'
        + CASE WHEN counted_by = $1::uuid THEN $2::bigint ELSE 0 END * interval '1 millisecond'
      THEN live_ms ELSE set_back_live_ms END,
    live_ms = live_ms + CASE WHEN counted_by = $1::uuid THEN least($2::bigint, ${LONGEST_TICK_MS}) ELSE 0 END
  WHERE counted_by = $1::uuid OR ticks = $3::bigint
  RETURNING ticks::text`;

const LOOK = 'SELECT ticks::text FROM live_time';

/**
 * Counts how long processes have lived, by their monotonic clocks alone, so that setting a clock does not cause
 * anything to be forgotten. A process's own count would be lost with it, so the sum is a row of the database.
 */
@Injectable()
export class LiveTime implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly id = randomUUID();
  private readonly ticker = new Ticker('live time', EVERY_MS, () => this.tick());
  /** Up to when this process has counted, in milliseconds of its monotonic clock. */
  private countedAt = performance.now();
  /** The count when it was last seen to change, and when that was. */
  private seen: { readonly ticks: string; readonly at: number } | null = null;

  constructor(
    private readonly database: Database,
    /** Monotonic, in milliseconds. */
    private readonly monotonic: () => number = () => performance.now(),
  ) {}

  onApplicationBootstrap(): void {
    // In API processes too: workers that restart every few seconds would never get to count.
    this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  async tick(): Promise<void> {
    const now = this.monotonic();
    const elapsed = Math.floor(now - this.countedAt);
    // Set before the statement is sent: a count whose answer is lost may have been stored, and must not be counted
    // again.
    this.countedAt = now;
    const standsStill = this.seen !== null && now - this.seen.at >= GONE_MS;
    const [counted] = await this.database.query<{ ticks: string }>(COUNT, [
      this.id,
      elapsed,
      standsStill ? this.seen!.ticks : null,
    ]);
    const [{ ticks } = { ticks: '' }] =
      counted === undefined ? await this.database.query<{ ticks: string }>(LOOK) : [counted];
    assert(ticks !== '', LIVE_TIME_HAS_ITS_ROW);
    if (this.seen?.ticks !== ticks) this.seen = { ticks, at: now };
  }
}
