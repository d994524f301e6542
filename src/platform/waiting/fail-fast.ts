/**
 * With something that usually answers at once and is not needed: whoever asks waits for a moment. When it has not
 * answered several times in a row nobody waits any more, but for one who tries again every so often.
 */
export class FailFast {
  private failures = 0;
  private failedAt = -Infinity;
  private nextTryAt = 0;

  constructor(
    private readonly patienceMs: number,
    private readonly maxFailures: number,
    private readonly tryAgainMs: number,
  ) {}

  /** Whether to ask at all. Who is told yes must ask. */
  ask(): boolean {
    if (this.failures < this.maxFailures) return true;
    const now = performance.now();
    if (now < this.nextTryAt) return false;
    this.nextTryAt = now + this.tryAgainMs;
    return true;
  }

  /** @returns null when the answer did not come in time, or was an error */
  async wait<T>(answer: Promise<T>): Promise<T | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      // When this process itself was busy, the answer may be there already, behind the timer: it is read first.
      timer = setTimeout(() => setImmediate(() => resolve(null)), this.patienceMs);
    });
    // Named decision: why it failed is told by whoever watches the connection; here it is only done without.
    const given = await Promise.race([answer.catch(() => null), late]);
    clearTimeout(timer);
    if (given === null) this.fail();
    else this.failures = 0;
    return given;
  }

  /** Many who wait at the same time have found out the same thing: it counts once. */
  private fail(): void {
    const now = performance.now();
    if (now - this.failedAt < this.patienceMs) return;
    this.failedAt = now;
    this.failures++;
    if (this.failures === this.maxFailures) this.nextTryAt = now + this.tryAgainMs;
  }
}
