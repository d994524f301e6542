import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 500;
const PRINT_EVERY_MS = 10_000;

const noAnswer = async (): Promise<string> => 'no answer';

/** What a run has waited for, each within a limit. The summary names each wait, and so does the error if one fails. */
export class Waits {
  private readonly waitedMs = new Map<string, number>();

  constructor(
    /** In terms of `Date.now()`: no wait goes on longer. */
    private readonly endsAt: number,
    private readonly print: (line: string) => void,
  ) {}

  /**
   * @param holds null if the condition holds, otherwise what is still missing
   * @returns what was still missing when the time was over, or null
   */
  async until(what: string, holds: () => Promise<string | null>, withinMs: number): Promise<string | null> {
    const began = Date.now();
    const end = Math.min(began + withinMs, this.endsAt);
    for (let printedAt = began; ;) {
      const missing = await holds();
      this.waitedMs.set(what, Date.now() - began);
      if (missing === null || Date.now() >= end) return missing;
      if (Date.now() - printedAt >= PRINT_EVERY_MS) {
        this.print(`waiting for ${what}: ${missing}`);
        printedAt = Date.now();
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  /** @throws Error that names what was waited for, and what was missing */
  async surely(what: string, holds: () => Promise<string | null>, withinMs: number): Promise<void> {
    const missing = await this.until(what, holds, withinMs);
    if (missing !== null) throw new Error(`waited ${this.seconds(what)} in vain for ${what}: ${missing}`);
  }

  /**
   * The same for one answer.
   * @param missing what the answer waits for
   */
  async within<T>(what: string, answer: Promise<T>, withinMs: number, missing = noAnswer): Promise<T> {
    let done = false;
    const end = answer.finally(() => (done = true));
    // An error is reported by the last line.
    end.catch(() => undefined);
    await this.surely(what, async () => (done ? null : missing()), withinMs);
    return end;
  }

  get summary(): string {
    return [...this.waitedMs.keys()].map((what) => `${this.seconds(what)} for ${what}`).join(', ');
  }

  private seconds(what: string): string {
    return `${((this.waitedMs.get(what) ?? 0) / 1000).toFixed(0)} s`;
  }
}
