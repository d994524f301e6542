import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { seededDice } from '../src/modules/simulators/infrastructure/seeded-dice.js';
import { ChaosService } from './chaos-service.js';
import { PAYMENTS } from './chaos-payments.js';
import { PAYOUTS } from './chaos-payouts.js';
import { type Range, Trouble } from './chaos-trouble.js';
import { Waits } from './chaos-waits.js';
import { FakeClock } from './fake-clock.js';
import { endAll } from './processes.js';
import { TemporaryServer } from './temporary-server.js';

/**
 * A run ends within this time on any machine. Within it, orders are requested and troubles continue for at most these
 * times.
 */
const RUN_MS = 8 * 60_000;
const ASKING_MS = 150_000;
const TROUBLED_MS = 240_000;

/** The time that the final comparison needs. */
const COMPARING_MS = 40_000;

/** The time to start servers, merchants and processes. */
const STARTING_MS = 120_000;

/**
 * How often each fault occurs, and how long it lasts: longer than a call (1 s), and often longer than a lease (3 s).
 */
const KILL_EVERY: Range = [2_000, 5_000];
const OUTAGE_EVERY: Range = [8_000, 15_000];
const OUTAGE: Range = [1_000, 3_000];
const FREEZE_EVERY: Range = [5_000, 10_000];
const FREEZE: Range = [1_000, 6_000];
const DEACTIVATE_EVERY: Range = [6_000, 12_000];
const INACTIVE: Range = [1_000, 4_000];
const OPEN_EVERY: Range = [6_000, 12_000];
const JUMP_EVERY: Range = [10_000, 20_000];
const JUMP: Range = [1_000, 3_000];
const MISLEAD_EVERY: Range = [8_000, 16_000];
const OTHER_SIDE_FAULT_EVERY: Range = [4_000, 8_000];
const MEND_EVERY: Range = [5_000, 5_000];
const LOOK_EVERY: Range = [50, 50];

/** Offsets as libfaketime reads them. */
const JUMPS = ['+1m', '-1m', '+1h', '-1h', '+25h', '-25h'];

/**
 * How many orders are requested at a time and per second; a small number of orders is requested more slowly, so that
 * every fault affects some.
 */
const AT_ONCE = 10;
const PER_SECOND = 60;
const ASKING_LASTS_SECONDS = 45;

const { values: options } = parseArgs({
  options: {
    /** How many orders; one of the two. */
    payouts: { type: 'string' },
    payments: { type: 'string' },
    /** No clock is changed, neither the database’s nor a worker’s. */
    'steady-clocks': { type: 'boolean', default: false },
    seed: { type: 'string', default: process.env['SEED'] ?? String(Date.now() % 1_000_000) },
  },
});
const flow = options.payments === undefined ? PAYOUTS : PAYMENTS;
const ORDERS = Number(options.payments ?? options.payouts ?? 2_000);
const { seed } = options;

const began = Date.now();
const print = (line: string): void => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const waits = new Waits(began + RUN_MS - COMPARING_MS, print);

/** @returns how many were requested when the time was over, and a promise of their answers */
async function askForAll(service: ChaosService): Promise<{ asked: number; answered: Promise<unknown> }> {
  const dice = seededDice(seed);
  const asking: Promise<void>[] = [];
  const since = Date.now();
  const perSecond = Math.min(PER_SECOND, ORDERS / ASKING_LASTS_SECONDS);
  while (asking.length < ORDERS && Date.now() < since + ASKING_MS) {
    await pause(Math.max(0, since + (asking.length / perSecond) * 1000 - Date.now()));
    const first = asking.length;
    const count = Math.min(AT_ONCE, ORDERS - first);
    asking.push(...Array.from({ length: count }, (_, i) => service.ask(first + i, dice)));
    if (asking.length % 400 === 0) print(`${asking.length} of ${ORDERS} ${flow.what} asked for`);
  }
  const answered = Promise.all(asking);
  // An error is reported to the caller that waits for the answers.
  answered.catch(() => undefined);
  return { asked: asking.length, answered };
}

function troublesIn(service: ChaosService, clock: FakeClock | null): Trouble[] {
  const trouble = (what: string, every: Range, cause: ConstructorParameters<typeof Trouble>[3]): Trouble =>
    new Trouble(what, every, seed, cause);
  return [
    trouble('workers killed', KILL_EVERY, () => service.killWorker()),
    trouble('outages', OUTAGE_EVERY, (draws) => service.closeOtherSideFor(draws.between(OUTAGE))),
    trouble('processes frozen', FREEZE_EVERY, (draws) =>
      service.freezeOne((processes) => draws.oneOf(processes), draws.between(FREEZE)),
    ),
    trouble('merchants deactivated', DEACTIVATE_EVERY, (draws) =>
      service.deactivateOne((merchants) => draws.oneOf(merchants), draws.between(INACTIVE)),
    ),
    trouble('breakers opened', OPEN_EVERY, () => service.openBreaker()),
    ...flow.otherSideFaults.map((fault) =>
      trouble(fault.what, OTHER_SIDE_FAULT_EVERY, (draws) =>
        service.causeOtherSideFault(fault, Math.floor(draws.between([0, 100]))),
      ),
    ),
    ...(clock === null
      ? []
      : [
          trouble('jumps of the database’s clock', JUMP_EVERY, (draws) =>
            service.setClockFor(draws.oneOf(JUMPS), draws.between(JUMP)),
          ),
          trouble('workers with a wrong clock', MISLEAD_EVERY, (draws) => service.misleadWorker(draws.oneOf(JUMPS))),
        ]),
  ];
}

/** @throws Error that says what was waited for in vain */
async function run(service: ChaosService, clock: FakeClock | null): Promise<number> {
  const troubles = troublesIn(service, clock);
  const mends = new Trouble('mends', MEND_EVERY, seed, () => service.mend());
  const looks = new Trouble('looks', LOOK_EVERY, seed, () => service.lookForTrials());
  const { asked, answered } = await askForAll(service);
  print(`${asked} of ${ORDERS} asked for; the troubles go on until nearly all have ended`);
  const nearlyAllEnded = async (): Promise<string | null> => {
    const open = await service.stillOpen();
    return open.orders <= ORDERS / 20 ? null : service.stuck(open);
  };
  const many = await waits.until('nearly all to end in trouble', nearlyAllEnded, TROUBLED_MS);
  if (many !== null) print(`the troubles end, and many are still open: ${many}`);
  const happened = await waits.within('the troubles to end', Promise.all(troubles.map((each) => each.stop())), 60_000);
  await looks.stop();
  await waits.within('workers with the right clock', service.replaceWorkers(), 120_000);
  await waits.within('the last answers', answered, 300_000, async () => service.stuck(await service.stillOpen()));
  const allEnded = async (): Promise<string | null> => {
    const open = await service.stillOpen();
    return open.orders + open.webhooks + open.callbacks === 0 ? null : service.stuck(open);
  };
  await waits.surely('all to end in peace', allEnded, RUN_MS);
  await mends.stop();
  const { findings, figures } = await service.compare();
  for (const finding of findings.slice(0, 50)) console.error(finding);
  print(`waited ${waits.summary}`);
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(
    `${figures}; ${happened.join(', ')}, ${service.trials} breaker trials; ${findings.length} disagreements; ` +
      `${seconds} s; SEED=${seed}`,
  );
  return findings.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  print(`${ORDERS} ${flow.what}, every fault at 5 %, two workers. SEED=${seed} makes the same dice fall.`);
  let clock: FakeClock | null = null;
  const start = TemporaryServer.start((folder) => (clock = options['steady-clocks'] ? null : FakeClock.in(folder)));
  const server = await waits.within('PostgreSQL', start, STARTING_MS);
  if (clock === null && !options['steady-clocks'])
    print('without libfaketime (Debian: apt install faketime) no clock is set, neither the database’s nor a worker’s');
  try {
    const place = await waits.within('the tables', server.createPlace('chaos'), STARTING_MS);
    const service = await waits.within('the processes', ChaosService.open(place, flow, seed, clock), STARTING_MS);
    return await run(service, clock);
  } finally {
    await endAll();
    await server.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`make chaos failed: ${error instanceof Error ? error.message : String(error)}; SEED=${seed}`);
    if (waits.summary !== '') console.error(`waited ${waits.summary}`);
    process.exit(1);
  },
);
