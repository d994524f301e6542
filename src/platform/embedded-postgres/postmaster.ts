import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runToEnd } from './run-to-end.js';
import { systemCodeOf } from './system-error.js';

/** A server process (PostgreSQL calls it the postmaster) as its file `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`; empty in the first moments. */
  readonly status: string;
}

/**
 * Parses `postmaster.pid` (src/include/utils/pidfile.h). Its lines are: pid, data directory, start time, port, …, and
 * the status as the eighth.
 */
export function readPidFile(cluster: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
  const pid = Number(lines[0]);
  const port = Number(lines[3] ?? 0);
  return pid > 0 ? { pid, port, status: (lines[7] ?? '').trim() } : null;
}

/**
 * How the command line of our servers begins; this distinguishes a server from another program that got the same
 * process id.
 */
export function serverArguments(cluster: string, port: number): string[] {
  return ['-D', cluster, '-p', String(port)];
}

/**
 * Whether the process is a server on this cluster. A process id alone proves nothing: after a crash another program may
 * have it. A process that has ended and waits for its parent (a zombie) has no command line, so it counts as gone.
 */
export async function runsOn(pid: number, cluster: string): Promise<boolean> {
  const [name, directory] = serverArguments(cluster, 0);
  return (await commandLineOf(pid)).includes(`/postgres ${name} ${directory} -p `);
}

async function commandLineOf(pid: number): Promise<string> {
  if (existsSync('/proc/self/cmdline')) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch (error) {
      // ESRCH: it ended between open and read.
      if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ESRCH') return '';
      throw error;
    }
  }
  return commandByPs(pid);
}

/** For systems without /proc. A zombie has its own state, and `<defunct>` in place of its command line. */
export async function commandByPs(pid: number): Promise<string> {
  const { stdout } = await runToEnd('ps', ['-ww', '-o', 'stat=', '-o', 'command=', '-p', String(pid)]);
  const [, state = 'Z', command = ''] = /^\s*(\S+)\s+(.*)/s.exec(stdout) ?? [];
  return state.startsWith('Z') ? '' : command;
}

/** The running server of this cluster, or null. */
export async function findPostmaster(cluster: string): Promise<Postmaster | null> {
  const found = readPidFile(cluster);
  return found !== null && (await runsOn(found.pid, cluster)) ? found : null;
}

const POLL_MS = 20;

/** Sessions are terminated and a checkpoint is written, which takes seconds at most; after this something hangs. */
const FAST_SHUTDOWN_MS = 60_000;

/**
 * Fast shutdown (SIGINT): open transactions are rolled back, sessions end, memory is written to disk. If that hangs, an
 * immediate shutdown (SIGQUIT), after which the next start recovers from the log. Returns when the process is gone.
 */
export async function stopPostmaster(pid: number, cluster: string, log: (line: string) => void): Promise<void> {
  if (!(await signal(pid, cluster, 'SIGINT'))) return;
  if (await gone(pid, cluster, FAST_SHUTDOWN_MS)) return;
  log('PostgreSQL has not stopped within a minute: stopping it immediately; it recovers at the next start.');
  await signal(pid, cluster, 'SIGQUIT');
  await gone(pid, cluster, FAST_SHUTDOWN_MS);
}

/** The kernel ends a killed process in milliseconds; after this it hangs in a disk access or a debugger. */
const KILLED_MS = 30_000;

/**
 * Kills the server and all its processes without warning, as a crash of the machine would. For tests of what survives.
 */
export async function killPostmaster(pid: number, cluster: string): Promise<void> {
  if (await runsOn(pid, cluster)) await killWithChildren(pid);
}

/**
 * Kills a process and its children, and waits until they have ended. If only the parent were killed, a server's
 * children would notice when they next wait for something, and would answer until then.
 * @throws Error if one of them has not ended in time
 */
export async function killWithChildren(pid: number): Promise<void> {
  // Stopped, so that it creates no more children during the search.
  send(pid, 'SIGSTOP');
  const family = [pid, ...(await childrenOf(pid))];
  for (const each of family) send(each, 'SIGKILL');
  const giveUpAt = Date.now() + KILLED_MS;
  for (const each of family)
    while ((await commandLineOf(each)) !== '') {
      if (Date.now() > giveUpAt) throw new Error(`process ${each} was killed and does not end`);
      await pause(POLL_MS);
    }
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await runToEnd('ps', ['-A', '-o', 'ppid=,pid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([parent, child]) => (parent === pid ? [child!] : []));
}

async function signal(pid: number, cluster: string, name: NodeJS.Signals): Promise<boolean> {
  return (await runsOn(pid, cluster)) && send(pid, name);
}

/** @returns whether there is such a process */
function send(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (systemCodeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

async function gone(pid: number, cluster: string, withinMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + withinMs;
  while (await runsOn(pid, cluster)) {
    if (Date.now() > giveUpAt) return false;
    await pause(POLL_MS);
  }
  return true;
}
