import { assert } from '../../../shared/assert.js';
import { type AnswerTally, NO_ANSWERS } from '../../../shared/submissions/answer-tally.js';
import { answerRecord, type AnswerRecord, type EndedCall } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import type { Money } from '../../../shared/money.js';
import { assertDueWhileOpen, notSubmitted, type SubmissionState } from '../../../shared/submissions/submission.js';
import type { TimelineEntry } from '../../../shared/submissions/timeline.js';
import { isOpen, type PayoutStatus } from './payout-status.js';
import type { BankAnswer, Beneficiary, PayoutFailure, TransferMode } from '../../gateways/gateways.language.js';

/** Where the money goes, as it was when the payout was requested. It never changes afterwards. */
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
  /**
   * Who said that it was paid. Null: nobody yet, or it was completed before this was recorded; then nothing is assumed.
   */
  readonly completedBy: 'bank' | 'operator' | null;
  readonly failure: PayoutFailure | null;
  /** The bank has contradicted the payout's end, or has another transfer under its reference. */
  readonly bankDisagrees: boolean;
  /**
   * When, by the server's clock, the bank last named another amount or destination under the reference. Null: never, or
   * the bank has since named both as they were submitted; until then its other answers about an open payout do not
   * count. For an ended payout this keeps the finding open even if the money comes back.
   */
  readonly bankHasAnotherSince: Date | null;
  /** When, by the server's clock, and how the bank first reported the completed payout as failed. */
  readonly firstRejectedAt: Date | null;
  readonly firstRejectedBy: 'inquiry' | 'callback' | null;
  /** The same by live time, in milliseconds; null if it is not known. */
  readonly firstRejectedLiveMs: number | null;
  readonly archivedAt: Date | null;
  /** When, by the clock, it was completed at a bank, came back or failed. Null also if an earlier version ended it. */
  readonly watchedFrom: Date | null;
  /** When the bank is next asked whether the money has come back; null: not any more, or not yet. */
  readonly watchNextAt: Date | null;
  readonly answers: AnswerTally;
  /** The number of entries in the timeline. */
  readonly events: number;
  /** The head of the timeline's hash chain; null: there is none yet. */
  readonly timelineHash: Uint8Array | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows with every change, however small, and so shows whether the payout has changed since the bank was asked. */
  readonly revision: number;
}

/** What the bank has said against the payout without proving it. */
export type Doubt = Pick<
  PayoutState,
  'firstRejectedBy' | 'firstRejectedAt' | 'firstRejectedLiveMs' | 'watchNextAt' | 'bankHasAnotherSince'
>;

/** What the merchant asks for. */
export type RequestedPayout = Pick<
  PayoutState,
  'id' | 'merchantId' | 'bankAccountId' | 'recipient' | 'amount' | 'mode' | 'referenceId' | 'narration'
>;

/** @param firstStepAt when the sweep submits it if its job was lost */
export function requestedState(requested: RequestedPayout, firstStepAt: Date, now: Moment): PayoutState {
  // Field by field: a spread into such a large literal makes the object a hash table, at ten times the cost.
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

/** @throws BrokenInvariant for a state that no verb of a payout produces */
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
