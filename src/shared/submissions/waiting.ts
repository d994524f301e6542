import type { Cause } from './timeline.js';

/** What an order waits for when no gateway takes it now: an operator, the circuit breaker, or a gateway that fits. */
export const WAITING_FOR_GATEWAY = ['gateway_paused', 'gateway_unavailable', 'no_gateway'] as const;
export type WaitingForGateway = (typeof WAITING_FOR_GATEWAY)[number];

/** What an order that is due for submission can wait for. */
export const WAITING_FOR = [
  'merchant_inactive',
  'bank_account_inactive',
  ...WAITING_FOR_GATEWAY,
  'database_failover',
] as const;
export type WaitingFor = (typeof WAITING_FOR)[number];

/** What an order waits for, and where. */
export interface Waiting {
  /** Null: nothing is known to prevent its submission. */
  readonly waitingFor: WaitingFor | null;
  /**
   * The gateways that would take it, separated by spaces, the first choice first. Null: it waits for no gateway, or a
   * version without this column let it wait.
   */
  readonly waitingAt: string | null;
}

export const NOT_WAITING: Waiting = { waitingFor: null, waitingAt: null };

/** The state of an order that waits for this, at these gateways. */
export function waitsFor(waitingFor: WaitingFor, at: readonly string[]): Waiting {
  return { waitingFor, waitingAt: at.length === 0 ? null : at.join(' ') };
}

/** Whether the order already waits for this, at these gateways. */
export function waitsSo(order: Waiting, { waitingFor, waitingAt }: Waiting): boolean {
  return order.waitingFor === waitingFor && order.waitingAt === waitingAt;
}

/** The gateways that an order waits at. */
export function gatewaysOf(waitingAt: string): readonly string[] {
  return waitingAt.split(' ');
}

/**
 * The reason in the timeline. Only for what a person did: a breaker opens and closes by itself, and thousands of orders
 * would record that each time.
 */
const WAITING_REASONS: Readonly<Partial<Record<WaitingFor, string>>> = {
  merchant_inactive: 'The merchant is inactive.',
  bank_account_inactive: 'The bank account is inactive.',
  gateway_paused: 'The gateway is paused.',
};

/**
 * What changes when an order waits for this at these gateways, and the cause of its timeline entry, if it gets one.
 * @returns null if it already waits for this
 */
export function beginsToWait(order: Waiting, what: WaitingFor, at: readonly string[], cause: Cause) {
  const change = waitsFor(what, at);
  if (waitsSo(order, change)) return null;
  const reason = order.waitingFor === what ? undefined : WAITING_REASONS[what];
  return { change, entry: reason === undefined ? null : { ...cause, reason, data: { waiting_for: what } } };
}
