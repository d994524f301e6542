import { loadavg } from 'node:os';
import { makeMerchants, verify } from './merchants.js';
import { median } from './median.js';
import { ServiceProcess } from './processes.js';
import type { Row } from './report.js';
import { startRedis, startRedisCluster } from './temporary-redis.js';
import type { TemporaryServer } from './temporary-server.js';
import { environmentOf, runToTheEnd } from './whole-way.js';

const MERCHANTS = 50;
const CONNECTIONS = 64;
const PARTS = [1, 8] as const;

/**
 * From the request to `completed` with one Redis and with a cluster of three masters on this machine, with one API and
 * one worker each, in turns. It shows only the cost of a cluster, since nothing can be gained on one machine.
 * @param program redis-server
 */
export async function measureRedisCluster(
  server: TemporaryServer,
  program: string,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  print: (line: string) => void,
): Promise<Row[]> {
  const servers = [await startRedis(program), await startRedisCluster(program)] as const;
  const ways = [
    { name: 'one Redis', redis: servers[0], parts: 1 },
    ...PARTS.map((parts) => ({ name: `three masters, queues in ${parts}`, redis: servers[1], parts })),
  ];
  const measured = await Promise.all(
    ways.map(async (way, n) => {
      const place = await server.createPlace(`bahi_bench_redis_${n}`);
      const merchants = await makeMerchants(place, MERCHANTS);
      const own = { REDIS_KEY_PREFIX: `bench-${n}`, QUEUE_PARTS: `${way.parts}` };
      const environment = { ...environmentOf(place), ...own, REDIS_URL: way.redis.url };
      return { ...way, place, merchants, environment, accepted: 0, completed: [] as number[] };
    }),
  );
  // The first round runs with cold code, and is not counted.
  for (let round = 0; round <= rounds; round++)
    for (const way of measured) {
      // Only the measured processes run, because idle ones poll for jobs too.
      const api = await ServiceProcess.start('api', way.environment);
      const worker = await ServiceProcess.start('worker', way.environment);
      const run = await runToTheEnd(way.place, [api], [worker], way.merchants, { connections: CONNECTIONS, seconds });
      for (const process of [worker, api]) await process.stop();
      way.accepted += run.accepted;
      print(`${way.name}: ${Math.round(run.completedPerSecond)} completed/s, load ${loadavg()[0]!.toFixed(1)}`);
      if (round > 0) way.completed.push(run.completedPerSecond);
    }
  for (const { place, accepted } of measured) await verify(place, accepted);
  for (const redis of servers) await redis.stop();
  const one = median(measured[0]!.completed);
  return measured.map(({ name, completed }) => {
    const ours = median(completed);
    return {
      figure: `completed/s, ${name}; beside it one Redis`,
      inFlight: CONNECTIONS,
      ours,
      beside: one,
      ratio: ours / one,
    };
  });
}
