import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../config/startup-error.js';
import type { Binaries } from './binaries.js';
import { diskFull, notWritable, isDiskFull } from './data-dir.js';
import { cleanEnvironment } from './init-cluster.js';
import { readPidFile, runsOn, serverArguments } from './postmaster.js';
import type { Postmaster } from './postmaster.js';
import type { ServerHome } from './server-home.js';
import type { ServerUser } from './server-user.js';
import type { ServerSettings } from './server-settings.js';

/** Everything needed to start the server of a data directory. */
export interface Launch {
  readonly home: ServerHome;
  readonly binaries: Binaries;
  readonly user: ServerUser | null;
  readonly settings: ServerSettings;
  readonly environment?: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** Another program may take the port between the moment it is chosen and the moment the server listens on it. */
const PORTS_TO_TRY = 5;

/**
 * After the server's main process was killed, its other processes finish their current statement; until then their
 * shared memory is in use.
 */
const OLD_PROCESSES_MS = 30_000;
const OLD_PROCESSES = /pre-existing shared memory block/;
const PORT_TAKEN = /could not create any TCP\/IP sockets/;

/** Starts the server on the port of its last run, or on any free one, and waits until it accepts connections. */
export async function launchPostmaster(launch: Launch): Promise<Postmaster> {
  const giveUpAt = Date.now() + OLD_PROCESSES_MS;
  let port = lastPort(launch.home) ?? (await freePort());
  for (let tried = 1; ;) {
    const result = await startOnce(launch, port);
    if (typeof result !== 'string') {
      writeFileSync(launch.home.port, `${port}\n`);
      return result;
    }
    if (PORT_TAKEN.test(result) && tried++ < PORTS_TO_TRY) {
      port = await freePort();
    } else if (OLD_PROCESSES.test(result) && Date.now() < giveUpAt) {
      await pause(200);
    } else {
      throw failure(launch.home, result);
    }
  }
}

/**
 * A server that has died must have been started again within this time. Recovery afterwards takes as long as it takes.
 */
const RELAUNCH_MS = 5_000;

/**
 * Restarts a server whose process has ended while the service is running, on the same port, because the service
 * connects to that port.
 * @throws StartupError when it has not started after five seconds
 */
export async function relaunchPostmaster(launch: Launch, port: number): Promise<Postmaster> {
  const giveUpAt = Date.now() + RELAUNCH_MS;
  for (;;) {
    const result = await startOnce(launch, port);
    if (typeof result !== 'string') return result;
    if (Date.now() > giveUpAt) throw failure(launch.home, result);
    await pause(200);
  }
}

/** Waits for a starting server, however long its recovery takes. Null if the server ends instead. */
export async function whenReady(
  pid: number,
  home: ServerHome,
  log: (line: string) => void,
): Promise<Postmaster | null> {
  const progress = progressOf(log);
  while (await runsOn(pid, home.cluster)) {
    const found = readPidFile(home.cluster);
    if (found?.pid === pid && found.status === 'ready') return found;
    progress();
    await pause(POLL_MS);
  }
  return null;
}

const POLL_MS = 15;
const FIRST_PROGRESS_MS = 2_000;
const PROGRESS_EVERY_MS = 10_000;

/** Returns the running server, or what it wrote before it ended. */
async function startOnce(launch: Launch, port: number): Promise<Postmaster | string> {
  const { home, log } = launch;
  const logFd = openLog(home);
  const logStart = fstatSync(logFd).size;
  try {
    const child = await spawnDetached(launch, port, logFd);
    const progress = progressOf(log);
    while (child.exitCode === null && child.signalCode === null) {
      const found = readPidFile(home.cluster);
      if (found?.pid === child.pid && found?.status === 'ready') return found;
      progress();
      await pause(POLL_MS);
    }
    return textFrom(home.log, logStart);
  } finally {
    closeSync(logFd);
  }
}

/**
 * Started in its own session, so that Ctrl-C in the terminal reaches us and not the server that is serving requests.
 *
 * A `postmaster.pid` of a run that ended badly may name a process id that another program has now, and PostgreSQL would
 * then refuse to start. Deleting the file would also drop its protection against server processes left over from that
 * run. PG_GRANDPARENT_PID is PostgreSQL's own way to mark a process as not a server: the file then counts as stale, and
 * the protection stays (CreateLockFile in src/backend/utils/init/miscinit.c).
 */
function spawnDetached(launch: Launch, port: number, logFd: number): Promise<ChildProcess> {
  const { home, binaries, user, settings, environment = {} } = launch;
  const stale = readPidFile(home.cluster)?.pid;
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, [...serverArguments(home.cluster, port), ...args], {
    detached: true,
    stdio: ['ignore', logFd, logFd],
    cwd: '/',
    env: {
      ...cleanEnvironment(),
      ...environment,
      ...(stale === undefined ? {} : { PG_GRANDPARENT_PID: String(stale) }),
    },
    ...user,
  });
  child.unref();
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', reject);
  });
}

function progressOf(log: (line: string) => void): () => void {
  const begin = Date.now();
  let next = begin + FIRST_PROGRESS_MS;
  return () => {
    if (Date.now() < next) return;
    next = Date.now() + PROGRESS_EVERY_MS;
    log(
      `PostgreSQL is still starting after ${Math.round((Date.now() - begin) / 1000)} s (after a crash it recovers first) …`,
    );
  };
}

function failure(home: ServerHome, output: string): StartupError {
  if (OLD_PROCESSES.test(output)) {
    return new StartupError(
      `Processes of a killed PostgreSQL are still using ${home.cluster}: end them (see \`ps -ef\`) and start again.`,
    );
  }
  if (isDiskFull(output)) return diskFull(home.cluster);
  const lines = output.trim().split('\n');
  const last = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.slice(-3).join(' ');
  return new StartupError(
    `PostgreSQL did not start: ${last.trim() || 'it ended and said nothing'} (its log: ${home.log})`,
  );
}

/** The server's log. One previous file is kept, which bounds its size: nothing else rotates it. */
const LOG_LIMIT_BYTES = 5_000_000;

function openLog(home: ServerHome): number {
  try {
    if (existsSync(home.log) && statSync(home.log).size > LOG_LIMIT_BYTES) renameSync(home.log, `${home.log}.1`);
    return openSync(home.log, 'a', 0o600);
  } catch (error) {
    throw notWritable(home.log, error);
  }
}

function textFrom(file: string, start: number): string {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - start));
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, start));
  } finally {
    closeSync(fd);
  }
}

function lastPort(home: ServerHome): number | null {
  if (!existsSync(home.port)) return null;
  const port = Number(readFileSync(home.port, 'utf8'));
  return port > 0 ? port : null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
