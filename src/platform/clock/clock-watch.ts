import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../database/connections/database.js';
import { Ticker } from '../waiting/ticker.js';

const EVERY_MS = 5_000;

/** Beyond this a clock is wrong: network time services keep clocks within a tenth of a second. */
const ALARM_MS = 5_000;

/** A lasting alarm is repeated at this interval: the first line may be in yesterday's log. */
const AGAIN_MS = 10 * 60_000;

/** An answer that took longer says too little about the time at which it was given. */
const LONGEST_QUESTION_MS = 2_000;

/** A change of the database's clock that has lasted this long is accepted as its normal time. */
const REMEMBERED_MS = 60 * 60_000;

/** By how many milliseconds a clock is ahead; negative: behind. */
export interface Skew {
  /** The database's clock compared with this process's. */
  readonly process: number;
  /** The database's clock compared with what it would show if nobody had set it within the last hour. */
  readonly database: number;
}

interface Seen {
  /** Monotonic, in milliseconds. */
  readonly at: number;
  /** The database's clock minus the monotonic clock. */
  readonly offset: number;
}

/**
 * Watches the clocks: each process compares the database's clock with its own and with its monotonic clock. The first
 * comparison shows when one of two machines has a wrong clock; the second, when a clock that both use was set.
 */
@Injectable()
export class ClockWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Clock');
  private readonly ticker = new Ticker('watch of the clocks', EVERY_MS, () => this.look());
  private readonly history: Seen[] = [];
  private last: Skew | null = null;
  private alarmedAt: number | null = null;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  /**
   * The database's clock without a query: its last known value, advanced by the monotonic clock. If it was set since,
   * this shows some seconds later. Until the database has answered for the first time, this process's own clock is
   * used.
   */
  get now(): Date {
    const seen = this.history.at(-1);
    return seen === undefined ? new Date() : new Date(performance.now() + seen.offset);
  }

  /** As last measured, a few seconds ago at most. Null: the database has not answered yet. */
  get skew(): Skew | null {
    return this.last;
  }

  private async look(): Promise<void> {
    const began = performance.now();
    const wallBegan = Date.now();
    const [row] = await this.database.query<{ ms: number }>(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
    );
    const took = performance.now() - began;
    if (took > LONGEST_QUESTION_MS) return;
    const seen = { at: began + took / 2, offset: row!.ms - (began + took / 2) };
    while (this.history.length > 0 && seen.at - this.history[0]!.at > REMEMBERED_MS) this.history.shift();
    this.history.push(seen);
    this.last = { process: row!.ms - (wallBegan + took / 2), database: seen.offset - this.history[0]!.offset };
    this.alarm(this.last, seen.at);
  }

  private alarm({ process, database }: Skew, at: number): void {
    const isWrong = Math.max(Math.abs(process), Math.abs(database)) > ALARM_MS;
    if (!isWrong && this.alarmedAt !== null) this.logger.log('the clocks agree again');
    if (isWrong && (this.alarmedAt === null || at - this.alarmedAt >= AGAIN_MS)) {
      const seconds = (ms: number): string => `${(Math.abs(ms) / 1_000).toFixed(1)} s`;
      this.logger.error(
        `ALARM: the database's clock is ${seconds(process)} ${process < 0 ? 'behind' : 'ahead of'} this process's ` +
          `clock, and was set ${database < 0 ? 'back' : 'forward'} by ${seconds(database)} within the last hour. ` +
          'Correct the clocks: nothing is paid twice, but work may be late.',
      );
      this.alarmedAt = at;
    }
    if (!isWrong) this.alarmedAt = null;
  }
}
