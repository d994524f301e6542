import { withTimeout } from './with-timeout.js';

/**
 * A look-up that may be slow or hang. Callers who come while one is running share it, so that asking often costs
 * nothing and no second look-up runs beside one that hangs. The look-up must end by itself some time, as statements do.
 */
export class SingleFlight<T> {
  private inFlight: Promise<T> | null = null;

  constructor(
    private readonly timeoutMs: number,
    private readonly lookUp: () => Promise<T>,
  ) {}

  /** Null when the look-up has failed or did not end in time. The reason is for `lookUp` to log. */
  async value(): Promise<T | null> {
    // A promise from the first line on: a look-up that throws synchronously has failed like any other.
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
