import { Money } from '../../../shared/money.js';
import { PAYMENT_SYSTEMS, type TransferMode } from '../../gateways/gateways.language.js';

const IMPS_LIMIT = Money.ofPaise(PAYMENT_SYSTEMS.IMPS.maxPaise);

/**
 * The mode by which requests to an account are compared under an Idempotency-Key: leaving out the mode that would be
 * chosen anyway does not make it a different request. The banks decide which mode the payout gets.
 */
export function comparedMode(mode: TransferMode | null, amount: Money): string {
  return mode ?? (IMPS_LIMIT.isLessThan(amount) ? 'NEFT' : 'IMPS');
}

/**
 * The same for a VPA, for which UPI is chosen. Any other mode, which no VPA takes, is marked: earlier versions compared
 * a request without a mode as if it paid to an account, and what they recorded must not equal a request with such a
 * mode.
 */
export function comparedModeToVpa(mode: TransferMode | null): string {
  return mode === null || mode === 'UPI' ? 'UPI' : `${mode} to a VPA`;
}
