import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { SLOTS } from '../src/platform/redis/key-slot.js';
import { freePort } from './free-port.js';
import { startServer } from './processes.js';

/** As in production: every job is appended to a file, which is synced once a second. */
const AS_IN_PRODUCTION = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
  '--save',
  '',
  '--maxmemory-policy',
  'noeviction',
];

export interface TemporaryRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** The path of redis-server or valkey-server; null if there is neither. */
export function findRedis(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = ['redis-server', 'valkey-server'].flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** @param program as returned by `findRedis` */
export function startRedis(program: string): Promise<TemporaryRedis> {
  return startOne(program, []);
}

/** Three masters that share the slots, without replicas. */
export async function startRedisCluster(program: string): Promise<TemporaryRedis> {
  const ports = await Promise.all([1, 2, 3].map(() => freePort()));
  const nodes = await Promise.all(
    ports.map((port) => startOne(program, ['--cluster-enabled', 'yes', '--cluster-port', `${port}`])),
  );
  const share = Math.ceil(SLOTS / nodes.length);
  for (const [n, { url }] of nodes.entries()) {
    const cli = new Redis(url);
    await cli.call('CLUSTER', 'ADDSLOTSRANGE', n * share, Math.min((n + 1) * share, SLOTS) - 1);
    await cli.call('CLUSTER', 'MEET', '127.0.0.1', new URL(nodes[0]!.url).port, ports[0]!);
    cli.disconnect();
  }
  for (const { url } of nodes) {
    const cli = new Redis(url);
    while (!String(await cli.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await pause(50);
    cli.disconnect();
  }
  return {
    url: nodes.map(({ url }) => url).join(','),
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  };
}

async function startOne(program: string, more: readonly string[]): Promise<TemporaryRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'bahi-bench-redis-'));
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...AS_IN_PRODUCTION, ...more];
  const server = await startServer(program, args);
  if (server === null) throw new Error(`${program} does not start`);
  const cli = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: 200 });
  cli.on('error', () => undefined);
  await cli.ping();
  cli.disconnect();
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
