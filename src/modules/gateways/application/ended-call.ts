import type { CallMade, EndedCall } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import { elapsedSince } from './elapsed.js';

/**
 * The call with the time at which it was asked, by the database's clock and by live time: that much before the settlement
 * as this process's monotonic clock says. A clock that is wrong, or that was set meanwhile, makes no answer younger than
 * it is.
 */
export function endedCall(call: CallMade, { clockTime, liveMs }: Pick<Moment, 'clockTime' | 'liveMs'>): EndedCall {
  if ('askedAt' in call) return call;
  const { askedAtMs, ...answered } = call;
  const { atLeast } = elapsedSince(askedAtMs);
  return { ...answered, askedAt: new Date(clockTime.getTime() - atLeast), askedLiveMs: Math.floor(liveMs - atLeast) };
}
