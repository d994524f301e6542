import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, startServer } from './processes.js';

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

/** The path of redis-server or valkey-server; null where there is neither. */
export function findRedis(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = ['redis-server', 'valkey-server'].flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** @param program as `findRedis` has found it */
export async function startRedis(program: string): Promise<TemporaryRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'bahi-bench-redis-'));
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...AS_IN_PRODUCTION];
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
