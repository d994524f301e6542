import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicrosOf, together } from './cpu-time.js';
import { median } from './median.js';
import { type BenchMerchant, makeMerchants, verify } from './merchants.js';
import { PatientClient } from './patient-client.js';
import { ServiceProcess } from './processes.js';
import type { Row } from './report.js';
import { startRedis } from './temporary-redis.js';
import type { TemporaryServer } from './temporary-server.js';
import { addEndpoint, SETTINGS } from './trial-customers.js';
import { environmentOf, runToTheEnd } from './whole-way.js';

const MERCHANTS = 50;
const CONNECTIONS = 64;

/** Longer than it takes to send everything. */
const DELIVERED_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** Per second, from the first request to the last completion or delivery. */
interface Rates {
  readonly accepted: number;
  readonly completed: number;
  /** Up to the last webhook that has arrived; the same as `completed` without webhooks. */
  readonly delivered: number;
  /**
   * Processor time of API and worker for each payout, until everything is delivered; null if the machine does not
   * report it.
   */
  readonly micros: number | null;
}

/** Accepts every webhook at once, in this process, which has little else to do. */
class Listener {
  readonly ids = new Set<string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Listener> {
    const server = createServer((request, response) => {
      listener.ids.add(String(request.headers['webhook-id']));
      request.resume().on('end', () => response.writeHead(204).end());
    });
    const listener = new Listener(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return listener;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** @throws if some never arrive */
  async has(count: number): Promise<void> {
    const giveUpAt = performance.now() + DELIVERED_WITHIN_MS;
    while (this.ids.size < count) {
      if (performance.now() > giveUpAt) throw new Error(`${count - this.ids.size} webhooks never came`);
      await pause(LOOK_EVERY_MS);
    }
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/**
 * From the request to `completed`, with events kept, for merchants without an endpoint and for merchants with one each
 * for `payout.completed`, in turns: one API, one worker and one Redis. The receivers are on the same machine.
 * @param program redis-server
 */
export async function measureWebhookCost(
  server: TemporaryServer,
  program: string,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  print: (line: string) => void,
): Promise<Row[]> {
  const redis = await startRedis(program);
  const listener = await Listener.start();
  const ways = [];
  for (const [name, hasEndpoints] of [['no endpoint', false] as const, ['an endpoint each', true] as const]) {
    const place = await server.createPlace(`bahi_bench_webhooks_${hasEndpoints}`);
    const environment = {
      ...{ ...SETTINGS, ...environmentOf(place), REDIS_URL: redis.url, REDIS_KEY_PREFIX: `bench-${hasEndpoints}` },
    };
    const merchants = await makeMerchants(place, MERCHANTS);
    if (hasEndpoints) await giveEndpoints(environment, merchants, listener.url);
    ways.push({ name, hasEndpoints, place, environment, merchants, accepted: 0, rates: [] as Rates[] });
  }
  // The first round runs with cold code, and is not counted.
  for (let round = 0; round <= rounds; round++)
    for (const way of ways) {
      const [api, worker] = [
        await ServiceProcess.start('api', way.environment),
        await ServiceProcess.start('worker', way.environment),
      ];
      const cpu = (): number | null => together([api.pid, worker.pid], cpuMicrosOf);
      const [began, used] = [performance.now(), cpu()];
      const run = await runToTheEnd(way.place, [api], [worker], way.merchants, { connections: CONNECTIONS, seconds });
      way.accepted += run.accepted;
      if (way.hasEndpoints) await listener.has(way.accepted);
      const delivered = way.hasEndpoints ? run.accepted / ((performance.now() - began) / 1000) : run.completedPerSecond;
      const usedNow = cpu();
      const micros = used === null || usedNow === null ? null : (usedNow - used) / run.accepted;
      const rates = { accepted: run.acceptedPerSecond, completed: run.completedPerSecond, delivered, micros };
      for (const process of [worker, api]) await process.stop();
      print(
        `${way.name}: ${Math.round(rates.accepted)} accepted, ${Math.round(rates.completed)} completed, ` +
          `${Math.round(delivered)} delivered/s, ${Math.round(micros ?? 0)} µs each, load ${loadavg()[0]!.toFixed(1)}`,
      );
      if (round > 0) way.rates.push(rates);
    }
  for (const { place, accepted } of ways) await verify(place, accepted);
  listener.stop();
  await redis.stop();
  return rowsOf(ways[1]!.rates, ways[0]!.rates);
}

async function giveEndpoints(
  environment: Record<string, string>,
  merchants: readonly BenchMerchant[],
  url: string,
): Promise<void> {
  const api = await ServiceProcess.start('api', environment);
  const client = new PatientClient(api.port);
  for (const merchant of merchants) await addEndpoint(client, merchant, url, 'payout.completed');
  await api.stop();
}

function rowsOf(withEndpoints: readonly Rates[], without: readonly Rates[]): Row[] {
  const row = (figure: string, of: (rates: Rates) => number): Row => {
    const [ours, beside] = [median(withEndpoints.map(of)), median(without.map(of))];
    return {
      figure: `${figure}, an endpoint each; beside it none`,
      inFlight: CONNECTIONS,
      ours,
      beside,
      ratio: ours / beside,
    };
  };
  return [
    row('accepted/s', ({ accepted }) => accepted),
    row('completed/s', ({ completed }) => completed),
    row('delivered/s', ({ delivered }) => delivered),
    row('µs of API and worker a payout', ({ micros }) => micros ?? NaN),
  ];
}
