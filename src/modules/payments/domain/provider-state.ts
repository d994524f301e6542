import type { Failure } from '../../../shared/gateway-answer.js';
import { notSubmitted, type SubmissionState } from '../../../shared/submission.js';

/** Why nothing was charged, or nothing was given back. */
export type PaymentFailure = Failure<'payer' | 'gateway' | 'business' | 'internal'>;

/** The end of a payment or a refund that the provider surely never had. */
export const NOT_ACCEPTED: PaymentFailure = {
  code: 'not_accepted_by_provider',
  reason: 'The provider never accepted the request. Nobody was charged, and nothing was given back.',
  source: 'gateway',
  retryable: true,
};

/** What a payment and a refund have in common: both are carried to a provider. */
export interface ProviderState extends SubmissionState {
  /** The provider's own id, once it has come about. */
  readonly providerId: string | null;
  readonly failure: PaymentFailure | null;
  /** After the end the provider has said the opposite. */
  readonly gatewayDisagrees: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** No provider knows of it yet. */
export function unknownToProvider(now: Date, firstStepAt: Date): ProviderState {
  return {
    ...notSubmitted(firstStepAt),
    providerId: null,
    failure: null,
    gatewayDisagrees: false,
    createdAt: now,
    updatedAt: now,
  };
}
