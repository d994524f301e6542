import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicrosOf, residentMegabytesOf, serverCpuMicros } from './cpu-time.js';
import { ExactLatencies } from './exact-latencies.js';
import { type BenchMerchant, makeMerchants, payoutOf, verify } from './merchants.js';
import { median } from './median.js';
import { runPayouts } from './payout-load.js';
import { flood, RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import type { Row } from './report.js';
import type { Place, TemporaryServer } from './temporary-server.js';

const MERCHANTS = 50;
const CONNECTIONS = 256;
const TIMES = 3;

/** More than the service queues, so that the service decides what is answered. */
const FLOOD_CONNECTIONS = 3_000;

/** During a flood, one request of each kind that is never refused is sent this often. */
const OTHERS_EVERY_MS = 50;

/** Requests that are never refused. Their answers take longer during a flood; what counts is that they arrive. */
interface Others {
  readonly health: ExactLatencies;
  readonly cancels: ExactLatencies;
}

interface Flooded {
  readonly best: number;
  readonly accepted: number;
  readonly acceptedP99: number;
  readonly refused: number;
  readonly p99: number;
  readonly memory: number;
  readonly cpuOfPayout: number;
  readonly cpuOfRefusal: number;
  readonly cores: Cores;
  readonly coresAtBest: Cores;
}

/** CPU time divided by elapsed time: 1 is one whole core. */
interface Cores {
  readonly generator: number;
  readonly api: number;
  readonly server: number;
}

/**
 * Three times as many payouts as the service can take, together with requests that are never refused.
 * @throws if anything but 201 and 503 was answered, one of the other requests was refused, or a payout was lost
 */
export async function measureOverload(
  server: TemporaryServer,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  print: (line: string) => void,
): Promise<Row[]> {
  const place = await server.createPlace('bahi_bench_overload');
  const merchants = await makeMerchants(place, MERCHANTS);
  const api = await ServiceProcess.start('api', { ...place.environment, ...RATE_LIMITS_LIFTED });
  const scenario = { name: 'as fast as it can', connections: CONNECTIONS, merchants: MERCHANTS, seconds };
  let accepted = (await runPayouts(place, [api], merchants, { ...scenario, seconds: 4 })).accepted;
  const floods: Flooded[] = [];
  const others: Others = { health: new ExactLatencies(), cancels: new ExactLatencies() };
  for (let round = 0; round < rounds; round++) {
    const best = await runPayouts(place, [api], merchants, scenario);
    const toCancel = await makePayouts(api, merchants);
    const perSecond = TIMES * best.perSecond;
    const order = { port: api.port, perSecond, seconds: 2 * seconds, connections: FLOOD_CONNECTIONS };
    const before = await cpuOf(place, api);
    const running = flood({ ...order, requests: merchants.map(payoutOf) });
    const watched = askOthers(api, toCancel, 2 * seconds, others);
    const { answers, notSent, cpuMicros } = await running;
    const memory = await watched;
    const after = await cpuOf(place, api);
    const cpu = { api: after.api - before.api, server: after.server - before.server, generator: cpuMicros };
    const { 201: taken, 503: refused, ...rest } = answers;
    if (Object.keys(rest).length > 0) throw new Error(`a flood was answered ${JSON.stringify(answers)}`);
    accepted += best.accepted + toCancel.length + (taken?.count ?? 0);
    const of = (answer: typeof taken) => answer ?? { perSecond: 0, p99: 0 };
    floods.push({
      ...{ best: best.perSecond, accepted: of(taken).perSecond, acceptedP99: of(taken).p99 },
      ...{ refused: of(refused).perSecond, p99: of(refused).p99, memory },
      // The rest of the API's time, assuming that each accepted payout took as much as without a flood.
      cpuOfRefusal: (cpu.api - (taken?.count ?? 0) * (best.cpu.api ?? NaN)) / (refused?.count ?? NaN),
      cpuOfPayout: best.cpu.api ?? NaN,
      cores: coresOf(cpu, 2 * seconds),
      coresAtBest: coresOf(
        { api: best.cpu.api ?? NaN, server: best.cpu.server ?? NaN, generator: best.cpu.load },
        1 / best.perSecond,
      ),
    });
    print(
      `best ${Math.round(best.perSecond)}/s; flooded: ${Math.round(of(taken).perSecond)} accepted/s, ` +
        `${Math.round(of(refused).perSecond)} refused/s with p99 ${of(refused).p99.toFixed(1)} ms, ${notSent} not sent`,
    );
  }
  await api.stop();
  const { transactions } = await verify(place, accepted);
  print(`verified ${transactions} transactions: no payout that was answered with 201 is lost`);
  return rowsOf(floods, others);
}

async function cpuOf({ superuser }: Place, api: ServiceProcess): Promise<{ api: number; server: number }> {
  return { api: cpuMicrosOf(api.pid) ?? NaN, server: (await serverCpuMicros(superuser)) ?? NaN };
}

function coresOf(micros: Cores, seconds: number): Cores {
  const each = (ofOne: number): number => ofOne / 1e6 / seconds;
  return { generator: each(micros.generator), api: each(micros.api), server: each(micros.server) };
}

function rowsOf(floods: readonly Flooded[], others: Others): Row[] {
  const of = (figure: (round: Flooded) => number): number => median(floods.map(figure));
  const inFlight = FLOOD_CONNECTIONS;
  const [best, flooded] = [of((round) => round.best), of((round) => round.accepted)];
  return [
    {
      ...{ figure: 'accepted/s, three times too many; beside it the best', inFlight, ours: flooded, beside: best },
      ...{ ratio: flooded / best, target: '≥ 0.8', p99: of((round) => round.acceptedP99) },
    },
    { figure: 'refused/s (503)', inFlight, ours: of((round) => round.refused) },
    {
      ...{ figure: 'API µs of a refusal; beside it of a payout', inFlight, target: '≤ 0.1' },
      ...{ ours: of((round) => round.cpuOfRefusal), beside: of((round) => round.cpuOfPayout) },
      ratio: of((round) => round.cpuOfRefusal) / of((round) => round.cpuOfPayout),
    },
    { figure: 'p99 ms of a refusal', inFlight, ours: of((round) => round.p99), target: '≤ 100' },
    { figure: 'most resident MB of the API', inFlight, ours: of((round) => round.memory) },
    ...(['generator', 'api', 'server'] as const).map((who) => ({
      figure: `cores that the ${NAMES[who]} takes; beside it at the best`,
      inFlight,
      ours: of(({ cores }) => cores[who]),
      beside: of(({ coresAtBest }) => coresAtBest[who]),
    })),
    ...[['GET /health', others.health] as const, ['a cancel', others.cancels] as const].map(([what, latencies]) => {
      const [p50, p99] = latencies.percentiles(0.5, 0.99);
      return { figure: `p50 ms of ${what} meanwhile, none refused`, inFlight: 1, ours: p50!, p99: p99! };
    }),
  ];
}

const NAMES: Readonly<Record<keyof Cores, string>> = {
  generator: 'load generator',
  api: 'API',
  server: 'PostgreSQL server',
};

interface Made {
  readonly path: string;
  readonly apiKey: string;
}

async function makePayouts(api: ServiceProcess, merchants: readonly BenchMerchant[]): Promise<Made[]> {
  const made: Made[] = [];
  for (const merchant of merchants) {
    const { path, body, apiKey } = payoutOf(merchant);
    const headers = {
      'x-api-key': apiKey,
      'content-type': 'application/json',
      'idempotency-key': `cancel ${made.length} ${Date.now()}`,
    };
    const answer = await fetch(`http://127.0.0.1:${api.port}${path}`, { method: 'POST', headers, body: body! });
    if (answer.status !== 201) throw new Error(`a payout was answered ${answer.status}`);
    made.push({ path: `${path}/${((await answer.json()) as { id: string }).id}/cancel`, apiKey });
  }
  return made;
}

/** @returns the most memory that the API had meanwhile, in megabytes */
async function askOthers(
  api: ServiceProcess,
  toCancel: readonly Made[],
  seconds: number,
  others: Others,
): Promise<number> {
  const until = performance.now() + 1_000 * seconds;
  let memory = 0;
  for (let i = 0; performance.now() < until; i++) {
    memory = Math.max(memory, residentMegabytesOf(api.pid) ?? NaN);
    others.health.add(await timed(api, 'GET', '/health', {}));
    // Once cancelled, each further cancellation is answered without a write.
    const { path, apiKey } = toCancel[i % toCancel.length]!;
    others.cancels.add(await timed(api, 'POST', path, { 'x-api-key': apiKey }));
    await pause(OTHERS_EVERY_MS);
  }
  return memory;
}

async function timed(
  api: ServiceProcess,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  const sentAt = performance.now();
  const answer = await fetch(`http://127.0.0.1:${api.port}${path}`, { method, headers });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${method} ${path} was answered ${answer.status} under load`);
  return performance.now() - sentAt;
}
