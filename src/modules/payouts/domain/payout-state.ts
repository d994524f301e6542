import type { AnswerTally } from '../../../shared/answer-tally.js';
import { answerRecord, type AnswerRecord, type EndedCall } from '../../../shared/gateway-answer.js';
import type { Money } from '../../../shared/money.js';
import type { SubmissionState } from '../../../shared/submission.js';
import type { TimelineEntry } from '../../../shared/timeline.js';
import type { PayoutStatus } from './payout-status.js';
import type { BankAnswer, Beneficiary, PayoutFailure, TransferMode } from '../../gateways/gateways.language.js';

/** Where the money goes, as it stood when the payout was requested. It never changes afterwards. */
export type Recipient = Beneficiary;

export interface PayoutState extends SubmissionState {
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
  readonly utr: string | null;
  readonly failure: PayoutFailure | null;
  /** The bank has contradicted its end, or has another transfer under its reference. */
  readonly bankDisagrees: boolean;
  readonly archivedAt: Date | null;
  readonly answers: AnswerTally;
  /** How many events the timeline has. */
  readonly events: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows with every change, however small: whoever acts on an answer knows by it what the answer was about. */
  readonly revision: number;
}

/** A bank's answer as the timeline stores it. */
export interface BankAnswerRecord extends AnswerRecord {
  readonly ending: BankAnswer['kind'];
  readonly utr: string | null;
}

export function bankAnswerRecord(call: EndedCall, answer: BankAnswer): BankAnswerRecord {
  const utr = answer.kind === 'succeeded' || answer.kind === 'returned' ? answer.utr : null;
  return { ...answerRecord(call, answer), ending: answer.kind, utr };
}

/**
 * `payout.requested`, then `payout.<status>`, `payout.waiting`, `payout.archived`, `payout.needs_attention`,
 * `payout.bank_disagreed`, and `payout.bank_answered` for an answer that changed nothing.
 */
export type PayoutEvent = TimelineEntry<PayoutStatus>;
