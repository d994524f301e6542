import { assert } from './assert.js';

/**
 * When a decision is made, by three measures of time. A clock that ran ahead and was set back must not reorder what is
 * written, delay what is due, or cause anything to be forgotten too early.
 */
export interface Moment {
  /**
   * Never before anything that the book already contains: for ids, `created_at`, `updated_at`, and the timeline's `at`.
   */
  readonly orderTime: Date;
  /** The database server's clock as it is: for leases, due dates and next steps. */
  readonly clockTime: Date;
  /**
   * How long processes have lived in all, by monotonic time, which setting a clock does not change. In milliseconds,
   * counted every two seconds.
   */
  readonly liveMs: number;
}

/** When a question was asked. */
export interface Asked {
  /** By the database's clock. */
  readonly askedAt: Date;
  /** By live time. Left out if unknown, as for something that another party has written. */
  readonly askedLiveMs?: number;
}

/**
 * Live time is counted in steps, and a tick may be late. A duration that falls short by up to this margin may have
 * passed in full; one that is longer by this margin has certainly passed.
 */
export const LIVE_MARGIN_MS = 3_000;

/** The live time, in milliseconds, at which the clock will show this date, unless the clock is set meanwhile. */
export function liveMsAt(date: Date, { clockTime, liveMs }: Pick<Moment, 'clockTime' | 'liveMs'>): number {
  return Math.floor(liveMs + date.getTime() - clockTime.getTime());
}

/**
 * How much live time, in milliseconds, is missing until the duration has passed; zero or less if it has passed. What
 * was written before live time was recorded is judged by the clock alone.
 */
export function missingLiveMs(span: {
  readonly sinceLiveMs: number | null;
  readonly liveMs: number | undefined;
  readonly durationMs: number;
}): number {
  const { sinceLiveMs, liveMs, durationMs } = span;
  if (sinceLiveMs === null || liveMs === undefined) return 0;
  return sinceLiveMs + durationMs - LIVE_MARGIN_MS - liveMs;
}

/**
 * The live time that was read. A count that starts again at 0 does no harm: dates by the lost count no longer have any
 * meaning, and keys are kept for longer. But continuing at 0 without a row would mean that nothing is ever counted.
 * @throws BrokenInvariant when the table has no row
 */
export function countedLiveMs(read: string | null | undefined): number {
  assert(read !== null && read !== undefined, LIVE_TIME_HAS_ITS_ROW);
  return Number(read);
}

/** Says what to do when the row is missing. Only the owner of the tables can have deleted it. */
export const LIVE_TIME_HAS_ITS_ROW =
  'the table live_time has its row; if it was lost, as the owner: INSERT INTO live_time DEFAULT VALUES';
