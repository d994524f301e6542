import { sha256Hex } from '../../../shared/sha256.js';
import type { PaymentState, RefundState } from './payment-state.js';

/**
 * SHA-256, hexadecimal, of everything that a provider is asked to do for a refund: the same for attempts that ask for
 * the same. It is stored with the hold, so that nothing else is ever sent (`docs/ledger-hash.md`).
 */
export function refundDigestOf({ id, amountMinor }: RefundState, payment: PaymentState): string {
  const { id: chargeReference, providerId, currency } = payment;
  return sha256Hex(JSON.stringify([id, chargeReference, providerId, amountMinor.toString(), currency]));
}
