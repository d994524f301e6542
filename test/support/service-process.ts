import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `start` is everything in one process; `api` has no worker; `worker` has no API, and an address only if WORKER_PORT is
 * set.
 */
export type EntryPoint = 'start' | 'api' | 'worker';

/** The built programs that users run; the global set-up of each test run rebuilds them if a source has changed. */
const PROGRAMS = new URL('../../dist/bundle/', import.meta.url);

/** The process ends when its pipe to the tests closes, so that a test run that is killed leaves nothing behind. */
const PRELUDE = `data:text/javascript,${encodeURIComponent(
  `process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();`,
)}`;

/** Starting takes processor time, which other processes may be using. */
const START_TIMEOUT_MS = 90_000;

/** The result of a command, or of a start that failed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of `src/main` to its end. */
export async function runMain(
  program: EntryPoint | 'cli',
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  programs = PROGRAMS,
): Promise<Ended> {
  return endOf(spawnMain(program, args, environment, programs));
}

/** The same, interrupted as by Ctrl-C once something has happened. */
export async function interruptMain(
  program: EntryPoint | 'cli',
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  happened: Promise<unknown>,
): Promise<Ended> {
  const child = spawnMain(program, args, environment, PROGRAMS);
  void happened.then(() => interrupt(child));
  return endOf(child);
}

/**
 * Ctrl-C as a child of npm receives it: once from the terminal, and once more from npm. The second is sent after the
 * first has arrived.
 */
function interrupt(child: ChildProcess): void {
  child.kill('SIGINT');
  // Without /proc (macOS) both may arrive as one.
  while (existsSync(`/proc/${child.pid}/status`) && isSignalPending(child.pid!)) continue;
  child.kill('SIGINT');
}

const isSignalPending = (pid: number): boolean => !/^ShdPnd:\s*0+$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

async function endOf(child: ChildProcess): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  child.stdout!.on('data', (data: Buffer) => (output.stdout += data.toString()));
  child.stderr!.on('data', (data: Buffer) => (output.stderr += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

function spawnMain(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  programs: URL,
): ChildProcess {
  const main = fileURLToPath(new URL(`${program}.js`, programs));
  return spawn(process.execPath, ['--import', PRELUDE, main, ...args], {
    // Outside the repository, whose .env must not affect tests.
    cwd: '/',
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** The service as users run it: a separate process, which can be killed. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly written: () => string,
  ) {}

  get pid(): number {
    return this.child.pid!;
  }

  /** Everything that it has written to standard output and standard error. */
  get output(): string {
    return this.written();
  }

  /** The lines of its log that are JSON. */
  get log(): Readonly<Record<string, unknown>>[] {
    const lines = this.output.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /**
   * @param environment its whole environment; it inherits nothing but the PATH
   * @param programs the folder of another build, with a slash at its end
   */
  static async start(
    entryPoint: EntryPoint,
    environment: Readonly<Record<string, string>>,
    programs = PROGRAMS,
  ): Promise<ServiceProcess> {
    const child = spawnMain(entryPoint, [], environment, programs);
    let output = '';
    const keep = (data: Buffer): void => void (output += data.toString());
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
    return new ServiceProcess(child, await addressOf(child), () => output);
  }

  /** SIGSTOP stops the process, as when a machine swaps or a container is paused; SIGCONT wakes it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** As the machine does when memory runs out: no warning, and nothing is finished. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** As Ctrl-C or a supervisor (SIGTERM) does. @returns the exit code; null after a kill */
  stop(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<number | null> {
    return this.end(signal);
  }

  /** Waits until it ends by itself. @returns the exit code */
  async exit(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      if (signal === 'SIGINT') interrupt(child);
      else child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }
}

/** Waits for the line that the service prints when it is ready. */
async function addressOf(child: ChildProcess): Promise<string> {
  let output = '';
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const giveUp = (why: string): void => reject(new Error(`the service did not start (${why}):\n${output}`));
      timer = setTimeout(() => giveUp(`nothing within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
      child.once('exit', (code) => giveUp(`exit code ${code}`));
      const read = (data: Buffer): void => {
        output += data.toString();
        const [ready, url = ''] = /running at (http:\S+)|worker is running\./.exec(output) ?? [];
        if (ready !== undefined) resolve(url);
      };
      // Keep reading to the end, or a process that writes much would block on a full pipe.
      child.stdout!.on('data', read);
      child.stderr!.on('data', read);
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
