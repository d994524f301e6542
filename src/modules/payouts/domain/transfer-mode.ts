import { Money } from '../../../shared/money.js';
import { PAYMENT_SYSTEMS, type TransferMode } from '../../gateways/gateways.language.js';

const IMPS_LIMIT = Money.ofPaise(PAYMENT_SYSTEMS.IMPS.maxPaise);

/**
 * How requests to an account are compared by their mode: to an Idempotency-Key, leaving out what would be chosen anyway
 * is the same request. Which mode the payout gets is the banks' to say.
 */
export function comparedMode(mode: TransferMode | null, amount: Money): string {
  return mode ?? (IMPS_LIMIT.isLessThan(amount) ? 'NEFT' : 'IMPS');
}

/**
 * The same to a VPA, for which UPI is chosen. Any other mode, which no VPA takes, is marked: earlier versions compared a
 * request without a mode as if it paid to an account, and what they recorded must not equal such a mode.
 */
export function comparedModeToVpa(mode: TransferMode | null): string {
  return mode === null || mode === 'UPI' ? 'UPI' : `${mode} to a VPA`;
}
