import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { commandOrInstall } from './install.js';
import type { TestDatabase } from './postgres-server.js';
import { freePort } from '../../bench/free-port.js';
import { endWhenAbandoned } from './redis-server.js';
import { until } from './wait-for.js';

/** Fewer connections to the server than a service opens, so that each transaction may run on a different one. */
const POOL_SIZE = 6;

export interface PgBouncer {
  /** The service's address, through the pooler. */
  readonly appUrl: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** PgBouncer in transaction mode in front of a database, with its strict defaults. */
export async function startPgBouncer(
  { appUrl, ownerUrl, adminUrl }: TestDatabase,
  poolSize = POOL_SIZE,
): Promise<PgBouncer> {
  const program = commandOrInstall(['pgbouncer'], { apt: 'pgbouncer', brew: 'pgbouncer' });
  const folder = mkdtempSync(join(tmpdir(), 'bahi-test-pgbouncer-'));
  // It writes its pid file there, as the user `nobody`.
  chmodSync(folder, 0o777);
  const release = endWhenAbandoned(folder);
  const port = await freePort();
  const { hostname, port: serverPort } = new URL(appUrl);
  const users = [appUrl, ownerUrl, adminUrl].map((url) => new URL(url));
  const quoted = users.map(({ username, password }) => `"${username}" "${decodeURIComponent(password)}"`);
  writeFileSync(join(folder, 'users.txt'), `${quoted.join('\n')}\n`);
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'plain',
    auth_file: join(folder, 'users.txt'),
    pool_mode: 'transaction',
    default_pool_size: poolSize,
    max_client_conn: 500,
    pidfile: join(folder, 'pid'),
    // It refuses to run as root.
    ...(process.getuid?.() === 0 ? { user: 'nobody' } : {}),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, `[databases]\n* = host=${hostname} port=${serverPort}\n[pgbouncer]\n${lines.join('\n')}\n`);
  const child = spawn(program, [file], { stdio: 'ignore' });
  const through = (url: string): string => Object.assign(new URL(url), { port }).href;
  await until('PgBouncer lets us in', () => letsIn(through(appUrl)));
  return {
    appUrl: through(appUrl),
    ownerUrl: through(ownerUrl),
    adminUrl: through(adminUrl),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }
      rmSync(folder, { recursive: true, force: true });
      release();
    },
  };
}

async function letsIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    // Not yet.
    return false;
  }
}
