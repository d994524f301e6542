import type { CallMade, EndedCall } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import { elapsedSince } from './process-clocks.js';

/**
 * The call with the time at which it began, by the database's clock and by live time: the time of the settlement minus
 * the time that has passed since then by this process's monotonic clock. So an answer does not look younger than it is,
 * even if a clock is wrong or was set meanwhile.
 */
export function endedCall(call: CallMade, { clockTime, liveMs }: Pick<Moment, 'clockTime' | 'liveMs'>): EndedCall {
  if ('askedAt' in call) return call;
  const { askedAtMs, ...answered } = call;
  const { atLeast } = elapsedSince(askedAtMs);
  return { ...answered, askedAt: new Date(clockTime.getTime() - atLeast), askedLiveMs: Math.floor(liveMs - atLeast) };
}
