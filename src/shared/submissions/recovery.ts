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
  /** An inquiry is made this long after a submission began; `not_found` counts this long after the submission ended. */
  readonly processingTimeoutMs: number;
  /** How often an order that was never received is submitted again. */
  readonly maxRetries: number;
  /** The gateway carries out a reference that is submitted twice only once. */
  readonly idempotentSubmission: boolean;
  /** A repeated `not_found` proves that the reference was never accepted. */
  readonly authoritativeInquiry: boolean;
  /** Left out means true: the gateway can be asked, so a callback alone does not make money available. */
  readonly canBeInquired?: boolean;
  /** From 0 to 1: spreads calls that would otherwise all be repeated at the same time. */
  readonly jitter: number;
}

const OUTCOME_UNKNOWN = 'The gateway has not said how it ended.';

/** Exponential: one time-out, two, four …, each multiplied by 0.5 to 1.5. */
export function backOff({ processingTimeoutMs, jitter }: RecoveryPolicy, times: number): number {
  const delay = processingTimeoutMs * 2 ** Math.max(0, times - 1) * (0.5 + jitter);
  return Math.round(Math.min(delay, Math.max(LONGEST_BACK_OFF_MS, processingTimeoutMs)));
}

type NotFound = Pick<SubmissionState, 'submissionEndsAt' | 'submissionEndsLiveMs' | 'notFoundAt'>;

/**
 * From when a second `not_found` counts, in milliseconds: one time-out after the submission ended. Before that, the
 * submission may still be on its way, or the other party's index may lag. If the first `not_found` came later than
 * that, then one time-out after the first: the clock may have run ahead, and the submission may have begun a moment
 * ago.
 */
function countsFrom({ submissionEndsAt, notFoundAt }: NotFound, { processingTimeoutMs }: RecoveryPolicy): number {
  const afterSubmission = (submissionEndsAt?.getTime() ?? 0) + processingTimeoutMs;
  const first = notFoundAt?.getTime() ?? 0;
  return first > afterSubmission ? first + processingTimeoutMs : afterSubmission;
}

/**
 * Whether an inquiry can be the second one, given that the first was made at `first`. It cannot if it was made before
 * the first, or so long after it that no plan explains the gap (the longest back-off, with one failed inquiry in
 * between): then a clock has jumped.
 */
function follows(askedAt: Date, first: Date, { processingTimeoutMs }: RecoveryPolicy): boolean {
  const apartMs = askedAt.getTime() - first.getTime();
  return apartMs >= 0 && apartMs <= 2 * Math.max(LONGEST_BACK_OFF_MS, processingTimeoutMs);
}

/**
 * Whether the last submission was certainly never accepted: two inquiries said so, and the second was made late enough
 * to count, both by the clock and by live time. A clock that jumps by less than the back-off cannot be noticed by the
 * clock alone.
 * @param asked when the second inquiry was made
 */
export function isNotFoundEstablished(state: NotFound, policy: RecoveryPolicy, asked: Asked): boolean {
  if (state.notFoundAt === null || state.submissionEndsAt === null) return false;
  const missingMs = missingLiveMs({
    sinceLiveMs: state.submissionEndsLiveMs,
    liveMs: asked.askedLiveMs,
    durationMs: policy.processingTimeoutMs,
  });
  if (missingMs > 0) return false;
  return follows(asked.askedAt, state.notFoundAt, policy) && asked.askedAt.getTime() >= countsFrom(state, policy);
}

/**
 * Whether a question was asked at least one time-out after all of these moves. Then the answer cannot be out of date,
 * and the other party's index no longer lags. Moves dated more than a lease ahead were written by a clock that ran
 * ahead, and are ignored.
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

/**
 * A submission ended without an outcome. Unless the answer is `pending`, the next inquiry stays where the lease put it.
 */
export function afterSubmission(submission: Submission, answer: NoOutcome, policy: RecoveryPolicy, now: Moment): void {
  // The gateway has the reference and may have carried it out: `not_found` no longer counts.
  if (answer === 'reference_reused')
    return submission.plan({ submissionEndsAt: null, submissionEndsLiveMs: null, notFoundAt: null }, now);
  // A `not_found` from before does not count: the submission may have been on its way until now.
  const ended = { ...submissionEnded(now), notFoundAt: null };
  if (answer === 'pending') return planInquiry(submission, backOff(policy, 1), now, ended);
  submission.plan({ ...ended, nextStep: 'inquire' }, now);
}

/**
 * An inquiry was made while the submission may still have been on its way: whatever it says settles nothing. If the
 * lease has not ended by the clock, the next inquiry is already planned. If only live time is missing, a clock has
 * jumped ahead or nobody counted live time: the next inquiry is then made when the missing time can have passed, and
 * never later than planned. An inquiry is counted only if it brings the next one forward, so a person may ask as often
 * as they like.
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
 * An inquiry ended without an outcome. Decides what follows; releases money only if nothing was accepted.
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
 * The other party says that the order is done, but what is needed to end it here has been missing for so long that a
 * person should look. Inquiries continue.
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
    // Two are needed; if there are more, something keeps the second from counting.
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
 * In how many milliseconds an answer can count by live time: it must come this long after the submission ended. Live
 * time stands still between two ticks, so an inquiry before the next tick would be in vain. More than one time-out can
 * be missing only if the count was lost; see `inquiryClaimed`.
 */
function untilLiveTimeCounts(
  { submissionEndsLiveMs }: NotFound,
  sinceEndMs: number,
  { processingTimeoutMs }: RecoveryPolicy,
  { askedLiveMs }: Asked,
): number {
  const missingMs = missingLiveMs({
    sinceLiveMs: submissionEndsLiveMs,
    liveMs: askedLiveMs,
    durationMs: sinceEndMs,
  });
  return missingMs <= 0 ? 0 : Math.min(Math.max(missingMs, LIVE_MARGIN_MS), processingTimeoutMs);
}

function planInquiry(submission: Submission, delayMs: number, now: Moment, change: SubmissionPlan): void {
  const nextAttemptAt = new Date(now.clockTime.getTime() + delayMs);
  submission.plan({ ...change, nextStep: 'inquire', nextAttemptAt }, now);
}
