import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { seededDice } from '../src/modules/gateways/infrastructure/seeded-dice.js';
import { ChaosHouse } from './chaos-house.js';
import { endAll } from './processes.js';
import { TemporaryServer } from './temporary-server.js';

/** Every payout ends long before, or it never will. */
const GIVE_UP_AFTER_MS = 8 * 60_000;

/** A worker is killed so often. */
const KILL_EVERY_MS = [2_000, 5_000] as const;

/** The bank is away so often, and so long: long enough for calls to hang and breakers to open. */
const OUTAGE_EVERY_MS = [8_000, 15_000] as const;
const OUTAGE_MS = [1_000, 3_000] as const;

/** So many payouts are asked for at a time; of the lot, so many a second, or all would be sent before the first kill. */
const AT_ONCE = 20;
const PER_SECOND = 60;

const { values: options } = parseArgs({
  options: {
    payouts: { type: 'string', default: '2000' },
    seed: { type: 'string', default: process.env['SEED'] ?? String(Date.now() % 1_000_000) },
  },
});
const PAYOUTS = Number(options.payouts);

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

async function payOutAll(house: ChaosHouse): Promise<void> {
  for (let made = 0; made < PAYOUTS; made += AT_ONCE) {
    const due = began + house.startedAfterMs + (made / PER_SECOND) * 1000;
    await pause(Math.max(0, due - Date.now()));
    const amounts = Array.from({ length: Math.min(AT_ONCE, PAYOUTS - made) }, () => 100 + Math.floor(dice() * 100_000));
    await Promise.all(amounts.map((amount, i) => house.payOut(made + i, amount)));
    if ((made + AT_ONCE) % 400 === 0) say(`${made + AT_ONCE} of ${PAYOUTS} payouts asked for`);
  }
}

async function main(): Promise<number> {
  say(
    `${PAYOUTS} payouts, every fault of the bank at 5 %, two workers. SEED=${options.seed} makes the same dice fall.`,
  );
  const server = await TemporaryServer.start();
  try {
    const house = await ChaosHouse.open(await server.createPlace('chaos'), options.seed, began);
    const kills = new Trouble(KILL_EVERY_MS, () => house.killWorker());
    const outages = new Trouble(OUTAGE_EVERY_MS, () => house.closeBankFor(between(OUTAGE_MS)).then(() => true));
    await payOutAll(house);
    say('all asked for; the troubles go on until nearly all have ended');
    await house.until(
      `fewer than one in twenty are open`,
      (open) => open.payouts <= PAYOUTS / 20,
      say,
      GIVE_UP_AFTER_MS,
    );
    const [killed, away] = [await kills.stop(), await outages.stop()];
    await house.workersAreUp();
    await house.until(
      'all have ended',
      (open) => open.payouts + open.post + open.callbacks === 0,
      say,
      GIVE_UP_AFTER_MS,
    );
    const { findings, figures } = await house.compare();
    for (const finding of findings.slice(0, 50)) console.error(finding);
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    console.log(
      `${figures}; ${killed} workers killed, ${away} outages of the bank; ${findings.length} disagreements; ` +
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
