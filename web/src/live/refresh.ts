/**
 * Answers come from caches that lag a commit by a moment, so a list that is read at once may still show the state
 * before it.
 */
const SETTLED_AFTER_MS = 2_000;

/** A burst of events causes one read. */
const AT_MOST_EVERY_MS = 500;

/** A monotonic clock: if the wall clock were set back by hours, nothing would be read for hours. */
const now = (): number => performance.now();

/**
 * Reads what is shown again after events: soon, once for a burst, and once more when the caches have settled. A read
 * starts only when the previous one has ended: a steady flow of events would otherwise let none finish.
 */
export class Refresh {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private dueAt: number | null = null;
  private settlesAt: number | null = null;
  private isReading = false;
  private readAt = -Infinity;

  constructor(private readonly read: () => Promise<unknown>) {}

  /** @param settles whether to read once more after the caches have settled */
  ask(settles: boolean): void {
    const asked = now();
    this.dueAt ??= Math.max(asked + AT_MOST_EVERY_MS / 5, this.readAt + AT_MOST_EVERY_MS);
    if (settles) this.settlesAt = asked + SETTLED_AFTER_MS;
    this.schedule();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.dueAt = null;
    this.settlesAt = null;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const next = this.dueAt ?? this.settlesAt;
    if (next === null || this.isReading) return;
    this.timer = setTimeout(() => void this.run(), Math.max(0, next - now()));
  }

  private async run(): Promise<void> {
    if (this.dueAt === null) this.settlesAt = null;
    this.dueAt = null;
    this.isReading = true;
    this.readAt = now();
    try {
      await this.read();
    } finally {
      this.isReading = false;
      this.schedule();
    }
  }
}
