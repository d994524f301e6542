/**
 * So many at once for each name; one more waits for its turn, first come, first served, and no longer than it may.
 * A name that nobody has a turn of takes no memory.
 */
export class Turns {
  private readonly names = new Map<string, { taken: number; readonly line: Set<() => void> }>();

  constructor(
    private readonly perName: number,
    private readonly timeoutMs: number,
  ) {}

  /** Answers what to call at the end of the turn, once; null: it did not come in time. */
  async take(name: string): Promise<(() => void) | null> {
    const turns = this.names.get(name) ?? { taken: 0, line: new Set() };
    this.names.set(name, turns);
    if (turns.taken < this.perName) turns.taken++;
    else if (!(await this.inLine(turns.line))) return null;
    return () => {
      const [next] = turns.line;
      if (next !== undefined) next();
      else if (--turns.taken === 0) this.names.delete(name);
    };
  }

  /** Whoever ends a turn hands it to the first in line, so that the number of those taken stays. */
  private inLine(line: Set<() => void>): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = (isTurn: boolean): void => {
        clearTimeout(timer);
        line.delete(come);
        resolve(isTurn);
      };
      const come = (): void => leave(true);
      const timer = setTimeout(leave, this.timeoutMs, false);
      line.add(come);
    });
  }
}
