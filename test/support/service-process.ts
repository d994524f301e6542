import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `start` is everything in one process; `api` has no worker; `worker` has no API, and an address if WORKER_PORT is set. */
export type EntryPoint = 'start' | 'api' | 'worker';

/** What users run: built, and by the global set-up of each test run anew where a source has changed. */
const PROGRAMS = new URL('../../dist/bundle/', import.meta.url);

/** The process ends with its pipe to us, so that a test run that is killed leaves nothing behind. */
const PRELUDE = `data:text/javascript,${encodeURIComponent(
  `process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();`,
)}`;

/** Starting is work for the processor, which others may be using. */
const START_TIMEOUT_MS = 90_000;

/** What a command, or a start that fails, leaves behind. */
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

/** The same, broken off as by Ctrl-C when something has happened. */
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

/** Ctrl-C as a child of npm has it: from the terminal, and once more from npm. The first has come before the second. */
function interrupt(child: ChildProcess): void {
  child.kill('SIGINT');
  // Where there is no /proc (macOS), both may come as one.
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
    // Away from the repository, whose .env is not for tests.
    cwd: '/',
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** The service as users run it: a process of its own, which can be killed. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly written: () => string,
  ) {}

  get pid(): number {
    return this.child.pid!;
  }

  /** All that it has written, to the standard output and the standard error. */
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

  /** SIGSTOP: the process is held up as by a machine that swaps, or a container that is paused; SIGCONT wakes it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** As the machine does it when memory runs out: no warning, and nothing is finished. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** As Ctrl-C does it, or as a supervisor does (SIGTERM). @returns the exit code; null after a kill */
  stop(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<number | null> {
    return this.end(signal);
  }

  /** Until it ends by itself. @returns the exit code */
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

/** Waits for what the service prints when it is ready. */
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
      // Read on to the end, or a talkative process would wait for us.
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
