import { Money } from '../../../shared/money.js';

export const TRANSFER_MODES = ['IMPS', 'NEFT', 'RTGS', 'UPI'] as const;
export type TransferMode = (typeof TRANSFER_MODES)[number];

/** IMPS carries at most ₹5,00,000 (RBI, Statement on Developmental and Regulatory Policies, 8 October 2021). */
const IMPS_LIMIT = Money.ofPaise(5_00_000_00n);

/**
 * The mode that a request without one is taken to have named when requests are compared: to an Idempotency-Key, leaving
 * out what would be chosen anyway is the same request. Which mode the payout gets is the banks' to say.
 */
export function usualMode(amount: Money): TransferMode {
  return IMPS_LIMIT.isLessThan(amount) ? 'NEFT' : 'IMPS';
}
