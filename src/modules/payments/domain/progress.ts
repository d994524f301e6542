import type { PaymentFailure } from '../../gateways/gateways.language.js';

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
