import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicrosOf, residentMegabytesOf, together } from './cpu-time.js';
import { type BenchMerchant, makeMerchants, payoutOf, verify } from './merchants.js';
import { load, RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import type { Place, TemporaryServer } from './temporary-server.js';

const MERCHANTS = 50;
const MANY_MERCHANTS = 5_000;
export const CONNECTIONS = 64;

/** Longer than any queue takes to drain here. */
const DRAIN_TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** Code that runs for the first time is slow. */
const WARM_UP_SECONDS = 4;

/**
 * The length of the runs whose payouts wait for a worker, which then takes longer to process them than they took to
 * arrive.
 */
const SECONDS_WITHOUT_WORKER = 2;

/** Payouts from the request to `completed`, with a bank that answers at once. */
export interface WholeWayRun {
  /** All payouts of the run, divided by the time from the first request to the last settlement. */
  readonly completedPerSecond: number;
  readonly accepted: number;
  readonly acceptedPerSecond: number;
  /** Latencies of the requests, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** From the last request until nothing is open any more. */
  readonly drainSeconds: number;
  /** CPU time for each payout, in microseconds; null if the machine does not report it. */
  readonly cpu: { readonly api: number | null; readonly worker: number | null };
}

/** Requests for one list, from many connections at once. */
export interface ListRun {
  readonly name: 'cached' | 'uncached';
  readonly perSecond: number;
  readonly p50: number;
}

/** Several runs of one kind, and pgbench in turn with them. */
export interface Way {
  readonly runs: readonly WholeWayRun[];
  /** Empty if there is no pgbench. */
  readonly pgbenchTps: readonly number[];
}

export interface WholeWay {
  /** On Redis with one API and one worker, unless the name says otherwise. */
  readonly ways: Readonly<Record<'fifty' | 'one' | 'many' | 'twoAndTwo' | 'onPostgres', Way>>;
  /** Milliseconds, for requests to the API of the runs above before there was a worker. */
  readonly p99WithoutWorker: readonly number[];
  /** API and worker together after the runs with 50 merchants; null if the machine does not report it. */
  readonly residentMegabytes: number | null;
  readonly lists: readonly ListRun[];
  readonly transactions: number;
}

export interface Tools {
  readonly rounds: number;
  readonly seconds: number;
  /** Null if there is no pgbench. */
  readonly pgbench: (() => Promise<number>) | null;
  readonly print: (line: string) => void;
}

/** Payouts from the request to the end, and lists, on one PostgreSQL. */
export async function measureWholeWay(server: TemporaryServer, redisUrl: string, tools: Tools): Promise<WholeWay> {
  const overRedis = await onRedis(server, redisUrl, tools);
  const onPostgres = await onPostgresQueues(server, tools);
  return {
    ...overRedis,
    ways: { ...overRedis.ways, onPostgres: onPostgres.way },
    transactions: overRedis.transactions + onPostgres.transactions,
  };
}

async function onRedis(server: TemporaryServer, redisUrl: string, tools: Tools) {
  const place = await server.createPlace('bahi_bench_whole_way');
  const fifty = await makeMerchants(place, MERCHANTS);
  const many = await makeMerchants(place, MANY_MERCHANTS);
  tools.print(`made ${MANY_MERCHANTS.toLocaleString('en')} merchants`);
  const environment = { ...environmentOf(place), REDIS_URL: redisUrl };
  const api = await ServiceProcess.start('api', environment);
  const unattended = await withoutWorker(api, fifty, tools);
  const worker = await ServiceProcess.start('worker', environment);
  await drained(place);
  const ways = new Ways(place, tools, unattended.accepted);
  await ways.warmUp([api], [worker], fifty);
  const ofFifty = await ways.measure('the whole way', [api], [worker], fifty);
  const residentMegabytes = together(pidsOf([api, worker]), residentMegabytesOf);
  const ofOne = await ways.measure('the whole way, one merchant', [api], [worker], fifty.slice(0, 1));
  const ofMany = await ways.measure(`the whole way, ${MANY_MERCHANTS} merchants`, [api], [worker], many);
  const second = [await ServiceProcess.start('api', environment), await ServiceProcess.start('worker', environment)];
  const two = { apis: [api, second[0]!], workers: [worker, second[1]!] };
  await ways.warmUp(two.apis, two.workers, fifty);
  const twoAndTwo = await ways.measure('the whole way, two APIs and two workers', two.apis, two.workers, fifty);
  for (const process of [worker, ...second]) await process.stop();
  const lists = await runLists(place, api, fifty, tools);
  await api.stop();
  return {
    ways: { fifty: ofFifty, one: ofOne, many: ofMany, twoAndTwo },
    ...{ p99WithoutWorker: unattended.p99, residentMegabytes, lists, transactions: await ways.verify() },
  };
}

/** As `make start` runs, except that there are two processes here. */
async function onPostgresQueues(server: TemporaryServer, tools: Tools): Promise<{ way: Way; transactions: number }> {
  const place = await server.createPlace('bahi_bench_postgres_queues');
  const merchants = await makeMerchants(place, MERCHANTS);
  const api = await ServiceProcess.start('api', environmentOf(place));
  const worker = await ServiceProcess.start('worker', environmentOf(place));
  const ways = new Ways(place, tools, 0);
  await ways.warmUp([api], [worker], merchants);
  const way = await ways.measure('the whole way, queues on PostgreSQL', [api], [worker], merchants);
  for (const process of [worker, api]) await process.stop();
  return { way, transactions: await ways.verify() };
}

export function environmentOf({ environment }: Place): Record<string, string> {
  return { ...environment, ...RATE_LIMITS_LIFTED, GATEWAYS: 'always-succeeds' };
}

/** The measurements on one place, whose payouts are counted. */
class Ways {
  constructor(
    private readonly place: Place,
    private readonly tools: Tools,
    private accepted: number,
  ) {}

  async warmUp(
    apis: readonly ServiceProcess[],
    workers: readonly ServiceProcess[],
    merchants: readonly BenchMerchant[],
  ): Promise<void> {
    await this.run(apis, workers, merchants, Math.min(WARM_UP_SECONDS, this.tools.seconds));
  }

  async measure(
    name: string,
    apis: readonly ServiceProcess[],
    workers: readonly ServiceProcess[],
    merchants: readonly BenchMerchant[],
  ): Promise<Way> {
    const { rounds, seconds, pgbench, print } = this.tools;
    const [runs, pgbenchTps]: [WholeWayRun[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      if (pgbench !== null) pgbenchTps.push(await pgbench());
      const run = await this.run(apis, workers, merchants, seconds);
      runs.push(run);
      print(`${name}: ${Math.round(run.completedPerSecond)} completed/s, drained in ${run.drainSeconds.toFixed(1)} s`);
    }
    return { runs, pgbenchTps };
  }

  /** @returns the transactions in the books @throws if the books are not correct */
  async verify(): Promise<number> {
    const { transactions } = await verify(this.place, this.accepted);
    this.tools.print(`verified ${transactions} transactions`);
    return transactions;
  }

  private async run(
    apis: readonly ServiceProcess[],
    workers: readonly ServiceProcess[],
    merchants: readonly BenchMerchant[],
    seconds: number,
  ): Promise<WholeWayRun> {
    const run = await runToTheEnd(this.place, apis, workers, merchants, { connections: CONNECTIONS, seconds });
    this.accepted += run.accepted;
    return run;
  }
}

async function withoutWorker(
  api: ServiceProcess,
  merchants: readonly BenchMerchant[],
  { rounds, seconds }: Tools,
): Promise<{ p99: number[]; accepted: number }> {
  const p99: number[] = [];
  let accepted = 0;
  for (let round = -1; round < rounds; round++) {
    const run = await payOut([api], merchants, CONNECTIONS, Math.min(seconds, SECONDS_WITHOUT_WORKER));
    accepted += run.accepted;
    if (round >= 0) p99.push(run.p99);
  }
  return { p99, accepted };
}

/** @throws if anything but a 201 was answered */
async function payOut(
  apis: readonly ServiceProcess[],
  merchants: readonly BenchMerchant[],
  connections: number,
  seconds: number,
) {
  const requests = merchants.map(payoutOf);
  const ports = apis.map(({ port }) => port);
  const { otherStatuses, ...run } = await load({ ports, connections, seconds, requests, expectedStatus: 201 });
  if (Object.keys(otherStatuses).length > 0) throw new Error(`payouts were answered ${JSON.stringify(otherStatuses)}`);
  return run;
}

const pidsOf = (processes: readonly ServiceProcess[]): number[] => processes.map(({ pid }) => pid);

/** Sends requests to all APIs, and waits until the workers have completed everything. */
export async function runToTheEnd(
  place: Place,
  apis: readonly ServiceProcess[],
  workers: readonly ServiceProcess[],
  merchants: readonly BenchMerchant[],
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<WholeWayRun> {
  const cpuOf = (processes: readonly ServiceProcess[]): number | null => together(pidsOf(processes), cpuMicrosOf);
  const [apiCpu, workerCpu] = [cpuOf(apis), cpuOf(workers)];
  const start = performance.now();
  const { accepted, perSecond, p50, p99 } = await payOut(apis, merchants, connections, seconds);
  const loaded = performance.now();
  await drained(place);
  const end = performance.now();
  const each = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : (to - from) / accepted;
  return {
    ...{ accepted, acceptedPerSecond: perSecond, p50, p99 },
    completedPerSecond: accepted / ((end - start) / 1000),
    drainSeconds: (end - loaded) / 1000,
    cpu: { api: each(apiCpu, cpuOf(apis)), worker: each(workerCpu, cpuOf(workers)) },
  };
}

/** @throws if a payout stays open, or did not end as it should */
export async function drained({ superuser }: Place): Promise<void> {
  const giveUpAt = performance.now() + DRAIN_TIMEOUT_MS;
  for (;;) {
    const [row] = await superuser.query<{ open: boolean }>(
      'SELECT EXISTS (SELECT FROM payouts WHERE next_attempt_at IS NOT NULL) AS open',
    );
    if (!row!.open) break;
    if (performance.now() > giveUpAt) throw new Error('the queue has not drained');
    await pause(LOOK_EVERY_MS);
  }
  const [wrong] = await superuser.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM payouts WHERE status <> 'completed'`,
  );
  if (wrong!.count > 0) throw new Error(`${wrong!.count} payouts were not completed`);
}

/** The first page of each merchant, from a service that caches pages, and from one that has nowhere to cache them. */
async function runLists(
  place: Place,
  cached: ServiceProcess,
  merchants: readonly BenchMerchant[],
  { rounds, seconds, print }: Tools,
): Promise<ListRun[]> {
  const uncached = await ServiceProcess.start('api', environmentOf(place));
  const requests = merchants.map(({ apiKey }) => ({
    method: 'GET' as const,
    path: '/api/v1/payouts?limit=20',
    apiKey,
  }));
  const runs: ListRun[] = [];
  for (let round = -1; round < rounds; round++) {
    for (const [name, api] of [['uncached', uncached] as const, ['cached', cached] as const]) {
      const ports = [api.port];
      const order = { ports, connections: 16, seconds: Math.min(seconds, 2), requests, expectedStatus: 200 };
      const { perSecond, p50, otherStatuses } = await load(order);
      if (Object.keys(otherStatuses).length > 0)
        throw new Error(`lists were answered ${JSON.stringify(otherStatuses)}`);
      // The first round runs with cold code, and is not counted.
      if (round >= 0) runs.push({ name, perSecond, p50 });
    }
  }
  await uncached.stop();
  for (const { name, perSecond } of runs.slice(-2)) print(`GET /payouts, ${name}: ${Math.round(perSecond)}/s`);
  return runs;
}
