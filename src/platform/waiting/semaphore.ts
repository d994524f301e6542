/** A number of permits. A caller that gets none waits in line until one is released: first come, first served. */
export class Semaphore {
  private readonly line: (() => void)[] = [];

  constructor(private permits: number) {}

  async acquire(): Promise<void> {
    if (this.permits > 0) this.permits--;
    else await new Promise<void>((resolve) => this.line.push(resolve));
  }

  release(): void {
    const next = this.line.shift();
    if (next) next();
    else this.permits++;
  }
}
