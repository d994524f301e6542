import type { Moment } from '../../../shared/moment.js';
import type { PayoutState } from './payout-state.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Most money that comes back does so on the first day: an hour and six hours after the completion, then daily. */
const FIRST_LOOKS = [HOUR, 6 * HOUR] as const;

/** A bank that has not answered, or not that all is as it was, is asked again after this. */
export const OPEN_QUESTION_SECONDS = HOUR;

/** What changes when a payout is completed: if a bank has it, that bank is asked whether the money has come back. */
export function watched(
  { gateway }: Pick<PayoutState, 'gateway'>,
  { clockTime }: Pick<Moment, 'clockTime'>,
): Partial<PayoutState> {
  if (gateway === null) return {};
  return { watchedFrom: clockTime, watchNextAt: new Date(clockTime.getTime() + FIRST_LOOKS[0] * 1_000) };
}

/** What changes when its money has come back: nobody asks any more, and the clock says when that was. */
export function cameBack({ clockTime }: Pick<Moment, 'clockTime'>): Partial<PayoutState> {
  return { watchNextAt: null, watchedFrom: clockTime };
}

/**
 * When the bank is asked the next time whether the money of a completed payout has come back.
 *
 * @param elapsed seconds since the completion
 * @param days how many days after the completion the bank is asked; 0: never
 * @param isOpenQuestion it has not answered, or not that all is as it was: asked again in an hour, for a day longer
 * @returns seconds since the completion, or null: it is asked no more
 */
export function nextLook(elapsed: number, days: number, isOpenQuestion: boolean): number | null {
  if (days === 0) return null;
  const daily = (Math.floor(Math.max(elapsed, 0) / DAY) + 1) * DAY;
  const next = FIRST_LOOKS.find((look) => look > elapsed) ?? daily;
  const soon = isOpenQuestion ? elapsed + OPEN_QUESTION_SECONDS : Infinity;
  if (Math.min(next, soon) <= days * DAY) return Math.min(next, soon);
  return soon <= (days + 1) * DAY ? soon : null;
}

/** A completed payout that the bank is to be asked about, and until when nobody else asks. */
export interface WatchedPayout {
  readonly merchantId: string;
  readonly id: string;
  /**
   * Seconds since the completion, by the database's clock; not much more than was planned, or a clock that runs ahead
   * for a moment would end the watch.
   */
  readonly elapsed: number;
  /** When somebody else may take it, as PostgreSQL writes it: whoever comes later than this changes nothing. */
  readonly leaseEndsAt: string;
}

/** The line of completed payouts whose money may come back. */
export abstract class ReturnWatch {
  /**
   * Takes those of a bank that are due, the longest due first, and in one process each second. Whoever dies with them
   * leaves them to the others two minutes later.
   */
  abstract take(gateway: string, atMost: number): Promise<readonly WatchedPayout[]>;
  /** Changes nothing else of the payout. @param seconds from now, or null: it is watched no more */
  abstract plan(payout: WatchedPayout, seconds: number | null): Promise<void>;
}
