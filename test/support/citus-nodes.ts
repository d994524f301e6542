import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe } from '@jest/globals';
import { connected } from '../../src/platform/embedded-postgres/provision.js';
import { describeOnCitus } from './citus.js';
import { until } from './wait-for.js';

/** Data directories of the servers of TEST_CITUS_URL, separated by commas, which a test may kill and start again. */
const FOLDERS = process.env['TEST_CITUS_NODES'];

/** Runs on Citus if TEST_CITUS_NODES says which servers may be killed; else one line says what was not run. */
export function describeWithMortalNodes(name: string, tests: () => void): void {
  if (FOLDERS !== undefined) return describeOnCitus(name, tests);
  process.stderr.write(`Not run without TEST_CITUS_NODES: ${name}\n`);
  describe.skip(name, tests);
}

/** A coordinator or a node on this machine, run as the user who owns its data. */
export class MortalServer {
  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  static all(): MortalServer[] {
    return (FOLDERS?.split(',') ?? []).map((folder) => new MortalServer(folder, Number(pidFileOf(folder)[3])));
  }

  /** SIGKILL; its children end too, and everything uncommitted is lost. */
  async kill(): Promise<void> {
    process.kill(Number(pidFileOf(this.folder)[0]), 'SIGKILL');
    await until(`nobody listens on ${this.port}`, async () => !(await this.answers()));
  }

  /**
   * Starts it on the same port, with the data on its disk. It refuses to start while one of its old children is still
   * running.
   */
  async start(): Promise<void> {
    const { uid, gid } = statSync(this.folder);
    const [program] = readFileSync(join(this.folder, 'postmaster.opts'), 'utf8').split(' ');
    const args = ['-D', this.folder, '-l', join(this.folder, 'log'), '-w', 'start'];
    await until(`the server on ${this.port} answers`, async () => {
      if (await this.answers()) return true;
      const child = spawn(join(dirname(program!), 'pg_ctl'), args, { cwd: '/', stdio: 'ignore', uid, gid });
      await once(child, 'exit');
      return this.answers();
    });
  }

  private answers(): Promise<boolean> {
    return connected(`postgres://postgres@127.0.0.1:${this.port}/postgres`, (client) => client.query('SELECT 1')).then(
      () => true,
      () => false,
    );
  }
}

/** The lines of the pid file: process id, folder, start time, port, and more. */
const pidFileOf = (folder: string): string[] => readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
