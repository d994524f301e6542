import { type AnswerTally, NO_ANSWERS } from '../../../shared/answer-tally.js';
import type { Moment } from '../../../shared/moment.js';
import { notSubmitted, type SubmissionState } from '../../../shared/submission.js';
import type { PaymentFailure } from '../../gateways/gateways.language.js';

/** What a payment and a refund have in common: both are carried to a provider. */
export interface ProviderState extends SubmissionState {
  /** The provider's own id, once it has come about. */
  readonly providerId: string | null;
  readonly failure: PaymentFailure | null;
  /** The provider has contradicted its end, or has another amount or currency under its reference. */
  readonly gatewayDisagrees: boolean;
  readonly answers: AnswerTally;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows with every change, however small: whoever acts on an answer knows by it what the answer was about. */
  readonly revision: number;
}

/** No provider knows of it yet. */
export function unknownToProvider({ orderTime }: Moment, firstStepAt: Date): ProviderState {
  return {
    ...notSubmitted(firstStepAt),
    providerId: null,
    failure: null,
    gatewayDisagrees: false,
    answers: NO_ANSWERS,
    createdAt: orderTime,
    updatedAt: orderTime,
    revision: 0,
  };
}
