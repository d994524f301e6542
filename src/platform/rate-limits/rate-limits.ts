import type { SharedCounts } from './counts.js';

/** How much one caller may do in a second. */
export interface Quota {
  /** What is counted, such as `merchant:<id>:writes`. */
  readonly subject: string;
  readonly perSecond: number;
}

/** Whether a request was admitted, and what is left of each quota after it, in the order of the quotas. */
export interface Taken {
  readonly admitted: boolean;
  readonly left: readonly number[];
  /** When more becomes available, at the latest; the whole window is one second. */
  readonly resetSeconds: number;
}

const WINDOW_MS = 1_000;

/**
 * How many times a process reports while it uses a whole quota. Each process may admit one such block beyond the quota;
 * and a quota that is used up costs this many statements on the shared count per second and process.
 */
const BLOCKS = 20;

interface Count {
  readonly subject: string;
  /** Used in this second, by this process. */
  used: number;
  /** Used here, and not yet added to the shared count. */
  unreported: number;
  isReporting: boolean;
  /** Until then nothing is left, according to the shared count. */
  usedUpUntilMs: number;
}

/**
 * Counts requests per second: in this process immediately, and for all processes in blocks. Each time a twentieth of a
 * quota has been used here, it is added to the shared count, without anybody waiting for that. A request is refused by
 * what is known at that moment. If counts cannot be shared (Redis is unreachable), only this process's own count
 * limits.
 */
export class RateLimits {
  private readonly counts = new Map<string, Count>();
  private windowEndsMs = -Infinity;

  /** @param shared null: this process is the only one */
  constructor(
    private readonly shared: SharedCounts | null,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Counts a request against all quotas, or against none if one of them is used up. */
  take(quotas: readonly Quota[]): Taken {
    const now = this.nowMs();
    this.turn(now);
    const counts = quotas.map(({ subject }) => this.countOf(subject));
    const left = counts.map((count, i) => (count.usedUpUntilMs > now ? 0 : quotas[i]!.perSecond - count.used));
    if (left.some((remaining) => remaining <= 0))
      return { admitted: false, left: left.map((remaining) => Math.max(0, remaining)), resetSeconds: 1 };
    counts.forEach((count, i) => this.count(count, quotas[i]!.perSecond));
    return { admitted: true, left: left.map((remaining) => remaining - 1), resetSeconds: 1 };
  }

  close(): void {
    this.shared?.close();
  }

  private count(count: Count, perSecond: number): void {
    count.used++;
    if (this.shared === null) return;
    count.unreported++;
    if (!count.isReporting) void this.report(this.shared, count, perSecond);
  }

  private async report(shared: SharedCounts, count: Count, perSecond: number): Promise<void> {
    const block = Math.ceil(perSecond / BLOCKS);
    count.isReporting = true;
    try {
      // More requests may have come meanwhile.
      while (count.unreported >= block) {
        const points = count.unreported;
        count.unreported = 0;
        const { total, resetMs } = await shared.add(count.subject, points);
        if (total >= perSecond) count.usedUpUntilMs = this.nowMs() + Math.min(resetMs, WINDOW_MS);
      }
    } catch {
      // Named decision: this process continues with its own count. `RedisWatch` and the database report the outage.
    } finally {
      count.isReporting = false;
    }
  }

  /**
   * Begins a new second: nothing is used yet, and subjects without a request in the last one are dropped. What was left
   * unreported is dropped too: if many processes reported it at once, they would use up a second in which little was
   * sent.
   */
  private turn(now: number): void {
    if (now < this.windowEndsMs) return;
    this.windowEndsMs = now + WINDOW_MS;
    for (const [subject, count] of this.counts) {
      if (count.used === 0 && !count.isReporting && count.usedUpUntilMs <= now) this.counts.delete(subject);
      count.used = 0;
      count.unreported = 0;
    }
  }

  private countOf(subject: string): Count {
    let count = this.counts.get(subject);
    if (count === undefined) {
      count = { subject, used: 0, unreported: 0, isReporting: false, usedUpUntilMs: -Infinity };
      this.counts.set(subject, count);
    }
    return count;
  }
}
