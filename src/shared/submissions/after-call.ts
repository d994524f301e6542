import type { EndedCall } from './gateway-answer.js';
import type { Moment } from '../moment.js';
import { afterInquiry, afterSubmission, askedTooEarly, type NoOutcome, type RecoveryPolicy } from './recovery.js';
import { mayBeOnItsWay, type Submission } from './submission.js';

/** What a gateway has answered, as it is settled. */
export interface Answered<Answer, Policy extends RecoveryPolicy = RecoveryPolicy> {
  readonly call: EndedCall;
  readonly answer: Answer;
  /** What the gateway's answers are worth. */
  readonly policy: Policy;
  /** When it is settled. */
  readonly now: Moment;
}

/**
 * Whether the gateway was asked while a submission was on its way. Whatever it has said then settles nothing: it may have
 * spoken of an earlier submission, and the answer to the one that is on its way comes.
 */
export function isTooEarly(order: Submission, { call, policy, now }: Answered<unknown>): boolean {
  const asked = { clockTime: call.askedAt, liveMs: call.askedLiveMs };
  if (call.kind !== 'inquiry' || !mayBeOnItsWay(order.state, asked)) return false;
  askedTooEarly(order, policy, now, call);
  return true;
}

/**
 * A call has ended without an outcome. That the gateway is still at it, as a callback says, changes nothing of what is
 * planned: what the gateway asks itself, it is asked anyway.
 */
export function afterCall(order: Submission, { call, answer, policy, now }: Answered<NoOutcome>): void {
  if (call.kind === 'submission') afterSubmission(order, answer, policy, now);
  else if (call.kind === 'inquiry') afterInquiry(order, answer, policy, now, call);
}
