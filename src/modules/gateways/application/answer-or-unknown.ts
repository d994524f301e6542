import { withTimeout } from '../../../platform/waiting/waiting.public.js';
import { NoAnswer } from '../domain/no-answer.js';
import { unknownBecause } from '../domain/parse-bank-answer.js';

/** No outcome, or one of another order. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly why: string;
  readonly isAnother?: true;
}

/** What came of a call. `isSilent`: nobody answered. */
export interface Answered<Ending> {
  readonly ending: Ending | ReturnType<typeof unknownBecause>;
  readonly isSilent: boolean;
}

/**
 * Never throws, and ends in time. The signal alone would trust the adapter to obey it; the time-out alone would leave its
 * connection open.
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

/** JavaScript throws anything, and errors of another realm are no `instanceof Error`. */
function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message : 'the call failed without an error';
}
