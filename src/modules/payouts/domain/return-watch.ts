import type { Moment } from '../../../shared/moment.js';
import type { PayoutState } from './payout-state.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Seconds after the completion. Most returns happen on the first day; after these looks the bank is asked daily. */
const FIRST_LOOKS = [HOUR, 6 * HOUR] as const;

/** A bank that has not answered, or has not confirmed the payout, is asked again after this time. */
export const OPEN_QUESTION_SECONDS = HOUR;

/**
 * The changes when a payout is completed: if a bank has it, the watch asks that bank whether the money has come back.
 */
export function watched(
  { gateway }: Pick<PayoutState, 'gateway'>,
  { clockTime }: Pick<Moment, 'clockTime'>,
): Partial<PayoutState> {
  if (gateway === null) return {};
  return { watchedFrom: clockTime, watchNextAt: new Date(clockTime.getTime() + FIRST_LOOKS[0] * 1_000) };
}

/** The changes when the money has come back: the watch ends, and the time of the return is recorded by the clock. */
export function cameBack({ clockTime }: Pick<Moment, 'clockTime'>): Partial<PayoutState> {
  return { watchNextAt: null, watchedFrom: clockTime };
}

/**
 * When the bank is next asked whether the money of a completed payout has come back.
 *
 * @param elapsed seconds since the completion
 * @param days how many days after the completion the bank is asked; 0: never
 * @param isOpenQuestion it has not answered, or has not confirmed the payout: it is asked again in an hour, for a day
 *   longer
 * @returns seconds since the completion; null: it is not asked any more
 */
export function nextLook(elapsed: number, days: number, isOpenQuestion: boolean): number | null {
  if (days === 0) return null;
  const daily = (Math.floor(Math.max(elapsed, 0) / DAY) + 1) * DAY;
  const next = FIRST_LOOKS.find((look) => look > elapsed) ?? daily;
  const soon = isOpenQuestion ? elapsed + OPEN_QUESTION_SECONDS : Infinity;
  if (Math.min(next, soon) <= days * DAY) return Math.min(next, soon);
  return soon <= (days + 1) * DAY ? soon : null;
}

/** A completed payout that its bank is to be asked about, leased to this process. */
export interface WatchedPayout {
  readonly merchantId: string;
  readonly id: string;
  /**
   * Seconds since the completion, by the database's clock, but never much more than was planned: otherwise a clock that
   * runs ahead for a moment would end the watch.
   */
  readonly elapsed: number;
  /** When another process may take it, as PostgreSQL writes it. Once another one has, this process changes nothing. */
  readonly leaseEndsAt: string;
}

/** The queue of completed payouts whose money may come back. */
export abstract class ReturnWatch {
  /**
   * Takes the payouts of a bank that are due, the longest due first. Each second only one process gets any. If it dies,
   * other processes may take them two minutes later.
   */
  abstract take(gateway: string, atMost: number): Promise<readonly WatchedPayout[]>;
  /**
   * Plans the next look, and changes nothing else.
   * @param seconds from now; null: the payout is not watched any more
   */
  abstract plan(payout: WatchedPayout, seconds: number | null): Promise<void>;
}
