import { fillBook } from './history.js';
import { type BenchMerchant, makeMerchants, verify } from './merchants.js';
import { batchSizes, type PayoutRun, runPayouts, type Scenario } from './payout-load.js';
import type { Pgbench } from './pgbench.js';
import { RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import { checkBalance, readBalance, readPages, type ReadRun, runRead } from './reads.js';
import type { Place, TemporaryServer } from './temporary-server.js';

const MERCHANTS = 50;
const SHORT_HISTORY = 1_000;
const LONG_HISTORY = 1_000_000;

export interface MeasuredPayouts {
  /** Several runs of each scenario, with their batch sizes. */
  readonly payouts: readonly (PayoutRun & { readonly batchSize: number })[];
  /** Empty if there is no pgbench. */
  readonly pgbenchTps: readonly number[];
  /** The same with one client. */
  readonly lonePgbenchTps: readonly number[];
  readonly reads: readonly ReadRun[];
  readonly transactions: number;
}

export interface AcceptingTools {
  readonly rounds: number;
  readonly seconds: number;
  /** Null if there is no pgbench. */
  readonly pgbench: Pgbench | null;
  readonly print: (line: string) => void;
}

/** Payouts up to their 201, with and without a worker running, and reads. */
export async function measureAccepting(server: TemporaryServer, tools: AcceptingTools): Promise<MeasuredPayouts> {
  const off = await workerOff(server, tools);
  const reads = await reading(off.place, off.api, off.payer, tools);
  await off.api.stop();
  const on = await workerOn(server, tools);
  return {
    ...{ payouts: [...off.runs, ...on.runs], pgbenchTps: off.pgbenchTps, lonePgbenchTps: off.lonePgbenchTps, reads },
    transactions: off.transactions + on.transactions,
  };
}

function scenario(connections: number, merchants: number, { seconds }: AcceptingTools, more = ''): Scenario {
  const who = merchants === 1 ? 'one merchant' : `${merchants} merchants`;
  return { name: `accepted/s, ${who}${more}`, connections, merchants, seconds };
}

/** Marks the scenarios with two APIs, so that the table can find them. */
export const BY_TWO_APIS = ', by two APIs';

async function payOut(
  place: Place,
  apis: readonly ServiceProcess[],
  merchants: readonly BenchMerchant[],
  what: Scenario,
  { print }: AcceptingTools,
): Promise<PayoutRun> {
  const run = await runPayouts(place, apis, merchants, what);
  print(`${what.name}, ${what.connections} in flight: ${Math.round(run.perSecond)}, p99 ${run.p99.toFixed(1)} ms`);
  return run;
}

/** Code that runs for the first time is slow, and so are a growing log and cold tables. @returns accepted payouts */
async function warmUp(
  place: Place,
  apis: readonly ServiceProcess[],
  merchants: readonly BenchMerchant[],
  tools: AcceptingTools,
): Promise<number> {
  return (await runPayouts(place, apis, merchants, { ...scenario(256, MERCHANTS, tools), seconds: 4 })).accepted;
}

const acceptedIn = (runs: readonly PayoutRun[]): number => runs.reduce((sum, { accepted }) => sum + accepted, 0);

/** One API, two APIs, and pgbench in turn with both. */
async function workerOff(server: TemporaryServer, tools: AcceptingTools) {
  const { rounds, seconds, pgbench, print } = tools;
  const place = await server.createPlace('bahi_bench');
  const merchants = await makeMerchants(place, MERCHANTS);
  const environment = { ...place.environment, ...RATE_LIMITS_LIFTED };
  const api = await ServiceProcess.start('api', environment);
  const second = await ServiceProcess.start('api', environment);
  const warm = await warmUp(place, [api, second], merchants, tools);
  const runs: PayoutRun[] = [];
  const [pgbenchTps, lonePgbenchTps]: [number[], number[]] = [[], []];
  const alone = [scenario(256, MERCHANTS, tools), scenario(256, 1, tools), scenario(64, MERCHANTS, tools)];
  for (let round = 0; round < rounds; round++) {
    if (pgbench !== null) {
      pgbenchTps.push(await pgbench.tps(seconds));
      lonePgbenchTps.push(await pgbench.tps(seconds, 1));
      print(`pgbench: ${Math.round(pgbenchTps.at(-1)!)} tps, with one client ${Math.round(lonePgbenchTps.at(-1)!)}`);
    }
    for (const what of [...alone, scenario(64, 1, tools), scenario(1, 1, tools)])
      runs.push(await payOut(place, [api], merchants, what, tools));
    runs.push(await payOut(place, [api, second], merchants, scenario(256, MERCHANTS, tools, BY_TWO_APIS), tools));
  }
  await second.stop();
  const sizes = await batchSizes(place, runs);
  const { transactions } = await verify(place, warm + acceptedIn(runs));
  print(`verified ${transactions} transactions`);
  return {
    ...{ place, api, payer: merchants[0]!, pgbenchTps, lonePgbenchTps, transactions },
    runs: sized(runs, sizes),
  };
}

/** On a separate database: a worker would first process all the payouts that the runs above left behind. */
async function workerOn(server: TemporaryServer, tools: AcceptingTools) {
  const place = await server.createPlace('bahi_bench_worker');
  const merchants = await makeMerchants(place, MERCHANTS);
  const environment = { ...place.environment, ...RATE_LIMITS_LIFTED };
  const api = await ServiceProcess.start('api', environment);
  const worker = await ServiceProcess.start('worker', environment);
  const warm = await warmUp(place, [api], merchants, tools);
  const more = ', worker on, queues on PostgreSQL';
  const runs: PayoutRun[] = [];
  for (const what of [scenario(256, MERCHANTS, tools, more), scenario(256, 1, tools, more)])
    runs.push(await payOut(place, [api], merchants, what, tools));
  await worker.stop();
  await api.stop();
  const sizes = await batchSizes(place, runs);
  const { transactions } = await verify(place, warm + acceptedIn(runs));
  tools.print(`verified ${transactions} transactions`);
  return { runs: sized(runs, sizes), transactions };
}

function sized(runs: readonly PayoutRun[], sizes: readonly number[]) {
  return runs.map((run, i) => ({ ...run, batchSize: sizes[i]! }));
}

/** @param payer a merchant with many payouts */
async function reading(
  place: Place,
  api: ServiceProcess,
  payer: BenchMerchant,
  { rounds, print }: AcceptingTools,
): Promise<ReadRun[]> {
  const books = await makeMerchants(place, 2, { funded: false });
  const [short, long] = [books[0]!, books[1]!];
  await fillBook(place, short, SHORT_HISTORY);
  await fillBook(place, long, LONG_HISTORY);
  print(`filled a book with ${LONG_HISTORY.toLocaleString('en')} entries`);
  await checkBalance(api, short, SHORT_HISTORY);
  await checkBalance(api, long, LONG_HISTORY);
  const reads = [
    readBalance(short, SHORT_HISTORY),
    readBalance(long, LONG_HISTORY),
    ...(await readPages(api, 'ledger', long)),
    ...(await readPages(api, 'payouts', payer)),
  ];
  // The first round runs with cold code and cold pages, and is not counted.
  for (const read of reads) await runRead(api, read);
  const runs: ReadRun[] = [];
  for (let round = 0; round < rounds; round++) for (const read of reads) runs.push(await runRead(api, read));
  return runs;
}
