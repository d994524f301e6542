import { assert } from '../../../shared/assert.js';
import { type AnswerTally, NO_ANSWERS } from '../../../shared/submissions/answer-tally.js';
import { answerRecord, type AnswerRecord, type EndedCall } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import type { Money } from '../../../shared/money.js';
import { assertDueWhileOpen, notSubmitted, type SubmissionState } from '../../../shared/submissions/submission.js';
import type { TimelineEntry } from '../../../shared/submissions/timeline.js';
import { isOpen, type PayoutStatus } from './payout-status.js';
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
  /** Who said that it was paid. Null: nobody yet, or before this was kept; then nothing is assumed. */
  readonly completedBy: 'bank' | 'operator' | null;
  readonly failure: PayoutFailure | null;
  /** The bank has contradicted its end, or has another transfer under its reference. */
  readonly bankDisagrees: boolean;
  /**
   * When, by the server's clock, the bank last named another amount or destination under the reference; null: never,
   * or it has since named both as they were submitted. Of an open payout nothing else that the bank says counts until
   * then. Of one that has ended it keeps the finding, though the money comes back.
   */
  readonly bankHasAnotherSince: Date | null;
  /** When, by the server's clock, the bank first said of the completed payout that it had failed, and how. */
  readonly firstRejectedAt: Date | null;
  readonly firstRejectedBy: 'inquiry' | 'callback' | null;
  /** When that was by live time, in milliseconds; null where it is not known. */
  readonly firstRejectedLiveMs: number | null;
  readonly archivedAt: Date | null;
  /** When it was completed at a bank, came back from there, or failed, by the clock. Null: a version before has ended it. */
  readonly watchedFrom: Date | null;
  /** When the bank is asked whether the money has come back; null: not any more, or not yet. */
  readonly watchNextAt: Date | null;
  readonly answers: AnswerTally;
  /** How many events the timeline has. */
  readonly events: number;
  /** The head of its chain; null: it has none yet. */
  readonly timelineHash: Uint8Array | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows with every change, however small: whoever acts on an answer knows by it what the answer was about. */
  readonly revision: number;
}

/** What the bank has said against it, without being proof. */
export type Doubt = Pick<
  PayoutState,
  'firstRejectedBy' | 'firstRejectedAt' | 'firstRejectedLiveMs' | 'watchNextAt' | 'bankHasAnotherSince'
>;

/** What the merchant asks for. */
export type RequestedPayout = Pick<
  PayoutState,
  'id' | 'merchantId' | 'bankAccountId' | 'recipient' | 'amount' | 'mode' | 'referenceId' | 'narration'
>;

/** @param firstStepAt when it is submitted even if its job was lost */
export function requestedState(requested: RequestedPayout, firstStepAt: Date, now: Moment): PayoutState {
  // Field by field: spread into so large a literal, the object becomes a hash table, at ten times the price.
  const first = notSubmitted(firstStepAt, now);
  return {
    id: requested.id,
    merchantId: requested.merchantId,
    bankAccountId: requested.bankAccountId,
    recipient: requested.recipient,
    amount: requested.amount,
    mode: requested.mode,
    referenceId: requested.referenceId,
    narration: requested.narration,
    status: 'pending',
    gateway: null,
    attempts: first.attempts,
    utr: null,
    completedBy: null,
    failure: null,
    nextStep: first.nextStep,
    nextAttemptAt: first.nextAttemptAt,
    nextAttemptLiveMs: first.nextAttemptLiveMs,
    submissionEndsAt: first.submissionEndsAt,
    submissionEndsLiveMs: first.submissionEndsLiveMs,
    notFoundAt: first.notFoundAt,
    inquiries: first.inquiries,
    waitingFor: first.waitingFor,
    waitingAt: first.waitingAt,
    needsAttention: first.needsAttention,
    bankDisagrees: false,
    bankHasAnotherSince: null,
    firstRejectedAt: null,
    firstRejectedLiveMs: null,
    firstRejectedBy: null,
    archivedAt: null,
    watchedFrom: null,
    watchNextAt: null,
    answers: NO_ANSWERS,
    events: 0,
    timelineHash: null,
    createdAt: now.orderTime,
    updatedAt: now.orderTime,
    revision: 0,
  };
}

/** @throws BrokenInvariant for what no verb of a payout leaves behind */
export function assertInOrder(state: PayoutState): void {
  assertDueWhileOpen(state, isOpen(state.status));
  assert(state.status !== 'completed' || state.utr !== null, 'a completed payout has a UTR');
  const hasFailed = state.status === 'failed' || state.status === 'reversed';
  assert(hasFailed === (state.failure !== null), 'a payout that failed or came back, and no other, says why');
}

/** A bank's answer as the timeline stores it. */
export interface BankAnswerRecord extends AnswerRecord {
  readonly ending: BankAnswer['kind'];
  readonly utr: string | null;
}

export function bankAnswerRecord(call: EndedCall, answer: BankAnswer): BankAnswerRecord {
  const utr = 'utr' in answer ? answer.utr : undefined;
  return { ...answerRecord(call, answer), ending: answer.kind, utr: utr ?? null };
}

/**
 * `payout.requested`, then `payout.<status>`, `payout.waiting`, `payout.archived`, `payout.needs_attention`,
 * `payout.bank_disagreed`, and `payout.bank_answered` for an answer that changed nothing.
 */
export type PayoutEvent = TimelineEntry<PayoutStatus>;
