/** Often enough that a person sees it move. */
const SHOWN_EVERY_MS = 1_000;

/** One line that is overwritten on a terminal; without a terminal nothing is shown. */
export class ProgressLine {
  private shownAt = performance.now();

  constructor(
    private readonly terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
    private readonly everyMs = SHOWN_EVERY_MS,
  ) {}

  /** @returns whether it was time to show the next text */
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
