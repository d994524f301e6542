import { failureByHand as failureOf } from '../../../shared/submissions/end-by-hand.js';
import type { Moment } from '../../../shared/moment.js';
import { ENDED_BY_OPERATOR, type PaymentFailure, type ProviderAnswer } from '../../gateways/gateways.language.js';
import type { ProviderState } from './provider-state.js';
import { GatewayHasIt, ProviderOutcomeUnknown } from './refusals.js';

/**
 * The failure of a payment or a refund that an operator ends.
 * @param answer what the provider has just said about it; null: it was never submitted
 * @throws GatewayHasIt while the provider reports it as done or in progress; ProviderOutcomeUnknown when the provider
 *   cannot say, unless the order needs attention
 */
export function failureByHand(state: ProviderState, answer: ProviderAnswer | null, now: Moment): PaymentFailure {
  return failureOf(state, answer, now, {
    byOperator: ENDED_BY_OPERATOR,
    hasIt: (reported) => new GatewayHasIt(reported === 'pending' ? 'pending' : 'succeeded'),
    outcomeUnknown: () => new ProviderOutcomeUnknown(),
  });
}
