import { WAITING_FOR, WAITING_FOR_GATEWAY, type WaitingFor } from '../../../shared/submissions/waiting.js';
import type { GatewayState } from './availability.js';
import type { RoutingRule } from './routing.js';

/** The state of everything that orders wait for, read at one moment. */
export interface Look {
  readonly gateways: readonly GatewayState[];
  readonly rules: readonly Pick<RoutingRule, 'id' | 'updatedAt'>[];
  /** Whether submissions are stopped after a failover of the database. */
  readonly isStopped: boolean;
}

/**
 * The reasons to wait that may have ended between two looks. At the first look after a start these are all reasons:
 * other gateways may be enabled now, and wakes may have been lost.
 */
export function endedBetween(before: Look | null, now: Look): readonly WaitingFor[] {
  if (before === null) return WAITING_FOR;
  // Orders that cannot go yet then wait for whatever is in their way now.
  if (before.isStopped && !now.isStopped) return WAITING_FOR;
  if (versionOf(before.rules) !== versionOf(now.rules)) return WAITING_FOR_GATEWAY;
  const reasons = new Set<WaitingFor>();
  for (const state of now.gateways) {
    const earlier = before.gateways.find(({ gateway }) => gateway === state.gateway);
    const wasOpen = earlier !== undefined && isOpenToAll(earlier);
    // Even if its breaker is open: the orders then wait for the breaker, and one of them may be its trial.
    if (earlier?.isPaused === true && !state.isPaused) reasons.add('gateway_paused');
    // `changedAt` shows a pause that began and ended between the looks: the state is the same, but orders wait.
    if (!isOpenToAll(state) || (wasOpen && earlier.changedAt?.getTime() === state.changedAt?.getTime())) continue;
    reasons.add('gateway_unavailable');
    if (earlier === undefined || wasOpen) reasons.add('gateway_paused');
  }
  return [...reasons];
}

/** Whether an order could be this gateway's trial now. */
export function mayBeTried({ isPaused, breaker, trialOrder }: GatewayState): boolean {
  return !isPaused && breaker === 'half_open' && trialOrder === null;
}

function isOpenToAll({ isPaused, breaker }: GatewayState): boolean {
  return !isPaused && breaker === 'closed';
}

function versionOf(rules: Look['rules']): string {
  return rules.map(({ id, updatedAt }) => `${id}@${updatedAt.getTime()}`).join(' ');
}
