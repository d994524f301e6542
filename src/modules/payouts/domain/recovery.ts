import type { Payout } from './payout.js';
import type { PayoutFailure, PayoutState } from './payout-state.js';

/** What the bank has said, or not said. */
export type BankAnswer = {
  /** SHA-256, hexadecimal, of the answer as it arrived, where that is known. */
  readonly digest?: string;
} & (
  | { readonly kind: 'succeeded'; readonly utr: string }
  | { readonly kind: 'rejected'; readonly failure: PayoutFailure }
  | { readonly kind: 'returned'; readonly utr: string; readonly failure: PayoutFailure }
  | { readonly kind: 'pending'; readonly code?: string }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'not_found' }
);

export interface RecoveryPolicy {
  /** A submission is inquired about this long after it began; `not_found` counts this long after it ended. */
  readonly processingTimeoutMs: number;
  /** How often a payout that the bank never received is submitted again. */
  readonly maxRetries: number;
  /** A reference that is submitted twice is paid once. */
  readonly idempotentSubmission: boolean;
  /** A repeated `not_found` proves that the bank never accepted the reference. */
  readonly authoritativeInquiry: boolean;
  /** From 0 to 1: spreads what would otherwise come back all at once. */
  readonly jitter: number;
}

/** Waiting longer between two inquiries would keep a merchant in the dark for no gain. */
const MAX_DELAY_MS = 15 * 60_000;

const NOT_ACCEPTED: PayoutFailure = {
  code: 'not_accepted_by_bank',
  reason: 'The bank did not accept the payout. Nothing was paid; the amount is available again.',
  source: 'gateway',
  retryable: true,
};

/** Exponential: one time-out, two, four …, between half and one and a half of that. */
export function backOff({ processingTimeoutMs, jitter }: RecoveryPolicy, times: number): number {
  const delay = processingTimeoutMs * 2 ** Math.max(0, times - 1) * (0.5 + jitter);
  return Math.round(Math.min(delay, Math.max(MAX_DELAY_MS, processingTimeoutMs)));
}

/**
 * Whether the bank has surely never accepted the last submission: two inquiries said so, the second at least one
 * time-out after that submission had ended. Before that a submission may still be on its way, or the bank's index lag.
 */
export function isNotFoundEstablished(state: PayoutState, policy: RecoveryPolicy, now: Date): boolean {
  if (state.notFoundAt === null || state.submissionEndsAt === null) return false;
  return now.getTime() >= state.submissionEndsAt.getTime() + policy.processingTimeoutMs;
}

/** The call to the bank has ended without an outcome. The next inquiry stays where the lease put it. */
export function afterSubmission(payout: Payout, answer: BankAnswer, policy: RecoveryPolicy, now: Date): void {
  if (answer.kind === 'pending') return planInquiry(payout, backOff(policy, 1), now, { submissionEndsAt: now });
  // What was not found meanwhile may have been on its way until now.
  payout.plan({ submissionEndsAt: now, nextStep: 'inquire', notFoundAt: null }, now);
}

/** An inquiry has ended without an outcome. Decides what follows; releases money only when nothing was accepted. */
export function afterInquiry(payout: Payout, answer: BankAnswer, policy: RecoveryPolicy, now: Date): void {
  const inquiries = payout.state.inquiries + 1;
  const delay = backOff(policy, inquiries);
  if (answer.kind === 'not_found') return afterNotFound(payout, policy, now);
  if (answer.kind === 'pending')
    return planInquiry(payout, delay, now, { inquiries, notFoundAt: null, needsAttention: false });
  planInquiry(payout, delay, now, { inquiries });
  if (inquiries > policy.maxRetries) {
    payout.raiseAttention('The bank has not told the outcome.', {
      now,
      actor: 'system',
    });
  }
}

function afterNotFound(payout: Payout, policy: RecoveryPolicy, now: Date): void {
  const { state } = payout;
  const inquiries = state.inquiries + 1;
  if (!isNotFoundEstablished(state, policy, now)) {
    const notFoundAt = state.notFoundAt ?? now;
    const counts = (state.submissionEndsAt ?? now).getTime() + policy.processingTimeoutMs;
    return payout.plan(
      {
        inquiries,
        notFoundAt,
        nextAttemptAt: new Date(Math.max(counts, now.getTime())),
      },
      now,
    );
  }
  const { idempotentSubmission, authoritativeInquiry, maxRetries } = policy;
  if (idempotentSubmission && state.attempts <= maxRetries) {
    const nextAttemptAt = new Date(now.getTime() + backOff(policy, state.attempts));
    return payout.plan({ nextStep: 'submit', nextAttemptAt }, now);
  }
  if (idempotentSubmission && authoritativeInquiry) {
    return payout.fail(NOT_ACCEPTED, {
      now,
      actor: 'system',
      reason: NOT_ACCEPTED.reason,
    });
  }
  planInquiry(payout, backOff(policy, inquiries), now, { inquiries });
  payout.raiseAttention('The bank has nothing under the reference, which proves nothing at this bank.', {
    now,
    actor: 'system',
  });
}

function planInquiry(
  payout: Payout,
  delayMs: number,
  now: Date,
  change: Partial<Pick<PayoutState, 'inquiries' | 'notFoundAt' | 'submissionEndsAt' | 'needsAttention'>>,
): void {
  payout.plan(
    {
      ...change,
      nextStep: 'inquire',
      nextAttemptAt: new Date(now.getTime() + delayMs),
    },
    now,
  );
}
