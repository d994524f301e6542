import type { Asked } from '../moment.js';
import { sha256Hex } from '../sha256.js';

/** Why an order was not carried out, or came back. */
export interface Failure<Source extends string = string> {
  readonly code: string;
  readonly reason: string;
  readonly source: Source;
  /** Whether the same may succeed later. */
  readonly retryable: boolean;
}

/**
 * What a bank or a provider has answered, or not answered, about one order.
 * `unknown` is no answer: a time-out, a 5xx, something that cannot be read.
 */
export type GatewayAnswer<Success extends object, Why extends Failure, Rejected extends object = object> = {
  /** SHA-256, hexadecimal, of the answer as it arrived, where that is known. */
  readonly digest?: string;
  /** It names amount and destination, and both are what was submitted. Left out: it may be about another order. */
  readonly isSame?: true;
} & (
  | ({ readonly kind: 'succeeded' } & Success)
  | ({ readonly kind: 'rejected'; readonly failure: Why } & Rejected)
  | { readonly kind: 'pending'; readonly code?: string }
  | {
      readonly kind: 'unknown';
      readonly why: string;
      /** The gateway has something under the reference, and it is not what was submitted. */
      readonly isAnother?: true;
    }
  | { readonly kind: 'not_found' }
  /** Of a submission: the gateway has the reference already. For what, and what became of it, it has not said. */
  | { readonly kind: 'reference_reused' }
);

/** Whether the gateway has something under the reference that is not what was submitted. */
export function isAnother(answer: { readonly kind: string; readonly isAnother?: true }): boolean {
  return answer.kind === 'unknown' && answer.isAnother === true;
}

/** To what an answer is one. A callback is the answer to no question, and may be older than others. */
export interface AnsweredCall {
  readonly kind: 'submission' | 'inquiry' | 'callback';
  readonly gateway: string;
  /** The attempt that was current when the call began. */
  readonly attempt: number;
}

/**
 * A call as whoever made it knows it: when it began, by its own monotonic clock (`monotonicNow`), or when the
 * database's clock said that the callback came.
 */
export type CallMade = Omit<AnsweredCall, 'kind'> &
  (
    | { readonly kind: 'submission' | 'inquiry'; readonly askedAtMs: number }
    | { readonly kind: 'callback'; readonly askedAt: Date }
  );

/** A call that has ended: when it began, or the callback came. */
export interface EndedCall extends AnsweredCall, Asked {}

/** An answer as the timeline stores it: in `data.answer` of the entry that it caused. */
export interface AnswerRecord {
  /** To what it is the answer. */
  readonly kind: AnsweredCall['kind'];
  readonly gateway: string;
  readonly attempt: number;
  readonly ending: string;
  /** The code of the failure, what a pending order waits for, or why the outcome is unknown. */
  readonly reason: string | null;
  /**
   * SHA-256, hexadecimal, of the answer: as it arrived where the adapter knows that, otherwise as it was understood.
   */
  readonly response_digest: string;
  /** When the call began, or the callback came. ISO 8601, UTC. */
  readonly asked_at: string;
}

type AnyAnswer = { readonly digest?: string; readonly isSame?: true } & (
  | { readonly kind: 'succeeded' | 'not_found' | 'reference_reused' }
  | { readonly kind: 'rejected' | 'returned'; readonly failure: Failure }
  | { readonly kind: 'pending'; readonly code?: string }
  | { readonly kind: 'unknown'; readonly why: string }
);

export function answerRecord({ kind, gateway, attempt, askedAt }: EndedCall, answer: AnyAnswer): AnswerRecord {
  const { digest, isSame: _, ...understood } = answer;
  return {
    kind,
    gateway,
    attempt,
    ending: answer.kind,
    reason: reasonOf(answer),
    response_digest: digest ?? sha256Hex(JSON.stringify(understood)),
    asked_at: askedAt.toISOString(),
  };
}

function reasonOf(answer: AnyAnswer): string | null {
  switch (answer.kind) {
    case 'rejected':
    case 'returned':
      return answer.failure.code;
    case 'pending':
      return answer.code ?? null;
    case 'unknown':
      return answer.why;
    case 'succeeded':
    case 'not_found':
    case 'reference_reused':
      return null;
  }
}

/** One try, then after one second, two, four …: the last try is about two hours after the first. */
const CALLBACK_TRIES = 14;
const LONGEST_CALLBACK_PAUSE_SECONDS = 1_800;

/**
 * When a callback that could not be acted upon is tried again.
 * @param tries how often it was postponed before
 * @returns seconds, or null: never, a person must look
 */
export function callbackPauseSeconds(tries: number): number | null {
  return tries < CALLBACK_TRIES ? Math.min(2 ** tries, LONGEST_CALLBACK_PAUSE_SECONDS) : null;
}
