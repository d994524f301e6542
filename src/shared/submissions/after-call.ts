import type { EndedCall } from './gateway-answer.js';
import type { Moment } from '../moment.js';
import { afterInquiry, afterSubmission, askedTooEarly, type NoOutcome, type RecoveryPolicy } from './recovery.js';
import { mayBeOnItsWay, type Submission } from './submission.js';

/** A gateway's answer, as it is settled. */
export interface Answered<Answer, Policy extends RecoveryPolicy = RecoveryPolicy> {
  readonly call: EndedCall;
  readonly answer: Answer;
  /** How far the gateway's answers can be relied on. */
  readonly policy: Policy;
  /** When the answer is settled. */
  readonly now: Moment;
}

/**
 * Whether the gateway was asked while a submission was still on its way. Its answer then settles nothing: it may be
 * about an earlier submission, and the answer to the current one is still to come.
 */
export function isTooEarly(order: Submission, { call, policy, now }: Answered<unknown>): boolean {
  const asked = { clockTime: call.askedAt, liveMs: call.askedLiveMs };
  if (call.kind !== 'inquiry' || !mayBeOnItsWay(order.state, asked)) return false;
  askedTooEarly(order, policy, now, call);
  return true;
}

/**
 * A call ended without an outcome. A callback that says "still pending" does not change the plan: the next inquiry is
 * made as planned.
 */
export function afterCall(order: Submission, { call, answer, policy, now }: Answered<NoOutcome>): void {
  if (call.kind === 'submission') afterSubmission(order, answer, policy, now);
  else if (call.kind === 'inquiry') afterInquiry(order, answer, policy, now, call);
}
