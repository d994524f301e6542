import type { OrderPeriod } from '../../gateways/gateways.public.js';
import type { BankDifference } from '../domain/bank-difference.js';

/**
 * `cannot_list`: of this bank nothing is known. `may_lack`: nothing promises that its list has everything. `unread`: nothing
 * is known of the end of the period. `unanswered`: of this payout nothing is known, as long as the bank does not say.
 * `looked_through`: so many more payouts, for banks that are enabled no more.
 */
export type ComparisonStep =
  | { readonly kind: 'cannot_list'; readonly gateway: string }
  | { readonly kind: 'may_lack'; readonly gateway: string }
  | { readonly kind: 'listed'; readonly gateway: string; readonly to: Date; readonly orders: number }
  | { readonly kind: 'unread'; readonly gateway: string; readonly period: OrderPeriod; readonly why: string }
  | { readonly kind: 'unanswered'; readonly gateway: string; readonly reference: string }
  | { readonly kind: 'looked_through'; readonly orders: number; readonly to: Date }
  | { readonly kind: 'different'; readonly difference: BankDifference };
