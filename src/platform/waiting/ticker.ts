import { Logger } from '@nestjs/common';

/**
 * Work that is done again and again: once at the start, at once when poked, and every `everyMs` in any case, so that a
 * lost poke only costs time. One round at a time. A plain timer and not a job of the queue, which may have been emptied.
 */
export class Ticker {
  private readonly logger: Logger;
  private running: Promise<void> | null = null;
  private poked = false;
  private timer: NodeJS.Timeout | null = null;
  /** What the last round failed with: told once, not once a second for as long as the database is away. */
  private failure: string | null = null;

  constructor(
    name: string,
    private readonly everyMs: number,
    /** Answers true when there is more to do at once. */
    private readonly work: () => Promise<boolean | void>,
  ) {
    this.logger = new Logger(name);
  }

  start(): void {
    this.timer ??= setInterval(() => this.poke(), this.everyMs);
    this.poke();
  }

  /** Asks for a round. During a round it asks for another one behind it. Nothing before the start and after the end. */
  poke(): void {
    this.poked = true;
    if (this.timer !== null) this.running ??= this.run();
  }

  /** Lets the round that is running come to its end. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.poked && this.timer !== null) {
      this.poked = false;
      if (await this.round()) this.poked = true;
    }
    this.running = null;
  }

  /** A failed round is not repeated at once: the timer's next one is early enough, and gentle with what is failing. */
  private async round(): Promise<boolean> {
    try {
      const more = await this.work();
      if (this.failure !== null) this.logger.log('works again');
      this.failure = null;
      return more === true;
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      if (failure !== this.failure) this.logger.error(`a round failed: ${failure}`);
      this.failure = failure;
      return false;
    }
  }
}
