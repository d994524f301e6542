import type { PayoutFailure } from '../../gateways/gateways.language.js';

/** What the bank has said, or not said. */
export type BankAnswer = {
  /** SHA-256, hexadecimal, of the answer as it arrived, where that is known. */
  readonly digest?: string;
} & (
  | { readonly kind: 'succeeded'; readonly utr: string }
  | { readonly kind: 'rejected'; readonly failure: PayoutFailure }
  | { readonly kind: 'returned'; readonly utr: string; readonly failure: PayoutFailure }
  | { readonly kind: 'pending'; readonly code?: string }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'not_found' }
);
