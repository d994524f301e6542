import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './processes.js';

const DEBIAN = '/usr/lib/postgresql';

/**
 * pgbench's own TPC-B on the bench's server, as a measure of the machine. The embedded server does not include pgbench.
 */
export class Pgbench {
  private constructor(
    private readonly program: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** Null if there is no pgbench on this machine. */
  static async prepare(superuserUrl: string, scale: number, database: string): Promise<Pgbench | null> {
    const program = find();
    if (program === null) return null;
    const { hostname, port, username, password } = new URL(superuserUrl);
    const pgbench = new Pgbench(program, {
      PATH: process.env['PATH'],
      PGHOST: hostname,
      PGPORT: port,
      PGUSER: username,
      PGPASSWORD: decodeURIComponent(password),
      PGDATABASE: database,
    });
    await pgbench.run('-i', '-q', '-s', String(scale));
    return pgbench;
  }

  /** Transactions per second. */
  async tps(seconds: number, clients = 16): Promise<number> {
    const threads = Math.min(2, clients);
    const output = await this.run('-M', 'prepared', '-c', `${clients}`, '-j', `${threads}`, '-T', String(seconds));
    const tps = /^tps = ([\d.]+)/m.exec(output)?.[1];
    if (tps === undefined) throw new Error(`pgbench said no tps: ${output}`);
    return Number(tps);
  }

  private run(...args: string[]): Promise<string> {
    return runProgram(this.program, args, this.environment);
  }
}

/** Searches the PATH, and the folders where Debian installs the programs of each major version. */
function find(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...versions.map((v) => join(DEBIAN, v, 'bin'))];
  return folders.map((folder) => join(folder, 'pgbench')).find((file) => existsSync(file)) ?? null;
}
