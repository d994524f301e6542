import { type Asked, LIVE_MARGIN_MS, missingLiveMs, type Moment } from '../moment.js';
import {
  LONGEST_BACK_OFF_MS,
  type Submission,
  submissionEnded,
  type SubmissionPlan,
  type SubmissionState,
} from './submission.js';

/** An answer without an outcome. */
export type NoOutcome = 'pending' | 'unknown' | 'not_found' | 'reference_reused';

export interface RecoveryPolicy {
  /** A submission is inquired about this long after it began; `not_found` counts this long after it ended. */
  readonly processingTimeoutMs: number;
  /** How often what was never received is submitted again. */
  readonly maxRetries: number;
  /** A reference that is submitted twice is carried out once. */
  readonly idempotentSubmission: boolean;
  /** A repeated `not_found` proves that the reference was never accepted. */
  readonly authoritativeInquiry: boolean;
  /** Left out: it can be asked, so that a callback alone makes no money available. */
  readonly canBeInquired?: boolean;
  /** From 0 to 1: spreads what would otherwise come back all at once. */
  readonly jitter: number;
}

const OUTCOME_UNKNOWN = 'The gateway has not said how it ended.';

/** Exponential: one time-out, two, four …, between half and one and a half of that. */
export function backOff({ processingTimeoutMs, jitter }: RecoveryPolicy, times: number): number {
  const delay = processingTimeoutMs * 2 ** Math.max(0, times - 1) * (0.5 + jitter);
  return Math.round(Math.min(delay, Math.max(LONGEST_BACK_OFF_MS, processingTimeoutMs)));
}

type NotFound = Pick<SubmissionState, 'submissionEndsAt' | 'submissionEndsLiveMs' | 'notFoundAt'>;

/**
 * When a second `not_found` counts, in milliseconds: one time-out after the submission had ended. Before that it may
 * still be on its way, or an index lag. Where the first one came later than that, one time-out after the first: the
 * clock may have run ahead, and the submission have begun a moment ago.
 */
function countsFrom({ submissionEndsAt, notFoundAt }: NotFound, { processingTimeoutMs }: RecoveryPolicy): number {
  const afterSubmission = (submissionEndsAt?.getTime() ?? 0) + processingTimeoutMs;
  const first = notFoundAt?.getTime() ?? 0;
  return first > afterSubmission ? first + processingTimeoutMs : afterSubmission;
}

/**
 * Whether an inquiry can be the second about which one at `first` was the first. Not when it lies before it, nor when it
 * lies further behind it than anything planned explains: the longest back-off, and one inquiry in vain between them.
 * Then a clock has jumped.
 */
function follows(askedAt: Date, first: Date, { processingTimeoutMs }: RecoveryPolicy): boolean {
  const apartMs = askedAt.getTime() - first.getTime();
  return apartMs >= 0 && apartMs <= 2 * Math.max(LONGEST_BACK_OFF_MS, processingTimeoutMs);
}

/**
 * Whether the last submission was surely never accepted: two inquiries said so, the second of them asked when it counts,
 * by the clock and by live time. A clock that jumps by less than the back-off explains does not show by itself.
 * @param asked when the second was asked
 */
export function isNotFoundEstablished(state: NotFound, policy: RecoveryPolicy, asked: Asked): boolean {
  if (state.notFoundAt === null || state.submissionEndsAt === null) return false;
  if (missingLiveMs(state.submissionEndsLiveMs, asked.askedLiveMs, policy.processingTimeoutMs) > 0) return false;
  return follows(asked.askedAt, state.notFoundAt, policy) && asked.askedAt.getTime() >= countsFrom(state, policy);
}

/**
 * Whether a question was asked a time-out after all of these. Then no answer to it is late, and no index of the other
 * party lags any more. What lies further ahead than a lease was dated by a clock that ran ahead, and is no measure.
 * @param moves when the order was submitted and moved, as far as that is known
 */
export function hadSettled(
  askedAt: Date,
  moves: readonly (Date | null)[],
  { processingTimeoutMs }: RecoveryPolicy,
  { clockTime }: Moment,
): boolean {
  const times = moves.map((move) => move?.getTime() ?? 0);
  const last = Math.max(0, ...times.filter((time) => time <= clockTime.getTime() + processingTimeoutMs));
  return askedAt.getTime() >= last + processingTimeoutMs;
}

/** The call has ended without an outcome. Unless it is pending, the next inquiry stays where the lease put it. */
export function afterSubmission(submission: Submission, answer: NoOutcome, policy: RecoveryPolicy, now: Moment): void {
  // It is there, and has perhaps been carried out: no `not_found` counts any more.
  if (answer === 'reference_reused')
    return submission.plan({ submissionEndsAt: null, submissionEndsLiveMs: null, notFoundAt: null }, now);
  // What was not found meanwhile may have been on its way until now.
  const ended = { ...submissionEnded(now), notFoundAt: null };
  if (answer === 'pending') return planInquiry(submission, backOff(policy, 1), now, ended);
  submission.plan({ ...ended, nextStep: 'inquire' }, now);
}

/**
 * The inquiry was made while the submission may have been on its way: whatever it says, it settles nothing. Until its lease
 * ends by the clock, the next inquiry is planned already. Where only live time is missing, a clock has jumped ahead, or
 * nobody counted: the other party is asked again when that can have passed, and never later than is planned. An
 * inquiry counts only if it brings the next one forward: a person may ask as often as they like.
 */
export function askedTooEarly(submission: Submission, policy: RecoveryPolicy, now: Moment, asked: Asked): void {
  const { state } = submission;
  const missingMs = untilLiveTimeCounts(state, 0, policy, asked);
  if (missingMs === 0 || (state.submissionEndsAt ?? asked.askedAt) > asked.askedAt) return;
  const planned = state.nextAttemptAt;
  if (planned !== null && planned.getTime() <= now.clockTime.getTime() + missingMs) return;
  const inquiries = state.inquiries + 1;
  planInquiry(submission, missingMs, now, { inquiries });
  if (inquiries > policy.maxRetries + 2) submission.raiseAttention(OUTCOME_UNKNOWN, { now, actor: 'system' });
}

/**
 * An inquiry has ended without an outcome. Decides what follows; frees money only when nothing was accepted.
 * @param asked when the question was asked
 */
export function afterInquiry(
  submission: Submission,
  answer: NoOutcome,
  policy: RecoveryPolicy,
  now: Moment,
  asked: Asked,
): void {
  const inquiries = submission.state.inquiries + 1;
  const delay = backOff(policy, inquiries);
  if (answer === 'not_found') return afterNotFound(submission, asked, policy, now);
  if (answer === 'pending')
    return planInquiry(submission, delay, now, { inquiries, notFoundAt: null, needsAttention: false });
  planInquiry(submission, delay, now, { inquiries });
  if (inquiries > policy.maxRetries) submission.raiseAttention(OUTCOME_UNKNOWN, { now, actor: 'system' });
}

/**
 * It is done as the other party says, and what would end it here is missing for so long that somebody should look. It is
 * asked for on.
 */
export function afterWaitingInVain(submission: Submission, why: string, policy: RecoveryPolicy, now: Moment): void {
  const inquiries = submission.state.inquiries + 1;
  planInquiry(submission, backOff(policy, inquiries), now, { inquiries, notFoundAt: null });
  submission.raiseAttention(why, { now, actor: 'system' });
}

function afterNotFound(submission: Submission, asked: Asked, policy: RecoveryPolicy, now: Moment): void {
  const { state } = submission;
  const [{ clockTime }, { askedAt }] = [now, asked];
  const inquiries = state.inquiries + 1;
  if (!isNotFoundEstablished(state, policy, asked)) {
    const isSecond = state.notFoundAt !== null && follows(askedAt, state.notFoundAt, policy);
    const notFoundAt = isSecond ? state.notFoundAt : askedAt;
    const counts = countsFrom({ ...state, notFoundAt }, policy);
    const liveMissingMs = untilLiveTimeCounts(state, policy.processingTimeoutMs, policy, asked);
    const nextAttemptAt = new Date(Math.max(counts, clockTime.getTime() + liveMissingMs));
    submission.plan({ inquiries, notFoundAt, nextAttemptAt }, now);
    // Two are needed; more say that something keeps the second from counting.
    if (inquiries > policy.maxRetries + 2) submission.raiseAttention(OUTCOME_UNKNOWN, { now, actor: 'system' });
    return;
  }
  const { idempotentSubmission, authoritativeInquiry, maxRetries } = policy;
  if (idempotentSubmission && state.attempts <= maxRetries) {
    const nextAttemptAt = new Date(clockTime.getTime() + backOff(policy, state.attempts));
    return submission.plan({ nextStep: 'submit', nextAttemptAt }, now);
  }
  if (idempotentSubmission && authoritativeInquiry) {
    const { notAccepted } = submission;
    return submission.fail(notAccepted, { now, actor: 'system', reason: notAccepted.reason });
  }
  planInquiry(submission, backOff(policy, inquiries), now, { inquiries, notFoundAt: askedAt });
  const why = 'The gateway has nothing under the reference, which proves nothing there.';
  submission.raiseAttention(why, { now, actor: 'system' });
}

/**
 * In how many milliseconds an answer can count by live time, which it does so long after the submission had ended. The
 * count stands still between two ticks: to ask before the next one would be in vain. More than a time-out is missing only
 * where the count was lost; see `inquiryClaimed`.
 */
function untilLiveTimeCounts(
  { submissionEndsLiveMs }: NotFound,
  sinceEndMs: number,
  { processingTimeoutMs }: RecoveryPolicy,
  { askedLiveMs }: Asked,
): number {
  const missingMs = missingLiveMs(submissionEndsLiveMs, askedLiveMs, sinceEndMs);
  return missingMs <= 0 ? 0 : Math.min(Math.max(missingMs, LIVE_MARGIN_MS), processingTimeoutMs);
}

function planInquiry(submission: Submission, delayMs: number, now: Moment, change: SubmissionPlan): void {
  const nextAttemptAt = new Date(now.clockTime.getTime() + delayMs);
  submission.plan({ ...change, nextStep: 'inquire', nextAttemptAt }, now);
}
