/** Why nothing was charged, or nothing was given back. */
export interface PaymentFailure {
  readonly code: string;
  readonly reason: string;
  readonly source: 'payer' | 'gateway' | 'business' | 'internal';
  readonly retryable: boolean;
}

/** The end of a payment or a refund that the provider surely never had. */
export const NOT_ACCEPTED: PaymentFailure = {
  code: 'not_accepted_by_provider',
  reason: 'The provider never accepted the request. Nobody was charged, and nothing was given back.',
  source: 'gateway',
  retryable: true,
};

/** What recovery knows and plans; the same for a payment and for a refund. */
export interface Progress {
  /** The provider's own id, once it has come about. */
  readonly providerId: string | null;
  /** How often it was submitted. */
  readonly attempts: number;
  readonly failure: PaymentFailure | null;
  /** What is due at `nextAttemptAt`; null when it is not open. */
  readonly nextStep: 'submit' | 'inquire' | null;
  readonly nextAttemptAt: Date | null;
  readonly submissionEndsAt: Date | null;
  readonly notFoundAt: Date | null;
  readonly inquiries: number;
  readonly needsAttention: boolean;
  /** After the end the provider has said the opposite. */
  readonly gatewayDisagrees: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Nothing is known of it yet, and it is to be submitted. */
export function begun(now: Date, firstStepAt: Date): Progress {
  return {
    providerId: null,
    attempts: 0,
    failure: null,
    nextStep: 'submit',
    nextAttemptAt: firstStepAt,
    submissionEndsAt: null,
    notFoundAt: null,
    inquiries: 0,
    needsAttention: false,
    gatewayDisagrees: false,
    createdAt: now,
    updatedAt: now,
  };
}

/** Who changes something, when and why. */
export interface Cause {
  readonly now: Date;
  readonly actor: string;
  readonly reason?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
}
