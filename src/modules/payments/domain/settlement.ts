import { afterInquiry, afterSubmission, type RecoveryPolicy } from '../../../shared/recovery.js';
import type { Payment } from './payment.js';
import type { AnswerRecord } from './payment-state.js';
import type { Refund } from './refund.js';
import type { PaymentFailure } from '../../gateways/gateways.language.js';

/** What the provider has said, or not said. */
export type ProviderAnswer = { readonly digest?: string } & (
  | { readonly kind: 'succeeded'; readonly providerId: string }
  | { readonly kind: 'rejected'; readonly failure: PaymentFailure }
  | { readonly kind: 'pending'; readonly code?: string }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'not_found' }
);

/** To what the answer is one. */
export interface AnsweredCall {
  readonly kind: AnswerRecord['kind'];
  readonly gateway: string;
  /** The attempt that was current when the call began. */
  readonly attempt: number;
}

/**
 * Moves the payment or the refund as the provider's answer says. The same answer twice, from two workers, moves
 * nothing: an outcome counts while there is none.
 */
export function applyAnswer(
  order: Payment | Refund,
  call: AnsweredCall,
  answer: ProviderAnswer,
  policy: RecoveryPolicy,
  now: Date,
): void {
  const cause = { now, actor: `gateway:${call.gateway}` };
  const end = endOf(order);
  if (end === null) return settle(order, call, answer, policy, now);
  const contrary =
    end === 'failed'
      ? answer.kind === 'succeeded' || (answer.kind === 'pending' && call.kind !== 'callback')
      : answer.kind === 'rejected' && call.attempt === order.state.attempts;
  if (contrary) order.contradict({ gateway_says: answer }, cause);
}

function settle(
  order: Payment | Refund,
  call: AnsweredCall,
  answer: ProviderAnswer,
  policy: RecoveryPolicy,
  now: Date,
): void {
  const cause = { now, actor: `gateway:${call.gateway}` };
  if (answer.kind === 'succeeded') return order.succeed(answer.providerId, cause);
  // A later submission may be on its way; only its own answer, or an inquiry, can say that nothing came of it.
  if (call.attempt !== order.state.attempts) return;
  if (answer.kind === 'rejected') return order.fail(answer.failure, { ...cause, reason: answer.failure.reason });
  if (call.kind === 'callback') return;
  const decide = call.kind === 'submission' ? afterSubmission : afterInquiry;
  decide(order, answer.kind, policy, now);
}

/** How it has ended, or null: it has not. */
function endOf(order: Payment | Refund): 'done' | 'failed' | null {
  const { status } = order.state;
  if (status === 'pending' || status === 'created' || status === 'processing') return null;
  return status === 'failed' ? 'failed' : 'done';
}
