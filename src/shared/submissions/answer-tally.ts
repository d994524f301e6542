import type { AnsweredCall, AnswerRecord } from './gateway-answer.js';
import type { Moment } from '../moment.js';
import type { SubmissionState } from './submission.js';

/**
 * What is known of the answers about an order besides its timeline: an order that is asked about for days would fill
 * that with the same answer again and again.
 */
export interface AnswerTally {
  /** What the last answer in the timeline says; null: none is there. */
  readonly last: string | null;
  /** Inquiries since the last submission that have found nothing new. They are counted, and leave no entry. */
  readonly unchanged: number;
  /** When the last of them ended. */
  readonly unchangedAt: Date | null;
}

export const NO_ANSWERS: AnswerTally = { last: null, unchanged: 0, unchangedAt: null };

/** Of a reason, which may be the text of a server that failed, so many characters are compared. */
const COMPARED_LENGTH = 200;

type Content = Pick<AnswerRecord, 'ending' | 'reason'> & { readonly utr?: string | null };

/** What `last` begins with where a pending answer stands: it is that one, or none that came after it says anything. */
const STANDING = /^\["pending",null,"([a-z_]+)"\]$|^\["([a-z_]+)","unknown",/;

/** For which reason it is pending as the other party has said last, whatever was not answered since; null: it said something else. */
export function standingReason({ last }: AnswerTally): string | null {
  const [, pending, standing] = STANDING.exec(last ?? '') ?? [];
  return pending ?? standing ?? null;
}

/**
 * Two answers that say the same after the same have the same text here: how it ended, by which code, under which UTR. What
 * is no answer takes nothing back: before it stands the reason of the pending one that it leaves standing.
 */
function contentOf({ ending, reason, utr = null }: Content, before: AnswerTally): string {
  const standing = ending === 'unknown' ? standingReason(before) : null;
  return JSON.stringify([...(standing === null ? [] : [standing]), ending, utr, reason]).slice(0, COMPARED_LENGTH);
}

/** The tally once the answer stands in the timeline. */
export function withLast(tally: AnswerTally, answer: AnswerRecord): AnswerTally {
  return { ...tally, last: contentOf(answer, tally) };
}

/** An order whose tally has one more inquiry that has found nothing new. No list shows that, so `updatedAt` stays. */
export function withUnchangedInquiry<State extends { readonly answers: AnswerTally; readonly revision: number }>(
  state: State,
  { orderTime }: Moment,
): State {
  const answers = { ...state.answers, unchanged: state.answers.unchanged + 1, unchangedAt: orderTime };
  return { ...state, answers, revision: state.revision + 1 };
}

/** The tally of the submission that ends here, for the entry of the next one; empty when nothing was counted. */
export function unchangedSoFar({ unchanged, unchangedAt }: AnswerTally): Readonly<Record<string, unknown>> {
  return unchangedAt === null ? {} : { unchanged_inquiries: unchanged, last_unchanged_at: unchangedAt.toISOString() };
}

type Planned = Pick<SubmissionState, 'nextStep' | 'notFoundAt' | 'needsAttention'>;

/**
 * Whether an inquiry about an open order has found nothing new: it says what the last answer said, and what is planned
 * means the same as before. `not_found` counts from the second time on, so that it says something new twice.
 */
export function saysNothingNew(
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
