import { type AnswerTally, NO_ANSWERS } from '../../../shared/submissions/answer-tally.js';
import type { Moment } from '../../../shared/moment.js';
import { notSubmitted, type SubmissionPlan, type SubmissionState } from '../../../shared/submissions/submission.js';
import type { PaymentFailure } from '../../gateways/gateways.language.js';

/** What a payment and a refund have in common: both are carried to a provider. */
export interface ProviderState extends SubmissionState {
  /** The provider's own id, once it has come about. */
  readonly providerId: string | null;
  readonly failure: PaymentFailure | null;
  /** The provider has contradicted its end, or has another amount or currency under its reference. */
  readonly gatewayDisagrees: boolean;
  /**
   * When, by the server's clock, the provider last reported another amount or currency while this was open; null: never,
   * or to a version before.
   */
  readonly gatewayHasAnotherSince: Date | null;
  /** When it failed, by the server's clock; null: it has not, or by a version before. */
  readonly failedAt: Date | null;
  readonly answers: AnswerTally;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows with every change, however small: whoever acts on an answer knows by it what the answer was about. */
  readonly revision: number;
}

/** What changes of an order that is open. */
export type ProviderPlan = SubmissionPlan & Partial<Pick<ProviderState, 'gatewayHasAnotherSince'>>;

/** No provider knows of it yet. */
export function unknownToProvider(now: Moment, firstStepAt: Date): ProviderState {
  return {
    ...notSubmitted(firstStepAt, now),
    providerId: null,
    failure: null,
    gatewayDisagrees: false,
    gatewayHasAnotherSince: null,
    failedAt: null,
    answers: NO_ANSWERS,
    createdAt: now.orderTime,
    updatedAt: now.orderTime,
    revision: 0,
  };
}
