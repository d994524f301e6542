import { Logger } from '@nestjs/common';
import { withTimeout } from './with-timeout.js';

/** A round does not wait longer for work that has not ended: rounds come many times a second. */
const ROUND_TIMEOUT_MS = 200;

/** After work on a key has failed, the key is left out of rounds for this long. */
const PAUSE_MS = 1_000;

/**
 * Rounds of work on several keys (nodes, say), each of which may hang or fail without affecting the others: a key has
 * one piece of work at a time. So a key that hangs holds one connection, however often there is a round.
 */
export class Bulkhead {
  private readonly logger: Logger;
  private readonly busy = new Set<string>();
  /** When the keys failed, and why: logged once for as long as the reason stays the same. */
  private readonly failed = new Map<string, { readonly at: number; readonly why: string }>();

  constructor(name: string) {
    this.logger = new Logger(name);
  }

  /**
   * Starts the work on each key that is not busy and has not just failed.
   * @param work must end by itself eventually, as statements do; returns true when there is more to do at once
   * @returns whether any work that ended in time has more to do
   */
  async round(keys: readonly string[], work: (key: string) => Promise<boolean>): Promise<boolean> {
    let more = false;
    const runs = keys
      .filter((key) => !this.busy.has(key) && !this.isPaused(key))
      .map(async (key) => {
        if (await this.run(key, work)) more = true;
      });
    await withTimeout(ROUND_TIMEOUT_MS, Promise.all(runs));
    return more;
  }

  private isPaused(key: string): boolean {
    const failure = this.failed.get(key);
    return failure !== undefined && performance.now() - failure.at < PAUSE_MS;
  }

  private async run(key: string, work: (key: string) => Promise<boolean>): Promise<boolean> {
    this.busy.add(key);
    try {
      const more = await work(key);
      if (this.failed.delete(key)) this.logger.log(`${key} works again`);
      return more;
    } catch (error) {
      // Named decision: the other keys go on, and this one is tried again after its pause.
      const why = error instanceof Error ? error.message : String(error);
      if (this.failed.get(key)?.why !== why) this.logger.warn(`${key} failed, and is tried again: ${why}`);
      this.failed.set(key, { at: performance.now(), why });
      return false;
    } finally {
      this.busy.delete(key);
    }
  }
}
