import type { AnsweredCall, AnswerRecord } from './gateway-answer.js';
import type { Moment } from '../moment.js';
import type { SubmissionState } from './submission.js';

/**
 * What is known about an order's answers beyond its timeline: an order that is inquired about for days would otherwise
 * fill the timeline with the same answer.
 */
export interface AnswerTally {
  /** What the last answer in the timeline says; null if the timeline has none. */
  readonly last: string | null;
  /** Inquiries since the last submission that found nothing new. They are counted and get no timeline entry. */
  readonly unchanged: number;
  /** When the last of these inquiries ended. */
  readonly unchangedAt: Date | null;
}

export const NO_ANSWERS: AnswerTally = { last: null, unchanged: 0, unchangedAt: null };

/** How many characters of a reason are compared; a reason may be the error text of a failing server. */
const COMPARED_LENGTH = 200;

type Content = Pick<AnswerRecord, 'ending' | 'reason'> & { readonly utr?: string | null };

/**
 * How `last` begins while a pending answer still holds: it is that answer itself, or an `unknown` one that came after
 * it.
 */
const STANDING = /^\["pending",null,"([a-z_]+)"\]$|^\["([a-z_]+)","unknown",/;

/**
 * The reason of the last pending answer, even if later calls got no answer; null if the last answer was not pending.
 */
export function standingReason({ last }: AnswerTally): string | null {
  const [, pending, standing] = STANDING.exec(last ?? '') ?? [];
  return pending ?? standing ?? null;
}

/**
 * A text that is equal for two answers that say the same in the same situation: how the call ended, with which code and
 * which UTR. An `unknown` answer revokes nothing: it is prefixed with the reason of the pending answer that still
 * holds.
 */
function contentOf({ ending, reason, utr = null }: Content, before: AnswerTally): string {
  const standing = ending === 'unknown' ? standingReason(before) : null;
  return JSON.stringify([...(standing === null ? [] : [standing]), ending, utr, reason]).slice(0, COMPARED_LENGTH);
}

/** The tally after the answer was added to the timeline. */
export function withLast(tally: AnswerTally, answer: AnswerRecord): AnswerTally {
  return { ...tally, last: contentOf(answer, tally) };
}

/** An order with one more inquiry that found nothing new. No list shows the tally, so `updatedAt` does not change. */
export function withUnchangedInquiry<State extends { readonly answers: AnswerTally; readonly revision: number }>(
  state: State,
  { orderTime }: Moment,
): State {
  const answers = { ...state.answers, unchanged: state.answers.unchanged + 1, unchangedAt: orderTime };
  return { ...state, answers, revision: state.revision + 1 };
}

/** The tally of the submission that ends here, for the entry of the next one; empty if nothing was counted. */
export function unchangedSoFar({ unchanged, unchangedAt }: AnswerTally): Readonly<Record<string, unknown>> {
  return unchangedAt === null ? {} : { unchanged_inquiries: unchanged, last_unchanged_at: unchangedAt.toISOString() };
}

type Planned = Pick<SubmissionState, 'nextStep' | 'notFoundAt' | 'needsAttention'>;

/**
 * Whether an inquiry about an open order found nothing new: the answer equals the last one, and the plan means the same
 * as before. `not_found` counts from the second time on, so the first two are both new.
 */
export function repeatsLastAnswer(
  { kind }: Pick<AnsweredCall, 'kind'>,
  answer: AnswerRecord,
  before: Planned & { readonly answers: AnswerTally },
  after: Planned,
): boolean {
  return (
    kind === 'inquiry' &&
    before.answers.last === contentOf(answer, before.answers) &&
    before.nextStep === after.nextStep &&
    before.needsAttention === after.needsAttention &&
    (before.notFoundAt === null) === (after.notFoundAt === null)
  );
}
