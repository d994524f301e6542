import type { Money } from '../../../shared/money.js';
import type { PayoutStatus } from './payout-status.js';
import type { Beneficiary, PayoutFailure, TransferMode } from '../../gateways/gateways.language.js';

/** Where the money goes, as it stood when the payout was requested. It never changes afterwards. */
export type Recipient = Beneficiary;

export interface PayoutState {
  readonly id: string;
  readonly merchantId: string;
  readonly bankAccountId: string;
  readonly recipient: Recipient;
  readonly amount: Money;
  readonly mode: TransferMode;
  readonly referenceId: string | null;
  readonly narration: string | null;
  readonly status: PayoutStatus;
  /** The bank that has, or may have, the payout. Null until it is first submitted; never another one after that. */
  readonly gateway: string | null;
  /** How often it was submitted. */
  readonly attempts: number;
  readonly utr: string | null;
  readonly failure: PayoutFailure | null;
  /** What is due at `nextAttemptAt`; null when the payout is not open. */
  readonly nextStep: 'submit' | 'inquire' | null;
  readonly nextAttemptAt: Date | null;
  /** After this moment the last submission can no longer be on its way to the bank. */
  readonly submissionEndsAt: Date | null;
  /** When the bank first said, since the last submission, that it has nothing under the reference. */
  readonly notFoundAt: Date | null;
  /** Inquiries since the last submission that did not tell the outcome. */
  readonly inquiries: number;
  /** The outcome stays unknown; an operator should look. The payout goes on being inquired about. */
  readonly needsAttention: boolean;
  /** After the end the bank has said the opposite. */
  readonly bankDisagrees: boolean;
  readonly archivedAt: Date | null;
  /** How many events the timeline has. */
  readonly events: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Something that a bank has said, or not said, as the timeline keeps it: in `data.answer` of the event that it caused. */
export interface AnswerRecord {
  /** To what it is the answer. */
  readonly kind: 'submission' | 'inquiry' | 'callback';
  readonly gateway: string;
  readonly attempt: number;
  readonly ending: 'succeeded' | 'rejected' | 'pending' | 'returned' | 'unknown' | 'not_found';
  /** The code of the failure, what a pending transfer waits for, or in words why the outcome is unknown. */
  readonly reason: string | null;
  readonly utr: string | null;
  /** SHA-256, hexadecimal, of the answer: as it arrived where the adapter keeps that, otherwise as it was understood. */
  readonly response_digest: string;
  /** When the call began, or the callback came. */
  readonly asked_at: string;
}

/** One line of a payout's timeline. */
export interface PayoutEvent {
  /**
   * `payout.requested`, then `payout.<status>`, `payout.archived`, `payout.needs_attention`, `payout.bank_disagreed`, and
   * `payout.bank_answered` for what the bank has said without changing anything.
   */
  readonly type: string;
  readonly from: PayoutStatus | null;
  readonly to: PayoutStatus;
  readonly at: Date;
  readonly actor: string;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}
