import { sha256Hex } from '../../../shared/sha256.js';
import type { Transfer } from '../../gateways/gateways.public.js';
import type { PayoutState } from '../domain/payout-state.js';

/** What the bank is asked to do, in every attempt. */
export function transferOf({ id, amount, mode, recipient, narration }: PayoutState): Transfer {
  return { reference: id, amountPaise: amount.paise, mode, beneficiary: recipient, narration };
}

/** SHA-256, hexadecimal, of all that the bank is asked to do: equal for attempts that ask for the same. */
export function digestOf({ reference, amountPaise, mode, beneficiary, narration }: Transfer): string {
  const { name, accountNumber, ifsc, vpa } = beneficiary;
  const asked = [reference, amountPaise.toString(), mode, name, accountNumber, ifsc, vpa, narration];
  return sha256Hex(JSON.stringify(asked.map((part) => part ?? null)));
}
