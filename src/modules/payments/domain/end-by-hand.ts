import type { Moment } from '../../../shared/moment.js';
import { isBeingSubmitted } from '../../../shared/submission.js';
import { ENDED_BY_OPERATOR, type PaymentFailure, type ProviderAnswer } from '../../gateways/gateways.language.js';
import type { ProviderState } from './provider-state.js';
import { GatewayHasIt, ProviderOutcomeUnknown } from './refusals.js';

/**
 * Why a payment or a refund that an operator ends has failed.
 * @param answer what the provider has just said of it; null: it was never submitted
 * @throws GatewayHasIt while the provider reports it as done or in progress; ProviderOutcomeUnknown when the provider
 *   cannot say, unless the order needs attention
 */
export function failureByHand(state: ProviderState, answer: ProviderAnswer | null, now: Moment): PaymentFailure {
  if (answer === null) return ENDED_BY_OPERATOR;
  if (answer.kind === 'succeeded' || answer.kind === 'pending') throw new GatewayHasIt(answer.kind);
  // What is on its way now is not what the provider has spoken of.
  if (isBeingSubmitted(state, now)) throw new ProviderOutcomeUnknown();
  if (answer.kind === 'rejected') return answer.failure;
  // Nothing was accepted, and it is not submitted again yet.
  const isNowhere = answer.kind === 'not_found' && state.nextStep === 'submit';
  if (!isNowhere && !state.needsAttention) throw new ProviderOutcomeUnknown();
  return ENDED_BY_OPERATOR;
}
