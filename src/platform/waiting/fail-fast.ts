/**
 * For something optional that usually answers at once, such as a cache: callers wait briefly for it. When it has failed
 * to answer several times in a row they do not wait at all, except one caller that tries again at an interval.
 *
 * Not cockatiel's circuit breaker, which counts every call: here all calls that time out together count as one failure.
 */
export class FailFast {
  private failures = 0;
  private failedAt = -Infinity;
  private nextTryAt = 0;

  constructor(
    private readonly limits: { readonly timeoutMs: number; readonly maxFailures: number; readonly tryAgainMs: number },
  ) {}

  /** Whether to call at all. After `true` the caller must call, and pass the promise to `wait`. */
  allows(): boolean {
    if (this.failures < this.limits.maxFailures) return true;
    const now = performance.now();
    if (now < this.nextTryAt) return false;
    this.nextTryAt = now + this.limits.tryAgainMs;
    return true;
  }

  /** @returns null when the answer did not come in time, or was an error */
  async wait<T>(answer: Promise<T>): Promise<T | null> {
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<null>((resolve) => {
      // If this process itself was busy, the answer may already have arrived and be queued after the timer: read it
      // first.
      timer = setTimeout(() => setImmediate(() => resolve(null)), this.limits.timeoutMs);
    });
    // Named decision: the code that watches the connection logs why it failed; the caller only continues without the
    // answer.
    const result = await Promise.race([answer.catch(() => null), timedOut]);
    clearTimeout(timer);
    if (result === null) this.countFailure();
    else this.failures = 0;
    return result;
  }

  /** Calls that wait at the same time fail for the same reason: they count once. */
  private countFailure(): void {
    const now = performance.now();
    if (now - this.failedAt < this.limits.timeoutMs) return;
    this.failedAt = now;
    this.failures++;
    if (this.failures === this.limits.maxFailures) this.nextTryAt = now + this.limits.tryAgainMs;
  }
}
