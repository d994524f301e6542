import {
  anotherTransfer,
  type CallbackVerdict,
  differenceFrom,
  isWhole,
  type StoredCallback,
  type Transfer,
} from '../../gateways/gateways.public.js';
import type { PayoutState } from '../domain/payout-state.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

export type PayoutCallback = Extract<StoredCallback, { readonly subject: 'payout' }>;

/** What a callback says as an answer would. */
export type KnownEnding = Exclude<BankAnswer, { readonly kind: 'not_found' }>;

type Unrecognized = Extract<PayoutCallback['ending'], { readonly kind: 'unrecognized' }>;

/** What the bank is asked to do, in every attempt. */
export function transferOf({ id, amount, mode, recipient, narration }: PayoutState): Transfer {
  return { reference: id, amountPaise: amount.paise, mode, beneficiary: recipient, narration };
}

/** The bank has called by itself, about whatever attempt is the last one. */
export function callOf({ attempts }: PayoutState, { gateway, receivedAt }: PayoutCallback) {
  return { kind: 'callback', gateway, attempt: attempts, askedAt: receivedAt } as const;
}

/** What the callback says, and whether it is about the transfer that was submitted: compared as answers are. */
export function comparedWith(
  payout: PayoutState,
  { amountMinor, destination, ending, digest }: PayoutCallback,
): { readonly difference: CallbackVerdict | null; readonly ending: KnownEnding | Unrecognized } {
  const transferred = { ...destination, ...(amountMinor === null ? {} : { amountPaise: amountMinor }) };
  const different = differenceFrom(transferOf(payout), transferred);
  const difference = different === null ? null : different === 'amount' ? 'amount_mismatch' : 'account_mismatch';
  if (ending.kind === 'unrecognized') return { difference, ending };
  if (different !== null) return { difference, ending: { ...anotherTransfer(different), digest } };
  return { difference, ending: { ...ending, digest, ...(isWhole(transferred) ? { isSame: true } : {}) } };
}
