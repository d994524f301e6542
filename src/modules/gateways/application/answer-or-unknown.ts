import { withTimeout } from '../../../platform/waiting/waiting.public.js';
import { unknownBecause } from '../domain/parse-bank-answer.js';

/**
 * Never throws, and ends in time. The signal alone would trust the adapter to obey it; the time-out alone would leave its
 * connection open.
 */
export async function answerOrUnknown<Ending>(timeoutSeconds: number, ask: (signal: AbortSignal) => Promise<Ending>) {
  const abort = new AbortController();
  try {
    const answer = ask(abort.signal);
    if ((await withTimeout(timeoutSeconds * 1000, answer)) === 'done') return await answer;
    const timeout = new Error(`no answer within ${timeoutSeconds} s`);
    abort.abort(timeout);
    return unknownBecause(timeout.message);
  } catch (error) {
    // Named decision: an exception says nothing about where the money is.
    return unknownBecause(messageOf(error));
  }
}

/** JavaScript throws anything, and errors of another realm are no `instanceof Error`. */
function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message : 'the call failed without an error';
}
