import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe } from '@jest/globals';
import { connected } from '../../src/platform/embedded-postgres/provision.js';
import { describeOnCitus } from './citus.js';
import { until } from './wait-for.js';

/** Data directories of the servers behind TEST_CITUS_URL, with commas between, which a test may kill and start again. */
const FOLDERS = process.env['TEST_CITUS_NODES'];

/** Runs where TEST_CITUS_NODES says which servers may be killed, too; elsewhere one line says what was not run. */
export function describeWithMortalNodes(name: string, tests: () => void): void {
  if (FOLDERS !== undefined) return describeOnCitus(name, tests);
  process.stderr.write(`Not run without TEST_CITUS_NODES: ${name}\n`);
  describe.skip(name, tests);
}

/** A coordinator or a node on this machine, under the user to whom its data belongs. */
export class MortalServer {
  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  static all(): MortalServer[] {
    return (FOLDERS?.split(',') ?? []).map((folder) => new MortalServer(folder, Number(pidFileOf(folder)[3])));
  }

  /** SIGKILL, whereupon its children end too: what they had not committed is gone. */
  async kill(): Promise<void> {
    process.kill(Number(pidFileOf(this.folder)[0]), 'SIGKILL');
    await until(`nobody listens on ${this.port}`, async () => !(await this.answers()));
  }

  /** On the same port, with what is on its disk. It is refused for as long as one of its children is still there. */
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

/** Its lines: process id, folder, time of its start, port, and more. */
const pidFileOf = (folder: string): string[] => readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
