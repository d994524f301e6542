import { afterInquiry, afterSubmission, type RecoveryPolicy } from '../../../shared/recovery.js';
import type { Payout } from './payout.js';
import type { AnswerRecord, PayoutState } from './payout-state.js';
import type { BankAnswer } from './bank-answer.js';

/** To what the bank's answer is one. A callback is the answer to no question, and may be older than others. */
export interface AnsweredCall {
  readonly kind: AnswerRecord['kind'];
  readonly gateway: string;
  /** The attempt that was current when the call began. */
  readonly attempt: number;
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
  now: Date,
): void {
  const cause = { now, actor: `bank:${call.gateway}` };
  if (payout.state.status === 'processing') settle(payout, call, answer, policy, now);
  else if (isContrary(payout.state, call, answer)) payout.contradict({ bank_says: answer }, cause);
  // The money had left, whether or not we had heard of it.
  if (answer.kind === 'returned' && payout.state.status === 'completed')
    payout.reverse(answer.failure, { ...cause, reason: answer.failure.reason });
}

function settle(payout: Payout, call: AnsweredCall, answer: BankAnswer, policy: RecoveryPolicy, now: Date): void {
  const cause = { now, actor: `bank:${call.gateway}` };
  if (answer.kind === 'succeeded' || answer.kind === 'returned') return payout.complete(answer.utr, cause);
  // A later submission may be on its way; only its own answer, or an inquiry, can say that nothing will be paid.
  if (call.attempt !== payout.state.attempts) return;
  if (answer.kind === 'rejected') return payout.fail(answer.failure, { ...cause, reason: answer.failure.reason });
  // That the bank is still at it changes nothing of what is planned; what it asks itself, it is asked anyway.
  if (call.kind === 'callback') return;
  const decide = call.kind === 'submission' ? afterSubmission : afterInquiry;
  decide(payout, answer.kind, policy, now);
}

/**
 * Whether the bank says the opposite of an end that the payout already has. It is kept and shown, and changes nothing.
 * `pending` is the opposite of failed: the bank has it, and may still pay; unless it comes by callback, late.
 */
function isContrary({ status, utr, attempts }: PayoutState, call: AnsweredCall, answer: BankAnswer): boolean {
  const paid = status === 'completed' || status === 'reversed';
  if (answer.kind === 'succeeded') return !paid || answer.utr !== utr;
  if (answer.kind === 'pending') return !paid && call.kind !== 'callback';
  return answer.kind === 'rejected' && status === 'completed' && call.attempt === attempts;
}
