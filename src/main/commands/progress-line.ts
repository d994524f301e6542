/** A person sees it move. */
const SHOWN_EVERY_MS = 1_000;

/** One line on a terminal that is written over; elsewhere none. */
export class ProgressLine {
  private shownAt = performance.now();

  constructor(
    private readonly terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
    private readonly everyMs = SHOWN_EVERY_MS,
  ) {}

  /** @returns whether it was time to show something again */
  show(text: () => string): boolean {
    if (performance.now() - this.shownAt < this.everyMs) return false;
    this.shownAt = performance.now();
    this.write(text());
    return true;
  }

  clear(): void {
    this.write('');
  }

  private write(text: string): void {
    if (this.terminal.isTTY) this.terminal.write(`\r\u001b[K${text}`);
  }
}
