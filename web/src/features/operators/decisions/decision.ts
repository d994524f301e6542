import {
  decidePayout,
  failPayment,
  failRefund,
  inquirePayment,
  inquirePayout,
  inquireRefund,
} from '../../../api/generated/sdk.gen.ts';
import type { AttentionDocument } from '../../../api/generated/types.gen.ts';

export type OrderType = AttentionDocument['type'];

/** A payout, a payment or a refund, wherever it is shown. */
export interface Order {
  readonly type: OrderType;
  readonly id: string;
  /** What the service allows for the caller's key. */
  readonly allowed_statuses: readonly string[];
  /** How often a bank or provider was called. */
  readonly attempts: number;
}

export type Decision = 'processing' | 'cancelled' | 'completed' | 'failed';

/** What can be decided by hand. Only its provider can say that a payment or a refund has succeeded. */
const DECISIONS: Readonly<Record<OrderType, readonly Decision[]>> = {
  payout: ['processing', 'cancelled', 'completed', 'failed'],
  payment: ['failed'],
  refund: ['failed'],
};

/** The decisions that are allowed now. */
export function decisionsOf({ type, allowed_statuses: allowed }: Order): readonly Decision[] {
  return DECISIONS[type].filter((decision) => allowed.includes(decision));
}

export interface Given {
  readonly reason: string;
  /** For `completed`. */
  readonly utr?: string;
}

/** @throws ProblemError if the bank or provider says otherwise, or the order has moved in the meantime */
export async function decide({ type, id }: Order, status: Decision, given: Given): Promise<void> {
  const path = { id };
  if (type === 'payout') await decidePayout({ path, body: { status, ...given } });
  else if (type === 'payment') await failPayment({ path, body: { status: 'failed', reason: given.reason } });
  else await failRefund({ path, body: { status: 'failed', reason: given.reason } });
}

/** Asks the bank or provider that has the order; its answer takes effect at once. */
export async function inquire({ type, id }: Order): Promise<void> {
  const path = { id };
  if (type === 'payout') await inquirePayout({ path });
  else if (type === 'payment') await inquirePayment({ path });
  else await inquireRefund({ path });
}
