import type { Money } from '../../../shared/money.js';
import type { PayoutStatus } from './payout-status.js';
import type { TransferMode } from './transfer-mode.js';

/** Where the money goes, as it stood when the payout was requested. It never changes afterwards. */
export interface Recipient {
  readonly name: string;
  readonly accountNumber: string;
  readonly ifsc: string;
}

export interface PayoutFailure {
  readonly code: string;
  readonly reason: string;
  readonly source: 'gateway' | 'beneficiary_bank' | 'business' | 'internal';
  readonly retryable: boolean;
}

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

/** One line of a payout's timeline. */
export interface PayoutEvent {
  /** `payout.requested`, then `payout.<status>`, `payout.archived`, `payout.needs_attention`, `payout.bank_disagreed`. */
  readonly type: string;
  readonly from: PayoutStatus | null;
  readonly to: PayoutStatus;
  readonly at: Date;
  readonly actor: string;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}
