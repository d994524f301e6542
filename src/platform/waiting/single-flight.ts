import { withTimeout } from './with-timeout.js';

/**
 * A look-up that may be slow or hang. Callers that come while one is running share it, so that asking often costs
 * nothing and no second look-up starts while one hangs. The look-up must end by itself eventually, as statements do.
 */
export class SingleFlight<T> {
  private inFlight: Promise<T> | null = null;

  constructor(
    private readonly timeoutMs: number,
    private readonly lookUp: () => Promise<T>,
  ) {}

  /** Null if the look-up failed or did not end in time. `lookUp` itself logs the reason. */
  async value(): Promise<T | null> {
    // A promise from the start, so that a look-up that throws synchronously fails like any other.
    this.inFlight ??= Promise.resolve()
      .then(this.lookUp)
      .finally(() => (this.inFlight = null));
    let found: T | null = null;
    const done = this.inFlight.then(
      (value) => (found = value),
      () => undefined,
    );
    return (await withTimeout(this.timeoutMs, done)) === 'done' ? found : null;
  }
}
