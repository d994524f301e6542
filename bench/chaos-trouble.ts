import { setTimeout as pause } from 'node:timers/promises';
import { seededDice } from '../src/modules/simulators/infrastructure/seeded-dice.js';

/** A range to draw from, in milliseconds. */
export type Range = readonly [least: number, most: number];

/** The random draws of one trouble: the same seed gives the same draws, whatever the other troubles do. */
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

/** A fault that recurs until it is stopped. */
export class Trouble {
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;
  private times = 0;

  /** @param cause causes it once, and resolves when it is over; false if there was nothing to cause it with */
  constructor(
    readonly what: string,
    every: Range,
    seed: string,
    cause: (draws: Draws) => Promise<boolean>,
  ) {
    this.done = this.goOn(every, new Draws(`${seed}/${what}`), cause);
    // The error is reported to the caller that stops it.
    this.done.catch(() => undefined);
  }

  /** @returns how often it happened, and what it is */
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
