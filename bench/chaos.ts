import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { seededDice } from '../src/modules/simulators/infrastructure/seeded-dice.js';
import { ChaosHouse, type Open } from './chaos-house.js';
import { PAYMENTS } from './chaos-payments.js';
import { PAYOUTS } from './chaos-payouts.js';
import { endAll } from './processes.js';
import { TemporaryServer } from './temporary-server.js';

/** Every order ends long before, or it never will. */
const GIVE_UP_AFTER_MS = 8 * 60_000;

/** A worker is killed so often. */
const KILL_EVERY_MS = [2_000, 5_000] as const;

/** The bank is away so often, and so long: long enough for calls to hang and breakers to open. */
const OUTAGE_EVERY_MS = [8_000, 15_000] as const;
const OUTAGE_MS = [1_000, 3_000] as const;

/** So many orders are asked for at a time; of the lot, so many a second, or all would be sent before the first kill. */
const AT_ONCE = 20;
const PER_SECOND = 60;

/** What follows from the last orders is asked for so long while the troubles go on, and afterwards in peace. */
const STILL_ASKING_MS = 30_000;

const { values: options } = parseArgs({
  options: {
    /** How many; either of the two. */
    payouts: { type: 'string' },
    payments: { type: 'string' },
    seed: { type: 'string', default: process.env['SEED'] ?? String(Date.now() % 1_000_000) },
  },
});
const flow = options.payments === undefined ? PAYOUTS : PAYMENTS;
const ORDERS = Number(options.payments ?? options.payouts ?? 2_000);

/** The troubles end after so long, even when they have kept much from ending. */
const TROUBLED_MS = 30_000 + ORDERS * 100;

const began = Date.now();
const dice = seededDice(options.seed);
const say = (line: string): void => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const between = ([least, most]: readonly [number, number]): number => least + dice() * (most - least);

/** Something that goes on until it is told to stop. */
class Trouble {
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;
  times = 0;

  constructor(every: readonly [number, number], cause: () => Promise<boolean>) {
    this.done = this.goOn(every, cause);
  }

  async stop(): Promise<number> {
    this.stopping.abort();
    await this.done;
    return this.times;
  }

  private async goOn(every: readonly [number, number], cause: () => Promise<boolean>): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await pause(between(every), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if (await cause()) this.times++;
    }
  }
}

/** @returns when the last of them was asked for; some may still wait to ask for what follows from it */
async function askForAll(house: ChaosHouse): Promise<Promise<void>[]> {
  const asking: Promise<void>[] = [];
  for (let made = 0; made < ORDERS; made += AT_ONCE) {
    const due = began + house.startedAfterMs + (made / PER_SECOND) * 1000;
    await pause(Math.max(0, due - Date.now()));
    const count = Math.min(AT_ONCE, ORDERS - made);
    asking.push(...Array.from({ length: count }, (_, i) => house.ask(made + i, dice)));
    if ((made + AT_ONCE) % 400 === 0) say(`${made + AT_ONCE} of ${ORDERS} ${flow.what} asked for`);
  }
  return asking;
}

async function main(): Promise<number> {
  say(`${ORDERS} ${flow.what}, every fault at 5 %, two workers. SEED=${options.seed} makes the same dice fall.`);
  const server = await TemporaryServer.start();
  try {
    const house = await ChaosHouse.open(await server.createPlace('chaos'), flow, options.seed, began);
    const kills = new Trouble(KILL_EVERY_MS, () => house.killWorker());
    const outages = new Trouble(OUTAGE_EVERY_MS, () => house.closeOtherSideFor(between(OUTAGE_MS)).then(() => true));
    const asking = Promise.all(await askForAll(house));
    await Promise.race([asking, pause(STILL_ASKING_MS)]);
    say('all asked for, or nearly; the troubles go on until nearly all have ended');
    const fewAreOpen = await house.until((open) => open.orders <= ORDERS / 20, say, TROUBLED_MS);
    if (!fewAreOpen) say('the troubles end, and many are still open');
    const [killed, away] = [await kills.stop(), await outages.stop()];
    await asking;
    await house.workersAreUp();
    const allHaveEnded = (open: Open): boolean => open.orders + open.post + open.callbacks === 0;
    if (!(await house.until(allHaveEnded, say, GIVE_UP_AFTER_MS))) throw new Error('some have not ended, long after');
    const { findings, figures } = await house.compare();
    for (const finding of findings.slice(0, 50)) console.error(finding);
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    console.log(
      `${figures}; ${killed} workers killed, ${away} outages; ${findings.length} disagreements; ` +
        `${seconds} s; SEED=${options.seed}`,
    );
    return findings.length === 0 ? 0 : 1;
  } finally {
    await endAll();
    await server.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`make chaos failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
