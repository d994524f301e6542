/** What an order waits for that no gateway takes now: an operator, the circuit breaker, or a gateway that fits. */
export const WAITING_FOR_GATEWAY = ['gateway_paused', 'gateway_unavailable', 'no_gateway'] as const;
export type WaitingForGateway = (typeof WAITING_FOR_GATEWAY)[number];

/** What an order can wait for that is due for submission. */
export const WAITING_FOR = ['merchant_inactive', 'bank_account_inactive', ...WAITING_FOR_GATEWAY] as const;
export type WaitingFor = (typeof WAITING_FOR)[number];

/**
 * What the timeline says of it. Only of what a person did: a breaker opens and closes by itself, and thousands of orders
 * would note it each time.
 */
export const WAITING_REASONS: Readonly<Partial<Record<WaitingFor, string>>> = {
  merchant_inactive: 'The merchant is inactive.',
  bank_account_inactive: 'The bank account is inactive.',
  gateway_paused: 'The gateway is paused.',
};
