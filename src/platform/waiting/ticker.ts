import { Logger } from '@nestjs/common';

/**
 * Work that is repeated: at the start, at once when woken, and every `everyMs` in any case, so that a lost wake-up
 * costs only time. One tick at a time. A plain timer and not a job of the queue, which may have been emptied.
 */
export class Ticker {
  private readonly logger: Logger;
  private running: Promise<void> | null = null;
  private woken = false;
  private timer: NodeJS.Timeout | null = null;
  /** Why the last tick failed: logged once, not once a second for as long as the database is unreachable. */
  private failure: string | null = null;

  constructor(
    name: string,
    private readonly everyMs: number,
    /** Returns true when there is more to do at once. */
    private readonly tick: () => Promise<boolean | void>,
  ) {
    this.logger = new Logger(name);
  }

  start(): void {
    this.timer ??= setInterval(() => this.wake(), this.everyMs);
    this.wake();
  }

  /** Asks for a tick. If one is running, another one follows it. Does nothing before the start and after the stop. */
  wake(): void {
    this.woken = true;
    if (this.timer !== null) this.running ??= this.run();
  }

  /** Waits for the tick that is running. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.woken && this.timer !== null) {
      this.woken = false;
      if (await this.runTick()) this.woken = true;
    }
    this.running = null;
  }

  /** A failed tick is not repeated at once: the timer's next tick is early enough, and spares whatever is failing. */
  private async runTick(): Promise<boolean> {
    try {
      const more = await this.tick();
      if (this.failure !== null) this.logger.log('this recurring work succeeds again');
      this.failure = null;
      return more === true;
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      if (failure !== this.failure) this.logger.error(`this recurring work failed, and is tried again: ${failure}`);
      this.failure = failure;
      return false;
    }
  }
}
