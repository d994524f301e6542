/** Answers come from caches that follow a commit by a moment; then the list that was read at once is of before it. */
const SETTLED_AFTER_MS = 2_000;

/** Events of a burst cost one reading together. */
const AT_MOST_EVERY_MS = 500;

/** By a clock that nobody sets: by the other one, set back by hours, nothing would be read for hours. */
const now = (): number => performance.now();

/**
 * Reads again what is shown, after events: soon, once for a burst, and once more when it has settled. The next reading
 * begins when the one before has ended: under a flow of events none would ever end otherwise.
 */
export class Refresh {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private dueAt: number | null = null;
  private settlesAt: number | null = null;
  private isReading = false;
  private readAt = -Infinity;

  constructor(private readonly read: () => Promise<unknown>) {}

  /** @param settles whether it is to be read once more, when what is being answered now has settled */
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
