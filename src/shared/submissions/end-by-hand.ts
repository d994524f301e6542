import { DomainError, type Refusal } from '../domain-error.js';
import type { Problem } from '../problem.js';
import { type Failure, isAnother } from './gateway-answer.js';
import type { Moment } from '../moment.js';
import { mayBeOnItsWay, type SubmissionState } from './submission.js';

/** What the other party says when an operator wants to end an order as failed. */
type Answer<Why extends Failure> =
  | { readonly kind: 'succeeded' | 'returned' | 'pending' | 'not_found' | 'reference_reused' }
  | { readonly kind: 'rejected'; readonly failure: Why }
  | { readonly kind: 'unknown'; readonly isAnother?: true };

/** What the operator is answered. */
interface EndByHandAnswers<Why extends Failure> {
  /** The failure if it was the operator's decision alone. */
  readonly byOperator: Why;
  readonly hasIt: (answer: 'succeeded' | 'returned' | 'pending') => Error;
  readonly outcomeUnknown: () => Error;
}

/**
 * The base of the refusal to fail an order that the other party has: `class BankHasIt extends hasItRefusal(…) {}`.
 * @param saying such as "The bank reports the payout as"
 * @param reported the words for each answer
 */
export function hasItRefusal<Reported extends string>(
  problem: Problem,
  saying: string,
  reported: Readonly<Record<Reported, string>>,
): Refusal & (new (answer: Reported) => DomainError) {
  return class extends DomainError {
    static override readonly problem = problem;

    constructor(answer: Reported) {
      super(`${saying} ${reported[answer]}. It cannot be failed.`);
    }
  };
}

/**
 * Whether the answer must be settled first, so that the operator's request is refused: the order was carried out, or
 * the other party has something else under its reference and this is not yet recorded.
 * @param disagrees whether that is recorded already
 */
export function comesFirst<Why extends Failure>(answer: Answer<Why>, disagrees: boolean): boolean {
  if (isAnother(answer)) return !disagrees;
  return answer.kind === 'succeeded' || answer.kind === 'returned';
}

/**
 * The failure of an order that an operator ends.
 * @param answer what the other party has just said about it; null if it was never submitted
 * @throws `hasIt` if the other party has the order; `outcomeUnknown` while a submission is on its way, and when the
 *   other party cannot say, unless the order needs attention
 */
export function failureByHand<Why extends Failure>(
  state: SubmissionState,
  answer: Answer<Why> | null,
  now: Moment,
  { byOperator, hasIt, outcomeUnknown }: EndByHandAnswers<Why>,
): Why {
  if (answer === null) return byOperator;
  if (answer.kind === 'succeeded' || answer.kind === 'returned' || answer.kind === 'pending') throw hasIt(answer.kind);
  // The other party's answer is not about a submission that is still on its way.
  if (mayBeOnItsWay(state, now)) throw outcomeUnknown();
  if (answer.kind === 'rejected') return answer.failure;
  // Nothing was accepted, and the next submission has not been made yet.
  const isNowhere = answer.kind === 'not_found' && state.nextStep === 'submit';
  if (!isNowhere && !state.needsAttention) throw outcomeUnknown();
  return byOperator;
}
