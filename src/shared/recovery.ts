/** What is known of something that a bank or a provider was asked to do under one reference. */
export interface OutstandingState {
  /** How often it was submitted. */
  readonly attempts: number;
  /** Inquiries since the last submission that did not tell the outcome. */
  readonly inquiries: number;
  /** After this moment the last submission can no longer be on its way. */
  readonly submissionEndsAt: Date | null;
  /** When it was first said, since the last submission, that there is nothing under the reference. */
  readonly notFoundAt: Date | null;
}

/** What is due, and when. */
export interface RecoveryPlan extends Omit<OutstandingState, 'attempts'> {
  readonly nextStep: 'submit' | 'inquire' | null;
  readonly nextAttemptAt: Date | null;
  readonly needsAttention: boolean;
}

/** A payout, a payment or a refund that has no outcome yet. */
export interface Outstanding {
  readonly state: OutstandingState;
  plan(plan: Partial<RecoveryPlan>, now: Date): void;
  /** It was surely never accepted: it ends, and what was held for it is free again. */
  notAccepted(now: Date): void;
  raiseAttention(why: string, cause: { readonly now: Date; readonly actor: 'system' }): void;
}

/** An answer that tells no outcome. */
export type NoOutcome = 'pending' | 'unknown' | 'not_found';

export interface RecoveryPolicy {
  /** A submission is inquired about this long after it began; `not_found` counts this long after it ended. */
  readonly processingTimeoutMs: number;
  /** How often what was never received is submitted again. */
  readonly maxRetries: number;
  /** A reference that is submitted twice is carried out once. */
  readonly idempotentSubmission: boolean;
  /** A repeated `not_found` proves that the reference was never accepted. */
  readonly authoritativeInquiry: boolean;
  /** From 0 to 1: spreads what would otherwise come back all at once. */
  readonly jitter: number;
}

/** Waiting longer between two inquiries would keep a merchant in the dark for no gain. */
const MAX_DELAY_MS = 15 * 60_000;

/** Exponential: one time-out, two, four …, between half and one and a half of that. */
export function backOff({ processingTimeoutMs, jitter }: RecoveryPolicy, times: number): number {
  const delay = processingTimeoutMs * 2 ** Math.max(0, times - 1) * (0.5 + jitter);
  return Math.round(Math.min(delay, Math.max(MAX_DELAY_MS, processingTimeoutMs)));
}

/**
 * Whether the last submission was surely never accepted: two inquiries said so, the second at least one time-out after
 * that submission had ended. Before that a submission may still be on its way, or an index lag.
 */
export function isNotFoundEstablished(state: OutstandingState, policy: RecoveryPolicy, now: Date): boolean {
  if (state.notFoundAt === null || state.submissionEndsAt === null) return false;
  return now.getTime() >= state.submissionEndsAt.getTime() + policy.processingTimeoutMs;
}

/** The call has ended without an outcome. The next inquiry stays where the lease put it. */
export function afterSubmission(outstanding: Outstanding, answer: NoOutcome, policy: RecoveryPolicy, now: Date): void {
  if (answer === 'pending') return planInquiry(outstanding, backOff(policy, 1), now, { submissionEndsAt: now });
  // What was not found meanwhile may have been on its way until now.
  outstanding.plan({ submissionEndsAt: now, nextStep: 'inquire', notFoundAt: null }, now);
}

/** An inquiry has ended without an outcome. Decides what follows; frees money only when nothing was accepted. */
export function afterInquiry(outstanding: Outstanding, answer: NoOutcome, policy: RecoveryPolicy, now: Date): void {
  const inquiries = outstanding.state.inquiries + 1;
  const delay = backOff(policy, inquiries);
  if (answer === 'not_found') return afterNotFound(outstanding, policy, now);
  if (answer === 'pending')
    return planInquiry(outstanding, delay, now, { inquiries, notFoundAt: null, needsAttention: false });
  planInquiry(outstanding, delay, now, { inquiries });
  if (inquiries > policy.maxRetries)
    outstanding.raiseAttention('The bank has not told the outcome.', { now, actor: 'system' });
}

function afterNotFound(outstanding: Outstanding, policy: RecoveryPolicy, now: Date): void {
  const { state } = outstanding;
  const inquiries = state.inquiries + 1;
  if (!isNotFoundEstablished(state, policy, now)) {
    const notFoundAt = state.notFoundAt ?? now;
    const counts = (state.submissionEndsAt ?? now).getTime() + policy.processingTimeoutMs;
    const nextAttemptAt = new Date(Math.max(counts, now.getTime()));
    return outstanding.plan({ inquiries, notFoundAt, nextAttemptAt }, now);
  }
  const { idempotentSubmission, authoritativeInquiry, maxRetries } = policy;
  if (idempotentSubmission && state.attempts <= maxRetries) {
    const nextAttemptAt = new Date(now.getTime() + backOff(policy, state.attempts));
    return outstanding.plan({ nextStep: 'submit', nextAttemptAt }, now);
  }
  if (idempotentSubmission && authoritativeInquiry) return outstanding.notAccepted(now);
  planInquiry(outstanding, backOff(policy, inquiries), now, { inquiries });
  const why = 'The bank has nothing under the reference, which proves nothing at this bank.';
  outstanding.raiseAttention(why, { now, actor: 'system' });
}

function planInquiry(outstanding: Outstanding, delayMs: number, now: Date, change: Partial<RecoveryPlan>): void {
  const nextAttemptAt = new Date(now.getTime() + delayMs);
  outstanding.plan({ ...change, nextStep: 'inquire', nextAttemptAt }, now);
}
