import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { Database } from '../src/platform/database/connections/database.js';
import { distribute } from '../src/platform/database/schema/distribute.js';
import { migrate } from '../src/platform/database/schema/migrate.js';
import { createDatabaseOnNodes } from './citus-database.js';
import { median } from './median.js';
import { serverCpuMicros } from './cpu-time.js';
import { makeMerchants, verify } from './merchants.js';
import { runPayouts } from './payout-load.js';
import { RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import type { Row } from './report.js';
import { startRedis } from './temporary-redis.js';
import type { Place, TemporaryServer } from './temporary-server.js';

const MERCHANTS = 50;
const CONNECTIONS = 128;
const SHARDS = [4, 32];

/** Code that runs for the first time is slow. */
const WARM_UP_SECONDS = 4;

/** Payouts per second, and processor time of the API and of all servers for each of them. */
interface Run {
  readonly perSecond: number;
  readonly api: number;
  readonly servers: number;
}

interface Tools {
  readonly rounds: number;
  readonly seconds: number;
  readonly print: (line: string) => void;
}

/** A place on nodes, and how to remove it. */
interface DistributedPlace extends Place {
  readonly nodes: readonly Database[];
  drop(): Promise<void>;
}

/**
 * Payouts up to their 201 on one PostgreSQL and on distributed books, with one API each, in turns; the order alternates
 * between rounds. If all servers share a machine, it shows only the cost of distribution, since nothing can be gained
 * there.
 * @param coordinator a superuser's address of a coordinator that has nodes
 * @param program redis-server
 */
export async function measureDistributed(
  server: TemporaryServer,
  coordinator: string,
  program: string,
  { rounds, seconds, print }: Tools,
): Promise<Row[]> {
  const redis = await startRedis(program);
  const distributed: DistributedPlace[] = [];
  const apis: ServiceProcess[] = [];
  try {
    const plain = { ...(await server.createPlace('bahi_bench_plain')), nodes: [] };
    for (const shards of SHARDS) distributed.push(await placeOnNodes(coordinator, shards));
    const places = [plain, ...distributed];
    const names = ['one PostgreSQL', ...SHARDS.map((shards) => `${shards} shards`)];
    const ways = [];
    for (const [n, place] of places.entries()) {
      const merchants = await makeMerchants(place, MERCHANTS);
      const own = { REDIS_URL: redis.url, REDIS_KEY_PREFIX: `bench-${n}` };
      const api = await ServiceProcess.start('api', { ...place.environment, ...RATE_LIMITS_LIFTED, ...own });
      apis.push(api);
      const scenario = { name: names[n]!, connections: CONNECTIONS, merchants: MERCHANTS, seconds };
      const { accepted } = await runPayouts(place, [api], merchants, { ...scenario, seconds: WARM_UP_SECONDS });
      ways.push({ place, merchants, api, scenario, accepted, runs: [] as Run[] });
    }
    for (let round = 0; round < rounds; round++)
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
        const before = await nodesCpuMicros(way.place.nodes);
        const { perSecond, accepted, cpu } = await runPayouts(way.place, [way.api], way.merchants, way.scenario);
        const onNodes = ((await nodesCpuMicros(way.place.nodes)) - before) / accepted;
        const run = { perSecond, api: cpu.api ?? NaN, servers: (cpu.server ?? NaN) + onNodes };
        way.accepted += accepted;
        way.runs.push(run);
        const used = `µs each: API ${Math.round(run.api)}, servers ${Math.round(run.servers)}`;
        print(`${way.scenario.name}: ${Math.round(perSecond)} accepted/s, ${used}, load ${loadavg()[0]!.toFixed(1)}`);
      }
    for (const api of apis.splice(0)) await api.stop();
    for (const { place, accepted } of ways) await verify(place, accepted);
    return rowsOf(ways);
  } finally {
    for (const api of apis) await api.stop();
    for (const place of distributed) await place.drop();
    await redis.stop();
  }
}

async function placeOnNodes(coordinator: string, shards: number): Promise<DistributedPlace> {
  const name = `bahi_bench_${randomBytes(6).toString('hex')}`;
  const created = await createDatabaseOnNodes(new URL(coordinator), name);
  const { superuserUrl, ownerUrl, appUrl, adminUrl, nodeUrls, drop } = created;
  try {
    await migrate(ownerUrl);
    await distribute(ownerUrl, shards, () => undefined);
  } catch (error) {
    await drop();
    throw error;
  }
  const superuser = new Database(superuserUrl, 1);
  const nodes = nodeUrls.map((url) => new Database(url, 1));
  return {
    environment: { DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl, ADMIN_DATABASE_URL: adminUrl },
    superuser,
    nodes,
    drop: async () => {
      for (const database of [superuser, ...nodes]) await database.close();
      await drop();
    },
  };
}

/** NaN if the machine does not report it. */
async function nodesCpuMicros(nodes: readonly Database[]): Promise<number> {
  const each = await Promise.all(nodes.map((node) => serverCpuMicros(node)));
  return each.reduce<number>((sum, micros) => sum + (micros ?? NaN), 0);
}

/** Ratios are computed per round, whose runs took place in the same minutes. */
function rowsOf(ways: readonly { scenario: { name: string }; runs: readonly Run[] }[]): Row[] {
  const [plain] = ways;
  return ways.map(({ scenario, runs }, n) => ({
    figure: `accepted/s, ${scenario.name}; beside it one PostgreSQL`,
    inFlight: CONNECTIONS,
    ours: median(runs.map(({ perSecond }) => perSecond)),
    beside: median(plain!.runs.map(({ perSecond }) => perSecond)),
    ratio: median(runs.map(({ perSecond }, round) => perSecond / plain!.runs[round]!.perSecond)),
    ...(n === 1 ? { target: '0.9' } : {}),
    cpuMicros: { api: median(runs.map(({ api }) => api)), server: median(runs.map(({ servers }) => servers)) },
  }));
}
