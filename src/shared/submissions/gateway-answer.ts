import type { Asked } from '../moment.js';
import { sha256Hex } from '../sha256.js';

/** Why an order was not carried out, or came back. */
export interface Failure<Source extends string = string> {
  readonly code: string;
  readonly reason: string;
  readonly source: Source;
  /** Whether the same order may succeed later. */
  readonly retryable: boolean;
}

/**
 * What a bank or a provider answered about one order.
 * `unknown` means no answer: a time-out, a 5xx, or a response that cannot be read.
 */
export type GatewayAnswer<Success extends object, Why extends Failure, Rejected extends object = object> = {
  /** SHA-256, in hexadecimal, of the answer as it arrived, if the adapter knows it. */
  readonly digest?: string;
  /**
   * The answer names amount and destination, and both match the submission. Left out: it may be about another order.
   */
  readonly isSame?: true;
} & (
  | ({ readonly kind: 'succeeded' } & Success)
  | ({ readonly kind: 'rejected'; readonly failure: Why } & Rejected)
  | { readonly kind: 'pending'; readonly code?: string }
  | {
      readonly kind: 'unknown';
      readonly why: string;
      /** The gateway has something under the reference that is not what was submitted. */
      readonly isAnother?: true;
    }
  | { readonly kind: 'not_found' }
  /** To a submission: the gateway already has the reference. It says neither for which order nor how that ended. */
  | { readonly kind: 'reference_reused' }
);

/** Whether the gateway has something under the reference that is not what was submitted. */
export function isAnother(answer: { readonly kind: string; readonly isAnother?: true }): boolean {
  return answer.kind === 'unknown' && answer.isAnother === true;
}

/** The call that an answer belongs to. A callback answers no question, and may be older than other answers. */
export interface AnsweredCall {
  readonly kind: 'submission' | 'inquiry' | 'callback';
  readonly gateway: string;
  /** The attempt that was current when the call began. */
  readonly attempt: number;
}

/**
 * A call as its caller knows it: when it began by the caller's monotonic clock (`monotonicNow`), or when a callback
 * arrived by the database's clock.
 */
export type CallMade = Omit<AnsweredCall, 'kind'> &
  (
    | { readonly kind: 'submission' | 'inquiry'; readonly askedAtMs: number }
    | { readonly kind: 'callback'; readonly askedAt: Date }
  );

/** A call that has ended, with the time at which it began, or at which the callback arrived. */
export interface EndedCall extends AnsweredCall, Asked {}

/** An answer as the timeline stores it, in `data.answer` of the entry that it caused. */
export interface AnswerRecord {
  /** The kind of call that was answered. */
  readonly kind: AnsweredCall['kind'];
  readonly gateway: string;
  readonly attempt: number;
  readonly ending: string;
  /** The failure's code, what a pending order waits for, or why the outcome is unknown. */
  readonly reason: string | null;
  /** SHA-256, in hexadecimal, of the answer as it arrived if the adapter knows it, otherwise of the parsed answer. */
  readonly response_digest: string;
  /** When the call began, or the callback arrived. ISO 8601, UTC. */
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
 * When to try a callback again that could not be acted upon.
 * @param tries how often it was postponed before
 * @returns seconds, or null if it is not tried again: a person must look at it
 */
export function callbackPauseSeconds(tries: number): number | null {
  return tries < CALLBACK_TRIES ? Math.min(2 ** tries, LONGEST_CALLBACK_PAUSE_SECONDS) : null;
}
