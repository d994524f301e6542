interface Name {
  taken: number;
  readonly line: Set<() => void>;
}

/**
 * A number of permits for each name, and a number in all. A caller that gets none waits, for `timeoutMs` at most: first
 * come, first served within a name, while names that wait take turns for the next permit that is released. A name takes
 * no memory while nobody holds or waits for one of its permits.
 */
export class FairSemaphore {
  private readonly names = new Map<string, Name>();
  private taken = 0;

  constructor(
    private readonly limits: { readonly perName: number; readonly inAll: number; readonly timeoutMs: number },
  ) {}

  /** @returns a function that releases the permit, to be called once; null if there was none in time */
  async acquire(name: string): Promise<(() => void) | null> {
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
    // Moved to the end, so that the next permit goes to another name.
    this.names.delete(name);
    this.names.set(name, own);
  }

  /** The caller that is called holds the permit from this moment: nobody who comes before it resumes can take it. */
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
      const leave = (isAcquired: boolean): void => {
        clearTimeout(timer);
        line.delete(come);
        resolve(isAcquired);
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
