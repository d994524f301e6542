import {
  anotherTransfer,
  type BankGateways,
  type CallbackVerdict,
  differenceFrom,
  isWhole,
  monotonicNow,
  type StoredCallback,
  type Transfer,
} from '../../gateways/gateways.public.js';
import { isAnother } from '../../../shared/submissions/gateway-answer.js';
import type { Origin } from '../../../shared/origin.js';
import type { PayoutState } from '../domain/payout-state.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

export type PayoutCallback = Extract<StoredCallback, { readonly subject: 'payout' }>;

/** What a callback says, in the form of an answer. */
export type KnownEnding = Exclude<BankAnswer, { readonly kind: 'not_found' | 'reference_reused' }>;

export type CallbackMeaning = KnownEnding | Extract<PayoutCallback['ending'], { readonly kind: 'unrecognized' }>;

/** What the bank is asked to do, the same in every attempt. */
export function transferOf({ id, amount, mode, recipient, narration }: PayoutState): Transfer {
  return { reference: id, amountPaise: amount.paise, mode, beneficiary: recipient, narration };
}

/**
 * Asks the bank what became of a payout that it has.
 * @param origin the request that the inquiry goes back to; null: none
 * @returns the call, and the answer to it
 */
export async function inquireAbout(banks: BankGateways, payout: PayoutState, origin: Origin | null = null) {
  const { gateway, attempts: attempt } = payout;
  const call = { kind: 'inquiry', gateway: gateway!, attempt, askedAtMs: monotonicNow() } as const;
  const answer: BankAnswer = await banks.inquire(call.gateway, transferOf(payout), origin);
  return { call, answer };
}

export function saysNothing(answer: BankAnswer): boolean {
  return answer.kind === 'unknown' && !isAnother(answer);
}

/** Whether nothing was paid, or the money has come back: either makes the money available. */
export function isFailure({ kind }: BankAnswer): boolean {
  return kind === 'rejected' || kind === 'returned';
}

/** A callback as a call. It counts as a call about the last attempt, whichever that is. */
export function callOf({ attempts }: PayoutState, { gateway, receivedAt }: PayoutCallback) {
  return { kind: 'callback', gateway, attempt: attempts, askedAt: receivedAt } as const;
}

/**
 * What the callback says, and whether it is about the transfer that was submitted, compared in the same way as answers.
 * A callback about another transfer proves nothing, whatever its status.
 */
export function comparedWith(
  payout: PayoutState,
  { amountMinor, destination, ending, digest }: PayoutCallback,
): { readonly difference: CallbackVerdict | null; readonly ending: CallbackMeaning } {
  const transferred = { ...destination, amountPaise: amountMinor ?? undefined };
  const transfer = transferOf(payout);
  const different = differenceFrom(transfer, transferred);
  if (different !== null) {
    const difference = different === 'amount' ? 'amount_mismatch' : 'account_mismatch';
    return { difference, ending: { ...anotherTransfer(different), digest } };
  }
  if (ending.kind === 'unrecognized') return { difference: null, ending };
  return {
    difference: null,
    ending: { ...ending, digest, ...(isWhole(transfer, transferred) ? { isSame: true } : {}) },
  };
}
