import { withTimeout } from './with-timeout.js';

/**
 * A look at something that may be slow or away. Whoever comes while one look is going on shares it, so that asking often
 * costs nothing, and beside one that hangs there is no second one. It must end by itself some time, as statements do.
 */
export class SingleFlight<T> {
  private looking: Promise<T> | null = null;

  constructor(
    private readonly timeoutMs: number,
    private readonly look: () => Promise<T>,
  ) {}

  /** Null when the look has failed or was not over in time. Why is for whoever is looked at to log. */
  async value(): Promise<T | null> {
    // As a promise from the first line on: a look that throws at once has failed like any other.
    this.looking ??= Promise.resolve()
      .then(this.look)
      .finally(() => (this.looking = null));
    let seen: T | null = null;
    const done = this.looking.then(
      (value) => (seen = value),
      () => undefined,
    );
    return (await withTimeout(this.timeoutMs, done)) === 'done' ? seen : null;
  }
}
