import { unknownBecause } from '../domain/parse-bank-answer.js';

/**
 * Never throws, and ends in time. The signal alone would trust the adapter to obey it; the race alone would leave its
 * connection open.
 */
export async function answerOrUnknown<Ending>(timeoutSeconds: number, ask: (signal: AbortSignal) => Promise<Ending>) {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const timeout = new Error(`no answer within ${timeoutSeconds} s`);
      reject(timeout);
      abort.abort(timeout);
    }, timeoutSeconds * 1000);
  });
  try {
    return await Promise.race([ask(abort.signal), tooLate]);
  } catch (error) {
    // Named decision: an exception says nothing about where the money is.
    return unknownBecause(messageOf(error));
  } finally {
    clearTimeout(timer);
  }
}

/** JavaScript throws anything, and errors of another realm are no `instanceof Error`. */
function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message : 'the call failed without an error';
}
