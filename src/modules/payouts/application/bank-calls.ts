import type { Transfer } from '../../gateways/gateways.public.js';
import type { PayoutState } from '../domain/payout-state.js';

/** What the bank is asked to do, in every attempt. */
export function transferOf({ id, amount, mode, recipient, narration }: PayoutState): Transfer {
  return { reference: id, amountPaise: amount.paise, mode, beneficiary: recipient, narration };
}
