import { WAITING_FOR, WAITING_FOR_GATEWAY, type WaitingFor } from '../../../shared/submissions/waiting.js';
import type { GatewayState } from './availability.js';
import type { RoutingRule } from './routing.js';

/** What orders wait for, as one look finds it. */
export interface Look {
  readonly gateways: readonly GatewayState[];
  readonly rules: readonly Pick<RoutingRule, 'id' | 'updatedAt'>[];
  /** Nothing is submitted, after a failover of the database. */
  readonly isStopped: boolean;
}

/**
 * For which reasons orders may wait no more, by two looks. At the first one, after the start, for any: gateways may be
 * enabled that were not, and wakes were lost.
 */
export function endedBetween(before: Look | null, now: Look): readonly WaitingFor[] {
  if (before === null) return WAITING_FOR;
  // Then they wait for whatever is in their way now.
  if (before.isStopped && !now.isStopped) return WAITING_FOR;
  if (versionOf(before.rules) !== versionOf(now.rules)) return WAITING_FOR_GATEWAY;
  const reasons = new Set<WaitingFor>();
  for (const state of now.gateways) {
    const earlier = before.gateways.find(({ gateway }) => gateway === state.gateway);
    const wasOpen = earlier !== undefined && isOpenToAll(earlier);
    // Whatever its breaker: then they wait for that, and one of them may be its trial.
    if (earlier?.isPaused === true && !state.isPaused) reasons.add('gateway_paused');
    // Paused and resumed between the looks, it is as it was, and orders wait.
    if (!isOpenToAll(state) || (wasOpen && earlier.changedAt?.getTime() === state.changedAt?.getTime())) continue;
    reasons.add('gateway_unavailable');
    if (earlier === undefined || wasOpen) reasons.add('gateway_paused');
  }
  return [...reasons];
}

/** Whether an order could be the trial of a breaker now. */
export function mayBeTried({ isPaused, breaker, trialOrder }: GatewayState): boolean {
  return !isPaused && breaker === 'half_open' && trialOrder === null;
}

function isOpenToAll({ isPaused, breaker }: GatewayState): boolean {
  return !isPaused && breaker === 'closed';
}

function versionOf(rules: Look['rules']): string {
  return rules.map(({ id, updatedAt }) => `${id}@${updatedAt.getTime()}`).join(' ');
}
