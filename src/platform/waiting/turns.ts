interface Name {
  taken: number;
  readonly line: Set<() => void>;
}

/**
 * So many turns at once for each name, and so many in all. One more waits, no longer than it may: behind the others of
 * its name first come, first served; of several names that wait, each in its turn has the next one that ends.
 * A name that nobody has a turn of, or waits for, takes no memory.
 */
export class Turns {
  private readonly names = new Map<string, Name>();
  private taken = 0;

  constructor(
    private readonly limits: { readonly perName: number; readonly inAll: number; readonly timeoutMs: number },
  ) {}

  /** Answers what to call at the end of the turn, once; null: it did not come in time. */
  async take(name: string): Promise<(() => void) | null> {
    const own = this.names.get(name) ?? { taken: 0, line: new Set() };
    this.names.set(name, own);
    if (this.isFree(own)) this.begin(name, own);
    else if (!(await this.inLine(own))) {
      this.forgetUnused(name, own);
      return null;
    }
    return () => {
      own.taken--;
      this.taken--;
      this.forgetUnused(name, own);
      this.callNext();
    };
  }

  private isFree({ taken }: Name): boolean {
    return taken < this.limits.perName && this.taken < this.limits.inAll;
  }

  private begin(name: string, own: Name): void {
    own.taken++;
    this.taken++;
    // Behind all others, so that the next turn is another name's.
    this.names.delete(name);
    this.names.set(name, own);
  }

  /** Whoever is called has the turn from then on: nobody who comes before he notices can take it. */
  private callNext(): void {
    for (const [name, waiting] of this.names) {
      const [come] = waiting.line;
      if (come === undefined || !this.isFree(waiting)) continue;
      this.begin(name, waiting);
      come();
      return;
    }
  }

  private inLine({ line }: Name): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = (isTurn: boolean): void => {
        clearTimeout(timer);
        line.delete(come);
        resolve(isTurn);
      };
      const come = (): void => leave(true);
      const timer = setTimeout(leave, this.limits.timeoutMs, false);
      line.add(come);
    });
  }

  private forgetUnused(name: string, own: Name): void {
    const isUnused = own.taken === 0 && own.line.size === 0;
    if (isUnused && this.names.get(name) === own) this.names.delete(name);
  }
}
