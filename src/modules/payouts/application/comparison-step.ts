import type { OrderPeriod } from '../../gateways/gateways.public.js';
import type { BankDifference } from '../domain/bank-difference.js';

/**
 * `cannot_list`: nothing is known about this bank. `may_lack`: nothing guarantees that this bank's list is complete.
 * `unread`: nothing is known about the end of the period. `unanswered`: nothing is known about this payout until the
 * bank answers. `looked_through`: so many more payouts were searched for banks that are no longer enabled.
 */
export type ComparisonStep =
  | { readonly kind: 'cannot_list'; readonly gateway: string }
  | { readonly kind: 'may_lack'; readonly gateway: string }
  | { readonly kind: 'listed'; readonly gateway: string; readonly to: Date; readonly orders: number }
  | { readonly kind: 'unread'; readonly gateway: string; readonly period: OrderPeriod; readonly why: string }
  | { readonly kind: 'unanswered'; readonly gateway: string; readonly reference: string }
  | { readonly kind: 'looked_through'; readonly orders: number; readonly to: Date }
  | { readonly kind: 'different'; readonly difference: BankDifference };
