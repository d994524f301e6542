import { assert } from './assert.js';

/**
 * When a decision is made, by three measures of time: a clock that has run ahead and was set back must neither reorder
 * what is written, nor put off what is due, nor let anything be forgotten.
 */
export interface Moment {
  /** Never before what the book has already written: ids, `created_at`, `updated_at`, and the timeline's `at`. */
  readonly orderTime: Date;
  /** The database server's clock as it is: leases, due dates, next steps. */
  readonly clockTime: Date;
  /**
   * How long processes have lived in all, by monotonic time: no clock that is set changes it. Milliseconds, counted every
   * two seconds.
   */
  readonly liveMs: number;
}

/** When a question was asked. */
export interface Asked {
  /** By the database's clock. */
  readonly askedAt: Date;
  /** By live time. Left out: not known, as of what somebody else has written. */
  readonly askedLiveMs?: number;
}

/**
 * Live time is counted in steps, and each tick may come late: so much less of it is as long as the same time by the
 * clock, and so much more has surely passed it.
 */
export const LIVE_MARGIN_MS = 3_000;

/** When live time gets there, in milliseconds, unless a clock is set meanwhile. */
export function liveMsAt(date: Date, { clockTime, liveMs }: Pick<Moment, 'clockTime' | 'liveMs'>): number {
  return Math.floor(liveMs + date.getTime() - clockTime.getTime());
}

/**
 * How much live time is missing until it has been so long since then, in milliseconds; not positive: none. What was
 * written before live time was kept is judged by the clock alone.
 */
export function missingLiveMs(sinceLiveMs: number | null, liveMs: number | undefined, durationMs: number): number {
  if (sinceLiveMs === null || liveMs === undefined) return 0;
  return sinceLiveMs + durationMs - LIVE_MARGIN_MS - liveMs;
}

/**
 * The count as it was read. Beginning anew at 0 does no harm: what was dated by the lost count is no measure any more, and
 * keys are kept for longer. To go on at 0 without a row would be to count nothing, for ever.
 * @throws BrokenInvariant when the table has no row
 */
export function countedLiveMs(read: string | null | undefined): number {
  assert(read !== null && read !== undefined, LIVE_TIME_HAS_ITS_ROW);
  return Number(read);
}

/** Says what to do where it has not. Only the owner of the tables can have deleted it. */
export const LIVE_TIME_HAS_ITS_ROW =
  'the table live_time has its row; if it was lost, as the owner: INSERT INTO live_time DEFAULT VALUES';
