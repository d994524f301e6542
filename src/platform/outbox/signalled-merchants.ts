import type { Signalled } from './outbox-signal.js';

/** The merchants whose events are looked for next: those named in signals, and everybody once per interval. */
export class SignalledMerchants {
  private readonly merchantIds = new Set<string>();
  /** Events wait, but no signal has said whose. */
  private anybody = true;
  private lookedAtAllAt = -Infinity;

  constructor(
    private readonly allEveryMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(merchantIds: Signalled): void {
    if (merchantIds === null) this.anybody = true;
    else for (const id of merchantIds) this.merchantIds.add(id);
  }

  /** Null: everybody's. */
  next(): Signalled {
    const some = [...this.merchantIds];
    this.merchantIds.clear();
    const isEnough = !this.anybody && some.length > 0 && this.now() < this.lookedAtAllAt + this.allEveryMs;
    this.anybody = false;
    return isEnough ? some : null;
  }

  /**
   * The interval counts from the end of a look: a node that holds everything up should not delay the events of the
   * others.
   */
  lookedAtAll(): void {
    this.lookedAtAllAt = this.now();
  }

  get areAllNext(): boolean {
    return this.anybody;
  }
}
