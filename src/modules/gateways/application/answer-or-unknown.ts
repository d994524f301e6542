import { withTimeout } from '../../../platform/waiting/waiting.public.js';
import type { SubmissionResult } from '../domain/availability.js';
import { NoAnswer } from '../domain/no-answer.js';
import { unknownBecause } from '../domain/parse-bank-answer.js';

/** An answer without an outcome, or about another order. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly why: string;
  readonly isAnother?: true;
}

/** How a call ended. `isSilent`: nobody answered. */
export interface Answered<Ending> {
  readonly ending: Ending | ReturnType<typeof unknownBecause>;
  readonly isSilent: boolean;
}

/**
 * Never throws, and ends in time. It needs both the signal and a time-out of its own: an adapter may ignore the signal,
 * and without the signal the adapter's connection would stay open.
 */
export async function answerOrUnknown<Ending>(
  timeoutSeconds: number,
  ask: (signal: AbortSignal) => Promise<Ending>,
): Promise<Answered<Ending>> {
  const abort = new AbortController();
  try {
    const answer = ask(abort.signal);
    if ((await withTimeout(timeoutSeconds * 1000, answer)) === 'done') return { ending: await answer, isSilent: false };
    const timeout = new Error(`no answer within ${timeoutSeconds} s`);
    abort.abort(timeout);
    return { ending: unknownBecause(timeout.message), isSilent: true };
  } catch (error) {
    // Named decision: an exception says nothing about where the money is.
    return { ending: unknownBecause(messageOf(error)), isSilent: error instanceof NoAnswer };
  }
}

/** What the call says about the gateway, whatever it says about the order. */
export function resultOf({ ending, isSilent }: Answered<{ readonly kind: string }>): SubmissionResult['result'] {
  // An answer about another order is still an answer of the gateway.
  if (ending.kind !== 'unknown' || (ending as Unknown).isAnother === true) return 'answered';
  return isSilent ? 'silent' : 'failed';
}

/** JavaScript can throw any value, and `instanceof Error` is false for errors of another realm. */
function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message : 'the call failed without an error';
}
