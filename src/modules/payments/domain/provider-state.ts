import { type AnswerTally, NO_ANSWERS } from '../../../shared/submissions/answer-tally.js';
import type { Moment } from '../../../shared/moment.js';
import { notSubmitted, type SubmissionPlan, type SubmissionState } from '../../../shared/submissions/submission.js';
import type { PaymentFailure } from '../../gateways/gateways.language.js';

/** What a payment and a refund have in common: both are carried to a provider. */
export interface ProviderState extends SubmissionState {
  /** The provider's own id, once the charge or the refund has succeeded. */
  readonly providerId: string | null;
  readonly failure: PaymentFailure | null;
  /** The provider has contradicted the order's end, or has another amount or currency under its reference. */
  readonly gatewayDisagrees: boolean;
  /**
   * When, by the server's clock, the provider last reported another amount or currency while this was open. Null:
   * never, or before this was recorded.
   */
  readonly gatewayHasAnotherSince: Date | null;
  /** When it failed, by the server's clock. Null: it has not failed, or it failed before this was recorded. */
  readonly failedAt: Date | null;
  readonly answers: AnswerTally;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /**
   * Grows with every change, however small, and so shows whether the order has changed since the provider was asked.
   */
  readonly revision: number;
}

/** Changes to an open order. */
export type ProviderPlan = SubmissionPlan & Partial<Pick<ProviderState, 'gatewayHasAnotherSince'>>;

/** The state of an order that no provider has yet. */
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
