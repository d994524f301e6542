/**
 * Waits for `work`, but no longer than `timeoutMs`. Only the waiting ends; the work continues.
 * @throws whatever `work` throws in time
 */
export async function withTimeout(timeoutMs: number, work: Promise<unknown>): Promise<'done' | 'timed out'> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<'timed out'>((resolve) => (timer = setTimeout(() => resolve('timed out'), timeoutMs)));
  try {
    return await Promise.race([work.then(() => 'done' as const), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The result of `work`, if it comes in time. Only the waiting ends; the work continues.
 * @param what completes "… has not answered in 3000 ms"
 * @throws when it does not come in time, and whatever `work` throws
 */
export async function orTimeout<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  if ((await withTimeout(timeoutMs, work)) === 'timed out')
    throw new Error(`${what} has not answered in ${timeoutMs} ms`);
  return work;
}
