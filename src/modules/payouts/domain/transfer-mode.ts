import { Money } from '../../../shared/money.js';
import { PAYMENT_SYSTEMS, type TransferMode } from '../../gateways/gateways.language.js';

const IMPS_LIMIT = Money.ofPaise(PAYMENT_SYSTEMS.IMPS.maxPaise);

/**
 * The mode that a request without one is taken to have named when requests are compared: to an Idempotency-Key, leaving
 * out what would be chosen anyway is the same request. Which mode the payout gets is the banks' to say.
 */
export function usualMode(amount: Money): TransferMode {
  return IMPS_LIMIT.isLessThan(amount) ? 'NEFT' : 'IMPS';
}
