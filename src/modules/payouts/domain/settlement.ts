import { saysNothingNew } from '../../../shared/answer-tally.js';
import type { AnsweredCall, EndedCall } from '../../../shared/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import { afterInquiry, afterSubmission, type RecoveryPolicy } from '../../../shared/recovery.js';
import type { Payout } from './payout.js';
import { isOpen } from './payout-status.js';
import { bankAnswerRecord, type PayoutState } from './payout-state.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

/**
 * Moves the payout as the bank's answer says, and records the answer in the timeline. An inquiry that finds nothing new
 * is counted only.
 * @returns whether the answer is, for the first time, contrary to the payout: to its end, or to what was submitted
 */
export function settlePayout(
  payout: Payout,
  call: EndedCall,
  answer: BankAnswer,
  policy: RecoveryPolicy,
  now: Moment,
): boolean {
  const before = payout.state;
  const record = bankAnswerRecord(call, answer);
  // What an inquiry or a callback finds as it is, after the end, says nothing new.
  const isContradicted = isContrary(before, call, answer) || isAnother(answer);
  const isFound = before.nextAttemptAt === null && call.kind !== 'submission' && !isContradicted;
  applyAnswer(payout, call, answer, policy, now);
  const isUnchanged = payout.newEvents.length === 0 && (isFound || saysNothingNew(call, record, before, payout.state));
  if (!isUnchanged) payout.recordAnswer(record, { now, actor: `bank:${call.gateway}` });
  else if (call.kind === 'inquiry') payout.countUnchanged(now);
  return payout.state.bankDisagrees && !before.bankDisagrees;
}

/**
 * Moves the payout as the bank's answer says. The same answer twice, from two workers, or after an operator's decision,
 * moves nothing: an outcome counts in `processing` only, and a return once.
 */
export function applyAnswer(
  payout: Payout,
  call: AnsweredCall,
  answer: BankAnswer,
  policy: RecoveryPolicy,
  now: Moment,
): void {
  const cause = { now, actor: `bank:${call.gateway}` };
  if (isAnother(answer)) {
    payout.contradict({ bank_says: answer }, cause);
    if (isOpen(payout.state.status)) payout.raiseAttention(ANOTHER_TRANSFER, { now, actor: 'system' });
  }
  if (payout.state.status === 'processing') settle(payout, call, answer, policy, now);
  else if (isContrary(payout.state, call, answer)) payout.contradict({ bank_says: answer }, cause);
  // The money had left, whether or not we knew.
  if (answer.kind === 'returned' && payout.state.status === 'completed')
    payout.reverse(answer.failure, { ...cause, reason: answer.failure.reason });
}

function settle(payout: Payout, call: AnsweredCall, answer: BankAnswer, policy: RecoveryPolicy, now: Moment): void {
  const cause = { now, actor: `bank:${call.gateway}` };
  if (answer.kind === 'succeeded' || answer.kind === 'returned') return payout.complete(answer.utr, cause);
  // A later submission may be on its way; only its own answer, or an inquiry, can say that nothing will be paid.
  if (call.attempt !== payout.state.attempts) return;
  if (answer.kind === 'rejected') return payout.fail(answer.failure, { ...cause, reason: answer.failure.reason });
  // That the bank is still at it changes nothing of what is planned; what it asks itself, it is asked anyway.
  if (call.kind === 'callback') return;
  const decide = call.kind === 'submission' ? afterSubmission : afterInquiry;
  // Of a bank that had another transfer under the reference nothing else is believed either: it is not submitted to
  // again, and a person looks.
  decide(payout, payout.state.bankDisagrees ? 'unknown' : answer.kind, policy, now);
}

const ANOTHER_TRANSFER = 'The bank has a transfer with another amount or account under the reference.';

function isAnother(answer: BankAnswer): boolean {
  return answer.kind === 'unknown' && answer.isAnother === true;
}

/**
 * Whether the bank contradicts an end that the payout already has. That is recorded and shown, and changes nothing.
 * `pending` is the opposite of failed: the bank has it, and may still pay; unless it comes by callback, late.
 */
function isContrary({ status, utr, attempts }: PayoutState, call: AnsweredCall, answer: BankAnswer): boolean {
  const paid = status === 'completed' || status === 'reversed';
  if (answer.kind === 'succeeded') return !paid || answer.utr !== utr;
  if (answer.kind === 'pending') return !paid && call.kind !== 'callback';
  return answer.kind === 'rejected' && status === 'completed' && call.attempt === attempts;
}
