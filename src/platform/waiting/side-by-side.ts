import { Logger } from '@nestjs/common';
import { withTimeout } from './with-timeout.js';

/** Who has not ended by then is not waited for: a round of the others comes many times a second. */
const LATE_MS = 200;

/** What has failed is left alone for so long. */
const REST_MS = 1_000;

/**
 * Rounds of work on several things that may each hang or fail: each has one work at a time, and none waits for another's. So a
 * thing that hangs holds one connection, however often there is a round.
 */
export class SideBySide {
  private readonly logger: Logger;
  private readonly busy = new Set<string>();
  /** When they failed, and why: logged once, as long as it goes on. */
  private readonly failed = new Map<string, { readonly at: number; readonly why: string }>();

  constructor(name: string) {
    this.logger = new Logger(name);
  }

  /**
   * Starts the work on each thing that is neither at it still nor has just failed.
   * @param work must end by itself some time, as statements do @returns true when there is more to do at once
   * @returns whether one of those that have ended in time has more to do
   */
  async round(keys: readonly string[], work: (key: string) => Promise<boolean>): Promise<boolean> {
    const begun = keys.filter((key) => !this.busy.has(key) && !this.rests(key)).map((key) => this.run(key, work));
    let more = false;
    const all = Promise.all(begun.map(async (one) => void (more = (await one) || more)));
    await withTimeout(LATE_MS, all);
    return more;
  }

  private rests(key: string): boolean {
    const failure = this.failed.get(key);
    return failure !== undefined && performance.now() - failure.at < REST_MS;
  }

  private async run(key: string, work: (key: string) => Promise<boolean>): Promise<boolean> {
    this.busy.add(key);
    try {
      const more = await work(key);
      if (this.failed.delete(key)) this.logger.log(`${key} works again`);
      return more;
    } catch (error) {
      // Named decision: the others go on, and this one is tried again.
      const why = error instanceof Error ? error.message : String(error);
      if (this.failed.get(key)?.why !== why) this.logger.warn(`${key} waits: ${why}`);
      this.failed.set(key, { at: performance.now(), why });
      return false;
    } finally {
      this.busy.delete(key);
    }
  }
}
