import type { Signalled } from './outbox-signal.js';

/** Whose events are looked for next: those of merchants who were heard of, and once in so long everybody's. */
export class SignalledMerchants {
  private readonly merchantIds = new Set<string>();
  /** Somebody's events wait, and nobody has said whose. */
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

  /** The time counts from the end: where a node keeps all waiting, the events of the others do not wait as well. */
  lookedAtAll(): void {
    this.lookedAtAllAt = this.now();
  }

  get areAllNext(): boolean {
    return this.anybody;
  }
}
