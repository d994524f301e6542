import { parseArgs } from 'node:util';
import { fillBook } from './history.js';
import { machineBinaries } from './machine-postgres.js';
import { type BenchMerchant, makeMerchants, verify } from './merchants.js';
import { batchSizes, type PayoutRun, runPayouts, type Scenario } from './payout-load.js';
import { Pgbench } from './pgbench.js';
import { endAll, RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import { checkBalance, readBalance, readPages, type ReadRun, runRead } from './reads.js';
import { reportComparison } from './comparison.js';
import { writeJson } from './json-file.js';
import { OtherCommit } from './other-commit.js';
import { compareWith } from './against.js';
import { BenchRefusal } from './refusal.js';
import { type Measured, type MeasuredPayouts, printTables, summarise } from './report.js';
import type { Binaries } from '../src/platform/embedded-postgres/binaries.js';
import { measureSearches } from './searches.js';
import { findRedis, startRedis, type TemporaryRedis } from './temporary-redis.js';
import { type Place, TemporaryServer } from './temporary-server.js';
import { measureWholeWay, type WholeWay } from './whole-way.js';

const MERCHANTS = 50;
const PGBENCH_SCALE = 50;
const SHORT_HISTORY = 1_000;
const LONG_HISTORY = 1_000_000;

/** Nothing takes so long, on whatever machine. */
const GIVE_UP_AFTER_MS = 40 * 60_000;

const { values: options } = parseArgs({
  options: {
    /** How often each is measured; one run after the other, so that whatever disturbs the machine disturbs all. */
    rounds: { type: 'string', default: '3' },
    /** Length of one run. */
    seconds: { type: 'string', default: '5' },
    /** One part alone: `payouts`, `searches`, or `whole-way` (with Redis, and with pgbench beside it). */
    only: { type: 'string' },
    /** One server alone: `bundled`, or `machine`, the PostgreSQL that is installed here. */
    server: { type: 'string' },
    /** Another commit, which is measured in turns with this one instead; exit code 1 when this one is slower. */
    against: { type: 'string' },
  },
});
const ROUNDS = Number(options.rounds);
const SECONDS = Number(options.seconds);

function scenario(connections: number, merchants: number, worker = false): Scenario {
  const who = merchants === 1 ? 'one merchant' : `${merchants} merchants`;
  const name = `${connections} connections, ${who}${worker ? ', worker on' : ''}`;
  return { name, connections, merchants, seconds: SECONDS };
}

const FIFTY = scenario(256, MERCHANTS);
const WORKER_OFF = [FIFTY, scenario(256, 1), scenario(64, MERCHANTS), scenario(64, 1)];
const WORKER_ON = [scenario(256, MERCHANTS, true), scenario(256, 1, true), scenario(64, MERCHANTS, true)];

const began = Date.now();

function say(line: string): void {
  console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
}

async function payOut(place: Place, api: ServiceProcess, merchants: readonly BenchMerchant[], what: Scenario) {
  const run = await runPayouts(place, api, merchants, what);
  say(`${what.name}: ${Math.round(run.perSecond)} payouts/s, p99 ${run.p99.toFixed(1)} ms`);
  return run;
}

/** Code that runs for the first time is slow, and so are a growing log and cold tables. */
async function warmUp(place: Place, api: ServiceProcess, merchants: readonly BenchMerchant[]): Promise<number> {
  return (await runPayouts(place, api, merchants, { ...FIFTY, seconds: 4 })).accepted;
}

const acceptedIn = (runs: readonly PayoutRun[]): number => runs.reduce((sum, { accepted }) => sum + accepted, 0);

/** The API alone, and pgbench in turn with it. */
async function workerOff(server: TemporaryServer) {
  const place = await server.createPlace('bahi_bench');
  const merchants = await makeMerchants(place, MERCHANTS);
  await server.createDatabase('pgbench');
  const pgbench = await Pgbench.prepare(server.superuserUrl, PGBENCH_SCALE, 'pgbench');
  say(pgbench === null ? 'there is no pgbench on this machine' : 'pgbench is ready');
  const environment = { ...place.environment, ...RATE_LIMITS_LIFTED };
  const api = await ServiceProcess.start('api', environment);
  const warm = await warmUp(place, api, merchants);
  const runs: PayoutRun[] = [];
  const pgbenchTps: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (pgbench !== null) {
      pgbenchTps.push(await pgbench.tps(SECONDS));
      say(`pgbench: ${Math.round(pgbenchTps.at(-1)!)} tps`);
    }
    for (const what of WORKER_OFF) runs.push(await payOut(place, api, merchants, what));
  }
  const sizes = await batchSizes(place, runs);
  const { transactions } = await verify(place, warm + acceptedIn(runs));
  say(`verified ${transactions} transactions`);
  return { place, api, payer: merchants[0]!, runs: withSizes(runs, sizes), pgbenchTps, transactions };
}

/** On a database of its own: a worker beside the runs above would first see to all the payouts that they have left. */
async function workerOn(server: TemporaryServer) {
  const place = await server.createPlace('bahi_bench_worker');
  const merchants = await makeMerchants(place, MERCHANTS);
  const environment = { ...place.environment, ...RATE_LIMITS_LIFTED };
  const api = await ServiceProcess.start('api', environment);
  const worker = await ServiceProcess.start('worker', environment);
  const warm = await warmUp(place, api, merchants);
  const runs: PayoutRun[] = [];
  for (const what of WORKER_ON) runs.push(await payOut(place, api, merchants, what));
  const [row] = await place.superuser.query<{ per_second: number }>(
    `SELECT count(*) / extract(epoch FROM $2::timestamptz - $1::timestamptz)::float AS per_second
     FROM payouts WHERE status IN ('completed', 'failed') AND updated_at BETWEEN $1 AND $2`,
    [runs[0]!.from, runs.at(-1)!.to],
  );
  await worker.stop();
  await api.stop();
  const sizes = await batchSizes(place, runs);
  const { transactions } = await verify(place, warm + acceptedIn(runs));
  say(`verified ${transactions} transactions`);
  return { runs: withSizes(runs, sizes), transactions, completedPerSecond: row!.per_second };
}

function withSizes(runs: readonly PayoutRun[], sizes: readonly number[]) {
  return runs.map((run, i) => ({ ...run, batchSize: sizes[i]! }));
}

/** @param payer a merchant with many payouts */
async function reading(place: Place, api: ServiceProcess, payer: BenchMerchant): Promise<ReadRun[]> {
  const books = await makeMerchants(place, 2, { funded: false });
  const [short, long] = [books[0]!, books[1]!];
  await fillBook(place, short, SHORT_HISTORY);
  await fillBook(place, long, LONG_HISTORY);
  say(`filled a book with ${LONG_HISTORY.toLocaleString('en')} entries`);
  await checkBalance(api, short, SHORT_HISTORY);
  await checkBalance(api, long, LONG_HISTORY);
  const reads = [
    readBalance(short, SHORT_HISTORY),
    readBalance(long, LONG_HISTORY),
    ...(await readPages(api, 'ledger', long)),
    ...(await readPages(api, 'payouts', payer)),
  ];
  // The first round finds cold code and cold pages, and is not counted.
  for (const read of reads) await runRead(api, read);
  const runs: ReadRun[] = [];
  for (let round = 0; round < ROUNDS; round++) for (const read of reads) runs.push(await runRead(api, read));
  return runs;
}

async function measurePayouts(server: TemporaryServer): Promise<MeasuredPayouts> {
  const off = await workerOff(server);
  const reads = await reading(off.place, off.api, off.payer);
  await off.api.stop();
  const on = await workerOn(server);
  return {
    payouts: [...off.runs, ...on.runs],
    pgbenchTps: off.pgbenchTps,
    reads,
    verifiedTransactions: off.transactions + on.transactions,
    completedPerSecond: on.completedPerSecond,
  };
}

/** Beside a pgbench of its own, because the machine may have changed its mood since the first one. */
async function wholeWay(server: TemporaryServer): Promise<{ wholeWay: WholeWay; pgbenchTps: number[] }> {
  redis = await startRedis(redisProgram!);
  await server.createDatabase('pgbench_beside');
  const pgbench = await Pgbench.prepare(server.superuserUrl, PGBENCH_SCALE, 'pgbench_beside');
  const pgbenchTps: number[] = [];
  const runPgbench = async (): Promise<void> => {
    if (pgbench === null) return;
    pgbenchTps.push(await pgbench.tps(SECONDS));
    say(`pgbench: ${Math.round(pgbenchTps.at(-1)!)} tps`);
  };
  await runPgbench();
  const measured = await measureWholeWay(server, redis.url, { rounds: ROUNDS, seconds: SECONDS }, say);
  await runPgbench();
  return { wholeWay: measured, pgbenchTps };
}

const wanted = (part: string): boolean => options.only === undefined || options.only === part;

async function measure(server: TemporaryServer): Promise<Measured> {
  const payouts = wanted('payouts') ? await measurePayouts(server) : null;
  const searches = wanted('searches') ? await measureSearches(server, ROUNDS, say) : null;
  const whole = wanted('whole-way') ? await wholeWay(server) : null;
  return { payouts, searches, whole, server: await server.version() };
}

/** The bundled server, and the one that is installed on this machine, where there is one. */
function serversToMeasure(): [name: string, binaries: Binaries | null][] {
  const machine = machineBinaries();
  const servers: [string, Binaries | null][] = [['bundled', null]];
  if (machine !== null) servers.push(['machine', machine]);
  else say('there is no PostgreSQL in /usr/lib/postgresql: the bundled one is measured alone');
  return servers.filter(([name]) => options.server === undefined || options.server === name);
}

async function startServer(binaries: Binaries | null): Promise<TemporaryServer> {
  serverStarting = TemporaryServer.start(() => null, binaries);
  return serverStarting;
}

async function measureOn(name: string, binaries: Binaries | null): Promise<void> {
  const server = await startServer(binaries);
  const measured = await measure(server);
  const summary = summarise(measured);
  console.log(
    `\n${name === 'bundled' ? 'The bundled server' : 'The server of this machine, as it comes'}: ${measured.server}\n`,
  );
  printTables(summary, measured);
  const verified = (measured.payouts?.verifiedTransactions ?? 0) + (measured.whole?.wholeWay.transactions ?? 0);
  if (verified > 0) console.log(`\nAll ${verified.toLocaleString('en')} transactions verified.`);
  console.log(`Written to ${writeJson(name, measured.server, { summary, measured })}\n`);
  await redis?.stop();
  redis = null;
  await server.stop();
  serverStarting = null;
}

/** @returns whether this commit is slower than the other one */
async function compare(revision: string): Promise<boolean> {
  const found = OtherCommit.find(revision);
  say(`checks out and builds ${found.name}`);
  other = OtherCommit.checkOut(found);
  await other.build();
  const [, binaries] = serversToMeasure()[0]!;
  const server = await startServer(binaries);
  const compared = await compareWith(other, server, redisProgram!, { rounds: ROUNDS, seconds: SECONDS }, say);
  return reportComparison(other.name, compared, await server.version());
}

let stopping: Promise<void> | null = null;
/** Settled or not: a server that is just starting has to be stopped too. */
let serverStarting: Promise<TemporaryServer> | null = null;
let other: OtherCommit | null = null;
let redis: TemporaryRedis | null = null;

/** However the bench ends, nothing of it stays behind. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    await redis?.stop();
    await endAll();
    const server = await serverStarting?.catch(() => null);
    await server?.stop();
    other?.remove();
  })();
  return stopping;
}

function giveUp(why: string): void {
  console.error(why);
  void stop().finally(() => process.exit(1));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => giveUp(`${signal}: cleaning up …`));
setTimeout(() => giveUp('the bench took too long'), GIVE_UP_AFTER_MS).unref();

// Before anything that takes minutes.
const redisProgram = options.only === 'payouts' ? null : findRedis();
if (redisProgram === null && options.only !== 'payouts') {
  console.error(
    'make bench needs redis-server (or valkey-server) in the PATH: apt-get install redis-server, or brew install redis. ' +
      "Without it: make bench BENCH_ARGS='--only payouts'",
  );
  process.exit(1);
}

try {
  let isSlower = false;
  if (options.against !== undefined) isSlower = await compare(options.against);
  else for (const [name, binaries] of serversToMeasure()) await measureOn(name, binaries);
  await stop();
  process.exitCode = isSlower ? 1 : 0;
} catch (error) {
  if (stopping === null) console.error(error instanceof BenchRefusal ? error.message : error);
  await stop();
  process.exit(1);
}
