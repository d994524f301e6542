import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** @returns null where there is neither redis-server nor valkey-server */
export async function startRedis(): Promise<TemporaryRedis | null> {
  const folder = mkdtempSync(join(tmpdir(), 'bahi-bench-redis-'));
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...AS_IN_PRODUCTION];
  const server = (await startServer('redis-server', args)) ?? (await startServer('valkey-server', args));
  if (server === null) return null;
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
