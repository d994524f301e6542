import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.js';
import type { FloodOrder, FloodResult } from './flood.js';
import type { LoadOrder, LoadResult } from './load.js';
import { builtFrom, programOf, THIS_TREE, type Tree } from './tree.js';

/** A service that has not started or stopped by then never will. */
const PATIENCE_MS = 60_000;

/** For a service that is measured: a merchant's limits would otherwise be measured instead of the machine. */
export const RATE_LIMITS_LIFTED = {
  ...{ RATE_LIMIT_WRITES_PER_SECOND: '1000000', RATE_LIMIT_KEY_WRITES_PER_SECOND: '1000000' },
  ...{ RATE_LIMIT_READS_PER_SECOND: '1000000', RATE_LIMIT_KEY_READS_PER_SECOND: '1000000' },
  ...{ HTTP_MAX_CONNECTIONS: '1000000', HTTP_MAX_PER_ADDRESS: '1000000' },
};

/** Every process that was started and may have to be ended. */
const running = new Set<ChildProcess>();

/** Processes that may have children, and lead a process group. */
const leading = new WeakSet<ChildProcess>();

let ending = false;

/** Called at the end of the bench, whatever happened before. Nothing can be started afterwards. */
export async function endAll(): Promise<void> {
  ending = true;
  await Promise.all([...running].map((child) => end(child)));
}

/** One process of the service, separate from this one. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(
    entryPoint: 'api' | 'worker',
    environment: Record<string, string>,
    tree: Tree = THIS_TREE,
  ): Promise<ServiceProcess> {
    const port = await freePort();
    const env = { PATH: process.env['PATH'], PORT: String(port), LOG_LEVEL: 'fatal', ...environment };
    const child = start([programOf(tree, entryPoint)], env);
    const up = new Promise<void>((resolve) => {
      let output = '';
      child.stdout!.on('data', (text: Buffer) => {
        output += text.toString();
        if (/ is running/.test(output)) resolve();
      });
    });
    await within(up, child, entryPoint);
    return new ServiceProcess(child, port);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** SIGKILL: work in progress is lost. */
  async kill(): Promise<void> {
    const closed = once(this.child, 'close');
    if (this.child.kill('SIGKILL')) await closed;
  }

  /** SIGSTOP: it stops, keeping its locks and leases, until `goOn`. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  /** Stops it after finishing what is in flight. */
  async stop(): Promise<void> {
    await end(this.child);
  }
}

/** Runs a load process to its end. */
export const load = (order: LoadOrder): Promise<LoadResult> => runOrder('bench/load.ts', order);

/** The same for a flood. */
export const flood = (order: FloodOrder): Promise<FloodResult> => runOrder('bench/flood.ts', order);

async function runOrder<Result>(source: string, order: LoadOrder | FloodOrder): Promise<Result> {
  const child = start([builtFrom(THIS_TREE, source)], { PATH: process.env['PATH'] });
  child.stdin!.write(`${JSON.stringify(order)}\n`);
  let output = '';
  child.stdout!.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${source} ended with ${code}`);
  return JSON.parse(output) as Result;
}

/** Runs another program to its end and returns its standard output. */
export async function runProgram(
  command: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  { cwd }: { readonly cwd?: string } = {},
): Promise<string> {
  const child = track(() =>
    spawn(command, args, { env: environment, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  leading.add(child);
  let [output, errors] = ['', ''];
  child.stdout!.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr!.on('data', (text: Buffer) => (errors += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${lastLines(errors)}`);
  return output;
}

/** Starts another kind of server. @returns null if there is no such program */
export async function startServer(command: string, args: string[]): Promise<{ stop(): Promise<void> } | null> {
  const child = track(() => spawn(command, args, { stdio: 'ignore' }));
  const isThere = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  return isThere ? { stop: () => end(child) } : null;
}

/** A stack trace can be long; its last lines are enough. */
function lastLines(errors: string): string {
  return errors.trim().split('\n').slice(-12).join('\n');
}

/** Uses the flags of this process: the Makefile starts the service with the same ones. */
function start(args: string[], environment: NodeJS.ProcessEnv): ChildProcess {
  return track(() =>
    spawn(process.execPath, [...process.execArgv, ...args], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] }),
  );
}

/** @throws once the bench is ending: nothing may be started then and left behind */
function track(spawned: () => ChildProcess): ChildProcess {
  if (ending) throw new Error('the bench ends');
  const child = spawned();
  running.add(child);
  child.once('close', () => running.delete(child));
  child.on('error', () => running.delete(child));
  return child;
}

async function within(up: Promise<void>, child: ChildProcess, what: string): Promise<void> {
  const ended = once(child, 'close').then(() => Promise.reject(new Error(`the ${what} has not started`)));
  const late = pause(PATIENCE_MS, undefined, { ref: false }).then(() =>
    Promise.reject(new Error(`the ${what} is not up after ${PATIENCE_MS / 1000} s`)),
  );
  await Promise.race([up, ended, late]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  kill(child, 'SIGTERM');
  const timer = setTimeout(() => kill(child, 'SIGKILL'), PATIENCE_MS);
  await closed;
  clearTimeout(timer);
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (!leading.has(child)) return void child.kill(signal);
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // Decided: it has just ended.
  }
}
