import { afterCall, type Answered, isTooEarly } from '../../../shared/submissions/after-call.js';
import { repeatsLastAnswer } from '../../../shared/submissions/answer-tally.js';
import {
  type AnswerRecord,
  answerRecord,
  type EndedCall,
  isAnother,
} from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import { hadSettled } from '../../../shared/submissions/recovery.js';
import type { Submission } from '../../../shared/submissions/submission.js';
import { NOT_WAITING } from '../../../shared/submissions/waiting.js';
import type { Cause } from '../../../shared/submissions/timeline.js';
import type { ProviderPlan, ProviderState } from './provider-state.js';
import {
  ENDED_BY_OPERATOR,
  NOT_ACCEPTED_BY_PROVIDER,
  type PaymentFailure,
  type ProviderAnswer,
} from '../../gateways/gateways.language.js';

/** What a provider carries out: a payment, or a refund. */
export interface ProviderOrder extends Submission {
  readonly state: ProviderState;
  /** How it has ended; null: it has not ended. */
  readonly end: 'done' | 'failed' | null;
  plan(plan: ProviderPlan, now: Moment): void;
  succeed(providerId: string, cause: Cause): void;
  fail(failure: PaymentFailure, cause: Cause): void;
  contradict(answer: Readonly<Record<string, unknown>>, cause: Cause): void;
  /** What has happened since the order was made or restored. */
  readonly newEvents: readonly object[];
  recordAnswer(answer: AnswerRecord, cause: Cause): void;
  countUnchanged(now: Moment): void;
}

/**
 * Moves the payment or the refund as the provider's answer says, and records the answer in the timeline. An inquiry
 * that finds nothing new is only counted.
 * @returns whether an alarm is due: the answer contradicts the order's end, or what was submitted, for the first time,
 *   or contradicts an ended order in a new way
 */
export function settleWithProvider(order: ProviderOrder, answered: Answered<ProviderAnswer>): boolean {
  const { call, answer, now } = answered;
  const before = order.state;
  const record = answerRecord(call, answer);
  // After the end, an inquiry or a callback that contradicts nothing says nothing new.
  const isAgainst = isAnother(answer) || (order.end !== null && isContrary(order, answered));
  const isFound = order.end !== null && call.kind !== 'submission' && !isAgainst;
  applyAnswer(order, answered);
  const isUnchanged = order.newEvents.length === 0 && (isFound || repeatsLastAnswer(call, record, before, order.state));
  if (!isUnchanged) order.recordAnswer(record, { now, actor: `gateway:${call.gateway}` });
  else if (call.kind === 'inquiry') order.countUnchanged(now);
  const isFirst = order.state.gatewayDisagrees && !before.gatewayDisagrees;
  return isFirst || (order.end !== null && isAgainst && !isUnchanged);
}

/**
 * Moves the payment or the refund as the provider's answer says. An answer that comes twice, from two workers, moves
 * nothing the second time: an outcome counts only while the order has none.
 */
export function applyAnswer(order: ProviderOrder, answered: Answered<ProviderAnswer>): void {
  const { call, now } = answered;
  const { isSame, ...answer } = answered.answer;
  const cause = { now, actor: `gateway:${call.gateway}` };
  if (isAnother(answer)) {
    order.contradict({ gateway_says: answer }, cause);
    if (order.end === null) doubtAfterAnother(order, now);
  }
  if (order.end === null)
    return settle(order, { ...answered, answer: isDoubted(order.state, call, isSame, now) ? DOUBTED : answer });
  if (isContrary(order, answered)) order.contradict({ gateway_says: answer }, cause);
}

/**
 * Whether an answer about an open order may be about another order: nothing else makes a provider disagree with an
 * order that is open. The answer is about this one if it names amount and currency, and the provider was asked after it
 * had reported the other. A doubt dated in the future was written by a clock that ran ahead, and its date is ignored.
 */
function isDoubted(
  { gatewayDisagrees, gatewayHasAnotherSince: since }: ProviderState,
  { askedAt }: EndedCall,
  isSame: true | undefined,
  { clockTime }: Moment,
): boolean {
  if (!gatewayDisagrees) return false;
  return isSame !== true || (since !== null && askedAt <= since && since <= clockTime);
}

/**
 * The provider has another order under the reference. Whichever message said so, the provider is asked before anything
 * is submitted to it again, and a person looks.
 */
function doubtAfterAnother(order: ProviderOrder, now: Moment): void {
  const asks = order.state.nextStep === 'submit' ? ({ nextStep: 'inquire', ...NOT_WAITING } as const) : {};
  order.plan({ ...asks, gatewayHasAnotherSince: now.clockTime }, now);
  order.raiseAttention(ANOTHER_ORDER, { now, actor: 'system' });
}

/**
 * Replaces an answer that is doubted, because it may be about the other order. After an unknown outcome recovery asks,
 * and never submits again.
 */
const DOUBTED: ProviderAnswer = { kind: 'unknown', why: 'the provider had another order under the reference' };

const ANOTHER_ORDER = 'The provider has another amount or currency under the reference.';

/** Failures that the provider itself has not reported. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set([NOT_ACCEPTED_BY_PROVIDER.code, ENDED_BY_OPERATOR.code]);

/**
 * Whether the provider contradicts the end that the order already has, or has done twice what it was asked to do once.
 * `pending` contradicts failed, unless the answer is late.
 */
function isContrary({ end, state }: ProviderOrder, answered: Answered<ProviderAnswer>): boolean {
  const { call, answer, policy, now } = answered;
  if (answer.kind === 'succeeded') return end === 'failed' || answer.providerId !== state.providerId;
  if (end === 'done') return answer.kind === 'rejected' && call.attempt === state.attempts;
  // The order was failed because the provider seemed not to have it. What the provider rejected, it may well have.
  if (answer.kind === 'reference_reused') return state.failure !== null && NEVER_ACCEPTED.has(state.failure.code);
  if (answer.kind !== 'pending' || call.kind === 'callback') return false;
  // If the failure is not known by the clock, `updatedAt` comes closest.
  const moves = [state.failedAt ?? state.updatedAt, state.submissionEndsAt];
  return call.kind === 'submission' || hadSettled(call.askedAt, moves, policy, now);
}

function settle(order: ProviderOrder, answered: Answered<ProviderAnswer>): void {
  const { call, answer, now } = answered;
  const cause = { now, actor: `gateway:${call.gateway}` };
  if (answer.kind === 'succeeded') return order.succeed(answer.providerId, cause);
  if (isTooEarly(order, answered)) return;
  // A later submission may be on its way; only its own answer, or an inquiry, can say that it will not succeed.
  if (call.attempt !== order.state.attempts) return;
  if (answer.kind === 'rejected') return order.fail(answer.failure, { ...cause, reason: answer.failure.reason });
  afterCall(order, { ...answered, answer: answer.kind });
}
