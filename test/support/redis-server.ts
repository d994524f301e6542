import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../bench/free-port.js';
import { commandOrInstall } from './install.js';
import { until } from './wait-for.js';

/** A Redis that a test may stop, empty and kill. */
export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** A client, as at a redis-cli. */
  readonly cli: Redis;
  /** SIGKILL. What it has not written to its disk is lost. */
  kill(): Promise<void>;
  /** Starts it on the same port, with the data on its disk. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open, but nothing is answered any more. */
  freeze(): void;
  thaw(): void;
  /** Ends it and deletes its files. */
  stop(): Promise<void>;
}

/** The variable that passes the run's server to the test files, which Jest runs in separate processes. */
const VARIABLE = 'BAHI_TEST_REDIS';

/** The Redis of a whole test run: that of TEST_REDIS_URL, otherwise one started for the run. */
export async function startTestRedis(): Promise<{ stop(): Promise<void> }> {
  const given = process.env['TEST_REDIS_URL'];
  if (given) {
    process.env[VARIABLE] = given;
    return { stop: async () => undefined };
  }
  const server = await startOwnRedis();
  process.env[VARIABLE] = server.url;
  return server;
}

/** The settings that make a service use the run's Redis, under a key prefix of its own. */
export function redisEnvironment(): { REDIS_URL: string; REDIS_KEY_PREFIX: string } {
  const url = process.env[VARIABLE];
  if (url === undefined)
    throw new Error(`no ${VARIABLE}: run the tests with Jest, whose global set-up starts the server`);
  return { REDIS_URL: url, REDIS_KEY_PREFIX: `test-${randomBytes(6).toString('hex')}` };
}

/** A Redis for one test file, on a free port of 127.0.0.1. @param args more options of redis-server */
export function startOwnRedis(...args: string[]): Promise<OwnRedis> {
  return startWith((port, folder) => [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    ...args,
  ]);
}

/** @param argsFor the command line of redis-server, without its pid file */
export async function startWith(argsFor: (port: number, folder: string) => string[]): Promise<OwnRedis> {
  const program = commandOrInstall(['redis-server', 'valkey-server'], { apt: 'redis-server', brew: 'redis' });
  const folder = mkdtempSync(join(tmpdir(), 'bahi-test-redis-'));
  const port = await freePort();
  const args = argsFor(port, folder);
  const release = endWhenAbandoned(folder);
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(program, [...args, '--pidfile', join(folder, 'pid')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    await until(`redis-server listens on ${port}`, () => {
      if (hasEnded(child)) throw new Error(`redis-server on ${port} ended before it listened:\n${output}`);
      return isUp(cli);
    });
    return child;
  };
  const cli = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: 0, retryStrategy: () => 50 });
  cli.on('error', () => undefined);
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    cli,
    kill: () => end(child, 'SIGKILL'),
    restart: async () => void (child = await start()),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: async () => {
      cli.disconnect();
      await end(child, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      release();
    },
  };
}

async function isUp(cli: Redis): Promise<boolean> {
  return cli.ping().then(
    () => true,
    () => false,
  );
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** A test run that is killed cannot clean up: a shell at the other end of a pipe does it. See postgres-server.ts. */
const CLEANER = `
cat > /dev/null
pid=$(cat "$1/pid" 2> /dev/null)
if [ -n "$pid" ] && tr '\\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -q 'redis-server\\|valkey-server\\|pgbouncer'; then kill -KILL "$pid"; fi
rm -rf "$1"
`;

/**
 * Cleans up the server whose pid is in this folder's file `pid`, if this process dies.
 * @returns a function to call once the folder is gone
 */
export function endWhenAbandoned(folder: string): () => void {
  const options = { detached: true, stdio: ['pipe', 'ignore', 'ignore'] as ['pipe', 'ignore', 'ignore'] };
  const shell = spawn('/bin/sh', ['-c', CLEANER, 'bahi-test-cleaner', folder], options);
  shell.unref();
  (shell.stdin as unknown as Socket).unref();
  return () => shell.stdin.end();
}
