import { setTimeout as pause } from 'node:timers/promises';
import { seededDice } from '../src/modules/simulators/infrastructure/seeded-dice.js';

/** A range to draw from, in milliseconds. */
export type Range = readonly [least: number, most: number];

/** Draws of one trouble: the same ones for the same seed, whatever the others do. */
export class Draws {
  private readonly dice: () => number;

  constructor(seed: string) {
    this.dice = seededDice(seed);
  }

  between([least, most]: Range): number {
    return least + this.dice() * (most - least);
  }

  oneOf<T>(things: readonly T[]): T {
    return things[Math.floor(this.dice() * things.length)]!;
  }
}

/** A fault that comes again and again until it is told to stop. */
export class Trouble {
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;
  private times = 0;

  /** @param cause brings it about once, and is over with it; false: there was nothing to bring it about with */
  constructor(
    readonly what: string,
    every: Range,
    seed: string,
    cause: (draws: Draws) => Promise<boolean>,
  ) {
    this.done = this.goOn(every, new Draws(`${seed}/${what}`), cause);
    // Whoever stops it hears of it.
    this.done.catch(() => undefined);
  }

  /** @returns how often it came, and what */
  async stop(): Promise<string> {
    this.stopping.abort();
    await this.done;
    return `${this.times} ${this.what}`;
  }

  private async goOn(every: Range, draws: Draws, cause: (draws: Draws) => Promise<boolean>): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await pause(draws.between(every), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if (await cause(draws)) this.times++;
    }
  }
}
