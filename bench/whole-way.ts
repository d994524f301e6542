import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicrosOf } from './cpu-time.js';
import { type BenchMerchant, makeMerchants, payoutOf, verify } from './merchants.js';
import { load, RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import type { Place, TemporaryServer } from './temporary-server.js';

const MERCHANTS = 50;
const CONNECTIONS = 64;

/** Longer than any queue here takes to drain. */
const DRAIN_TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** Payouts from the request to `completed`, with a bank that answers at once. */
export interface WholeWayRun {
  /** All payouts of the run, by the time from the first request to the last settlement. */
  readonly completedPerSecond: number;
  readonly accepted: number;
  readonly acceptedPerSecond: number;
  /** Of the requests meanwhile, in milliseconds. */
  readonly p99: number;
  /** From the last request until nothing is open any more. */
  readonly drainSeconds: number;
  /** CPU time for each payout, in microseconds; null where the machine does not tell. */
  readonly cpu: { readonly api: number | null; readonly worker: number | null };
}

/** Requests for one list, from many connections at once. */
export interface ListRun {
  readonly name: 'cached' | 'uncached';
  readonly perSecond: number;
  readonly p50: number;
}

export interface WholeWay {
  readonly runs: readonly WholeWayRun[];
  readonly lists: readonly ListRun[];
  readonly transactions: number;
}

/** One API and one worker on one PostgreSQL and one Redis. */
export async function measureWholeWay(
  server: TemporaryServer,
  redisUrl: string,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  say: (line: string) => void,
): Promise<WholeWay> {
  const place = await server.createPlace('bahi_bench_whole_way');
  const merchants = await makeMerchants(place, MERCHANTS);
  const environment = {
    ...{ ...place.environment, ...RATE_LIMITS_LIFTED },
    ...{ REDIS_URL: redisUrl, GATEWAYS: 'always-succeeds' },
  };
  const api = await ServiceProcess.start('api', environment);
  const worker = await ServiceProcess.start('worker', environment);
  const runOnce = (length: number): Promise<WholeWayRun> =>
    runToTheEnd(place, [api], [worker], merchants, { connections: CONNECTIONS, seconds: length });
  let accepted = (await runOnce(4)).accepted;
  const runs: WholeWayRun[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await runOnce(seconds);
    accepted += run.accepted;
    runs.push(run);
    say(
      `the whole way: ${Math.round(run.completedPerSecond)} completed/s, drained in ${run.drainSeconds.toFixed(1)} s`,
    );
  }
  await worker.stop();
  const lists = await runLists(place, api, merchants, { rounds, seconds }, say);
  await api.stop();
  const { transactions } = await verify(place, accepted);
  say(`verified ${transactions} transactions`);
  return { runs, lists, transactions };
}

/** Requests to all APIs, until the workers have seen to what they have left. */
export async function runToTheEnd(
  place: Place,
  apis: readonly ServiceProcess[],
  workers: readonly ServiceProcess[],
  merchants: readonly BenchMerchant[],
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<WholeWayRun> {
  const [apiCpu, workerCpu] = [cpuOf(apis), cpuOf(workers)];
  const start = performance.now();
  const requests = merchants.map(payoutOf);
  const ports = apis.map(({ port }) => port);
  const order = { ports, connections, seconds, requests, expectedStatus: 201 };
  const { accepted, perSecond, p99, otherStatuses } = await load(order);
  if (Object.keys(otherStatuses).length > 0) throw new Error(`payouts were answered ${JSON.stringify(otherStatuses)}`);
  const loaded = performance.now();
  await drained(place);
  const end = performance.now();
  const each = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : (to - from) / accepted;
  return {
    ...{ accepted, acceptedPerSecond: perSecond, p99 },
    completedPerSecond: accepted / ((end - start) / 1000),
    drainSeconds: (end - loaded) / 1000,
    cpu: { api: each(apiCpu, cpuOf(apis)), worker: each(workerCpu, cpuOf(workers)) },
  };
}

/** Of all of them together; null where the machine does not tell. */
function cpuOf(processes: readonly ServiceProcess[]): number | null {
  const each = processes.map(({ pid }) => cpuMicrosOf(pid));
  return each.includes(null) ? null : each.reduce<number>((sum, micros) => sum + micros!, 0);
}

/** @throws when a payout stays open, or did not come to the right end */
async function drained({ superuser }: Place): Promise<void> {
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

/** The first page of each merchant, from a service that keeps pages, and from one that has nowhere to keep them. */
async function runLists(
  place: Place,
  cached: ServiceProcess,
  merchants: readonly BenchMerchant[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  say: (line: string) => void,
): Promise<ListRun[]> {
  const uncached = await ServiceProcess.start('api', {
    ...{ ...place.environment, ...RATE_LIMITS_LIFTED },
    GATEWAYS: 'always-succeeds',
  });
  const requests = merchants.map(({ apiKey }) => ({
    method: 'GET' as const,
    path: '/api/v1/payouts?limit=20',
    apiKey,
  }));
  const runs: ListRun[] = [];
  for (let round = -1; round < rounds; round++) {
    for (const [name, api] of [['uncached', uncached] as const, ['cached', cached] as const]) {
      const order = {
        ports: [api.port],
        connections: 16,
        seconds: Math.min(seconds, 2),
        requests,
        expectedStatus: 200,
      };
      const { perSecond, p50, otherStatuses } = await load(order);
      if (Object.keys(otherStatuses).length > 0)
        throw new Error(`lists were answered ${JSON.stringify(otherStatuses)}`);
      // The first round finds cold code, and is not counted.
      if (round >= 0) runs.push({ name, perSecond, p50 });
    }
  }
  await uncached.stop();
  for (const { name, perSecond } of runs.slice(-2)) say(`GET /payouts, ${name}: ${Math.round(perSecond)}/s`);
  return runs;
}
