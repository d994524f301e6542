import { parseArgs } from 'node:util';
import { measureAccepting } from './accepting.js';
import { compareWith } from './against.js';
import { reportComparison } from './comparison.js';
import { writeJson } from './json-file.js';
import { machineBinaries } from './machine-postgres.js';
import { measureCrowds } from './crowds.js';
import { measureHistory } from './long-history.js';
import { OtherCommit } from './other-commit.js';
import { measureOverload } from './overload.js';
import { measureDistributed } from './distributed.js';
import { Pgbench } from './pgbench.js';
import { endAll } from './processes.js';
import { BenchRefusal } from './refusal.js';
import { type Measured, printRows, type Row, rowsOf } from './report.js';
import type { Binaries } from '../src/platform/embedded-postgres/binaries.js';
import { measureRedisCluster } from './redis-cluster.js';
import { measureSearches } from './searches.js';
import { findRedis, startRedis, type TemporaryRedis } from './temporary-redis.js';
import { measureWebhookCost } from './webhook-cost.js';
import { TemporaryServer } from './temporary-server.js';
import { measureWholeWay, type WholeWay } from './whole-way.js';

const PGBENCH_SCALE = 50;

/** No bench takes this long on any machine. */
const GIVE_UP_AFTER_MS = 40 * 60_000;
/** Nor does one with a history, which is filled first. */
const GIVE_UP_HISTORY_AFTER_MS = 6 * 60 * 60_000;

const { values: options } = parseArgs({
  options: {
    /**
     * How often each figure is measured; rounds alternate between the figures, so that a disturbance affects all of
     * them.
     */
    rounds: { type: 'string', default: '3' },
    /** Length of one run. */
    seconds: { type: 'string', default: '5' },
    /** Only one part: `payouts`, `whole-way` (with Redis), or `searches`, which is otherwise left out. */
    only: { type: 'string' },
    /** Only one server: `bundled`, or `machine`, the PostgreSQL that is installed here. */
    server: { type: 'string' },
    /** Measures another commit in turns with this one instead; exit code 1 if this one is slower. */
    against: { type: 'string' },
    /** Measures ten thousand payouts at once instead, of as many merchants and of one. */
    crowds: { type: 'boolean', default: false },
    /** Measures what ten million entries in the books change instead; `--history-entries` sets another number. */
    history: { type: 'boolean', default: false },
    'history-entries': { type: 'string', default: '10000000' },
    /** Measures three times as much load as the service can take instead. */
    overload: { type: 'boolean', default: false },
    /** Measures the cost of a Redis cluster compared with one server instead. */
    'redis-cluster': { type: 'boolean', default: false },
    /**
     * Measures the cost of distributed books instead: the superuser's address of a coordinator (Citus) that has nodes.
     */
    distributed: { type: 'string' },
    /** Measures the cost of webhooks of completed payouts instead. */
    webhooks: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(options.rounds);
const SECONDS = Number(options.seconds);

const began = Date.now();

function log(line: string): void {
  console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
}

const wanted = (part: string): boolean => options.only === undefined || options.only === part;

async function preparePgbench(server: TemporaryServer): Promise<Pgbench | null> {
  await server.createDatabase('pgbench');
  const pgbench = await Pgbench.prepare(server.superuserUrl, PGBENCH_SCALE, 'pgbench');
  log(pgbench === null ? 'there is no pgbench on this machine (apt: postgresql-contrib)' : 'pgbench is ready');
  return pgbench;
}

async function measureWhole(server: TemporaryServer, pgbench: Pgbench | null): Promise<WholeWay> {
  redis = await startRedis(redisProgram!);
  const tps = async (): Promise<number> => pgbench!.tps(SECONDS);
  const tools = { rounds: ROUNDS, seconds: SECONDS, pgbench: pgbench === null ? null : tps, print: log };
  const measured = await measureWholeWay(server, redis.url, tools);
  await redis.stop();
  redis = null;
  return measured;
}

/** The bundled server, and the one that is installed on this machine, if there is one. */
function serversToMeasure(): [name: string, binaries: Binaries | null][] {
  const machine = machineBinaries();
  const servers: [string, Binaries | null][] = [['bundled', null]];
  if (machine !== null) servers.push(['machine', machine]);
  else log('there is no PostgreSQL in /usr/lib/postgresql: the bundled one is measured alone');
  return servers.filter(([name]) => options.server === undefined || options.server === name);
}

async function startServer(binaries: Binaries | null): Promise<TemporaryServer> {
  serverStarting = TemporaryServer.start(() => null, binaries);
  return serverStarting;
}

/** Each part is printed as soon as it is measured; the last table contains all of them. */
async function measureOn(name: string, binaries: Binaries | null): Promise<void> {
  const server = await startServer(binaries);
  const version = await server.version();
  const pgbench = wanted('payouts') || wanted('whole-way') ? await preparePgbench(server) : null;
  const tools = { rounds: ROUNDS, seconds: SECONDS, pgbench, print: log };
  const payouts = wanted('payouts') ? await measureAccepting(server, tools) : null;
  if (payouts !== null && wanted('whole-way')) print(name, version, { payouts, whole: null, searches: null });
  const whole = wanted('whole-way') ? await measureWhole(server, pgbench) : null;
  const searches = options.only === 'searches' ? await measureSearches(server, ROUNDS, log) : null;
  const measured = { payouts, whole, searches };
  const rows = print(name, version, measured);
  const verified = (payouts?.transactions ?? 0) + (whole?.transactions ?? 0);
  if (verified > 0) console.log(`All ${verified.toLocaleString('en')} transactions verified.`);
  console.log(`Written to ${writeJson(name, version, { rows, measured })}\n`);
  await server.stop();
  serverStarting = null;
}

function print(name: string, version: string, measured: Measured): Row[] {
  const rows = rowsOf(measured);
  console.log(
    `\n${name === 'bundled' ? 'The bundled server' : 'The server of this machine, as it comes'}: ${version}\n`,
  );
  printRows(rows);
  return rows;
}

/** @returns whether this commit is slower than the other one */
async function compare(revision: string): Promise<boolean> {
  const found = OtherCommit.find(revision);
  log(`checks out and builds ${found.name}`);
  other = OtherCommit.checkOut(found);
  await other.build();
  const [, binaries] = serversToMeasure()[0]!;
  const server = await startServer(binaries);
  const compared = await compareWith(other, server, redisProgram!, { rounds: ROUNDS, seconds: SECONDS }, log);
  return reportComparison(other.name, compared, await server.version());
}

/** @param part its name in the results */
async function measureAlone(part: string, measure: (server: TemporaryServer) => Promise<Row[]>): Promise<void> {
  for (const [name, binaries] of serversToMeasure()) {
    const server = await startServer(binaries);
    const version = await server.version();
    const rows = await measure(server);
    console.log(`\n${version}\n`);
    printRows(rows);
    console.log(`Written to ${writeJson(`${part}-${name}`, version, { rows })}\n`);
    await server.stop();
    serverStarting = null;
  }
}

let stopping: Promise<void> | null = null;
/** Settled or not: a server that is still starting has to be stopped too. */
let serverStarting: Promise<TemporaryServer> | null = null;
let other: OtherCommit | null = null;
let redis: TemporaryRedis | null = null;

/** However the bench ends, it leaves nothing behind. */
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
const giveUpAfterMs = options.history ? GIVE_UP_HISTORY_AFTER_MS : GIVE_UP_AFTER_MS;
setTimeout(() => giveUp('the bench took too long'), giveUpAfterMs).unref();

// Checked before anything that takes minutes.
const isAlone = options.overload || options.history || options.crowds;
const needsRedis = !isAlone && options.only !== 'payouts' && options.only !== 'searches';
const redisProgram = needsRedis ? findRedis() : null;
if (redisProgram === null && needsRedis) {
  console.error(
    'make bench needs redis-server (or valkey-server) in the PATH: apt-get install redis-server, or brew install redis. ' +
      "Without it: make bench BENCH_ARGS='--only payouts'",
  );
  process.exit(1);
}

try {
  let isSlower = false;
  if (options.against !== undefined) isSlower = await compare(options.against);
  else if (options.overload)
    await measureAlone('overload', (server) => measureOverload(server, { rounds: ROUNDS, seconds: SECONDS }, log));
  else if (options['redis-cluster'])
    await measureAlone('redis-cluster', (server) =>
      measureRedisCluster(server, redisProgram!, { rounds: ROUNDS, seconds: SECONDS }, log),
    );
  else if (options.distributed !== undefined)
    await measureAlone('distributed', (server) =>
      measureDistributed(server, options.distributed!, redisProgram!, { rounds: ROUNDS, seconds: SECONDS, print: log }),
    );
  else if (options.webhooks)
    await measureAlone('webhooks', (server) =>
      measureWebhookCost(server, redisProgram!, { rounds: ROUNDS, seconds: SECONDS }, log),
    );
  else if (options.crowds) await measureAlone('crowds', (server) => measureCrowds(server, ROUNDS, log));
  else if (options.history)
    await measureAlone('history', (server) =>
      measureHistory(server, {
        rounds: ROUNDS,
        seconds: SECONDS,
        entries: Number(options['history-entries']),
        print: log,
      }),
    );
  else for (const [name, binaries] of serversToMeasure()) await measureOn(name, binaries);
  await stop();
  process.exitCode = isSlower ? 1 : 0;
} catch (error) {
  if (stopping === null) console.error(error instanceof BenchRefusal ? error.message : error);
  await stop();
  process.exit(1);
}
