import { sha256Hex } from '../../../shared/sha256.js';
import type { PayoutState } from './payout-state.js';

type Requested = Pick<PayoutState, 'id' | 'amount' | 'mode' | 'recipient' | 'narration'>;

/**
 * SHA-256, hexadecimal, of everything that a bank is asked to do: the same for attempts that ask for the same. It is
 * stored with the hold, so that nothing else is ever sent (`docs/ledger-hash.md`).
 */
export function requestDigestOf({ id, amount, mode, recipient, narration }: Requested): string {
  const { name, accountNumber, ifsc, vpa } = recipient;
  const asked = [id, amount.paise.toString(), mode, name, accountNumber, ifsc, vpa, narration];
  return sha256Hex(JSON.stringify(asked.map((part) => part ?? null)));
}
