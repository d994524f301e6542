import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { appendFileSync, chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { machineBinaries } from '../../bench/machine-postgres.js';
import { withHostsAsParameters } from '../../src/platform/database/servers/hosts.js';
import { ADMIN, APP, OWNER } from '../../src/platform/embedded-postgres/passwords.js';
import type { EmbeddedServerUrls } from '../../src/platform/embedded-postgres/passwords.js';
import { connected, ensureRole } from '../../src/platform/embedded-postgres/provision.js';
import { killWithChildren } from '../../src/platform/embedded-postgres/postmaster.js';
import { type ServerUser, serverUserForNewCluster } from '../../src/platform/embedded-postgres/server-user.js';
import { createDatabaseOn, type TestDatabase } from './postgres-server.js';
import { freePort } from '../../bench/free-port.js';
import { until } from './wait-for.js';

/** From this version on, replicas and the tools that make them behave alike. */
const OLDEST_MAJOR = 14;

/** One server of the machine's PostgreSQL, on a port of 127.0.0.1. */
export class ReplicatedServer {
  private child: ChildProcess | null = null;

  constructor(
    private readonly programs: string,
    private readonly user: ServerUser | null,
    private readonly folder: string,
    readonly port: number,
  ) {}

  get data(): string {
    return join(this.folder, 'data');
  }

  get superuserUrl(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`;
  }

  async run(program: string, ...args: string[]): Promise<void> {
    const child = spawn(join(this.programs, program), args, { cwd: '/', stdio: 'ignore', ...this.user });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  }

  /** Ready when it answers, in recovery or not. */
  async start(): Promise<void> {
    const args = ['-D', this.data, '-p', `${this.port}`];
    this.child = spawn(join(this.programs, 'postgres'), args, { cwd: '/', stdio: 'ignore', ...this.user });
    await until(`the server on ${this.port} answers`, () =>
      this.query('SELECT 1').then(
        () => true,
        () => false,
      ),
    );
  }

  /** SIGKILL to the server and its children, as if the machine were lost. */
  async kill(): Promise<void> {
    if (this.child?.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    await killWithChildren(this.child.pid!);
    await exited;
  }

  /** Changes settings, which are read at the next start or by `pg_reload_conf()`. */
  set(settings: Readonly<Record<string, string>>): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    appendFileSync(join(this.data, 'postgresql.conf'), lines.join(''));
  }

  promote(): Promise<void> {
    return this.run('pg_ctl', 'promote', '-D', this.data, '-w', '-t', '60');
  }

  query<Row>(text: string, database = 'postgres'): Promise<Row[]> {
    const url = this.superuserUrl.replace(/postgres$/, database);
    return connected(url, async (client) => (await client.query(text)).rows as Row[]);
  }
}

/** A primary with a replica that follows it. */
export class ReplicatedPair {
  private constructor(
    readonly primary: ReplicatedServer,
    readonly replica: ReplicatedServer,
    private readonly folder: string,
    private readonly release: () => void,
  ) {}

  /** Null if the machine has no PostgreSQL. @param synchronous commits wait for the replica */
  static async start({ synchronous }: { synchronous: boolean }): Promise<ReplicatedPair | null> {
    const binaries = machineBinaries(OLDEST_MAJOR);
    if (binaries === null) return null;
    const user = await serverUserForNewCluster();
    const folder = mkdtempSync(join(tmpdir(), 'bahi-test-pair-'));
    chmodSync(folder, 0o711);
    const release = endWhenAbandoned(folder);
    const [primary, replica] = (await Promise.all(
      ['primary', 'replica'].map(async (name) => {
        const own = join(folder, name);
        mkdirSync(own);
        if (user !== null) chownSync(own, user.uid, user.gid);
        return new ReplicatedServer(dirname(binaries.postgres), user, own, await freePort());
      }),
    )) as [ReplicatedServer, ReplicatedServer];
    await primary.run(
      'initdb',
      '-D',
      primary.data,
      '-A',
      'trust',
      '-U',
      'postgres',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
    );
    primary.set({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      fsync: 'off',
      wal_keep_size: '256MB',
      max_wal_size: '4GB',
      checkpoint_timeout: '1h',
      recovery_target_timeline: 'latest',
      wal_receiver_status_interval: '1s',
    });
    await primary.start();
    const source = `postgresql://postgres@127.0.0.1:${primary.port}/`;
    await replica.run(
      'pg_basebackup',
      '-D',
      replica.data,
      '-d',
      source,
      '-R',
      '-c',
      'fast',
      '-X',
      'stream',
      '--no-sync',
    );
    await replica.start();
    if (synchronous) {
      primary.set({ synchronous_standby_names: '*' });
      await primary.query('SELECT pg_reload_conf()');
    }
    const state = synchronous ? 'sync' : 'async';
    await until('the replica follows', async () => {
      const rows = await primary.query<{ sync_state: string }>('SELECT sync_state FROM pg_stat_replication');
      return rows.some(({ sync_state }) => sync_state === state);
    });
    return new ReplicatedPair(primary, replica, folder, release);
  }

  /** Creates a database with the roles of a real one; its addresses name both servers. */
  async createDatabase(): Promise<TestDatabase> {
    const { port } = this.primary;
    await connected(this.primary.superuserUrl, async (client) => {
      for (const role of [OWNER, APP, ADMIN]) await ensureRole(client, role, 'bahi-test');
    });
    const at = (role: string): string => `postgresql://${role}@127.0.0.1:${port}/bahi`;
    const urls: EmbeddedServerUrls = {
      superuserUrl: this.primary.superuserUrl,
      ownerUrl: at(OWNER),
      appUrl: at(APP),
      adminUrl: at(ADMIN),
    };
    const database = await createDatabaseOn(urls);
    const [appUrl, ownerUrl, adminUrl] = [database.appUrl, database.ownerUrl, database.adminUrl].map((url) =>
      withHostsAsParameters(this.both(url)),
    ) as [string, string, string];
    // Its servers are deleted with it.
    return { ...database, appUrl, ownerUrl, adminUrl, drop: async () => undefined };
  }

  /** Waits until the replica has everything that the primary has now. */
  async caughtUp(): Promise<void> {
    const [{ lsn }] = (await this.primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn')) as [
      { lsn: string },
    ];
    await until('the replica has caught up', async () => {
      const rows = await this.primary.query<{ there: boolean }>(
        `SELECT replay_lsn >= '${lsn}' AS there FROM pg_stat_replication`,
      );
      return rows.some(({ there }) => there);
    });
  }

  /** From now on the replica receives nothing, and the primary does not wait for it. */
  async detach(): Promise<void> {
    await this.replica.query(`ALTER SYSTEM SET primary_conninfo = ''`);
    await this.replica.query('SELECT pg_reload_conf()');
    await until('nobody follows the primary', async () => {
      return (await this.primary.query('SELECT FROM pg_stat_replication')).length === 0;
    });
  }

  /** The address of a role on both servers, the primary first. */
  both(url: string): string {
    return url.replace(
      `127.0.0.1:${this.primary.port}`,
      `127.0.0.1:${this.primary.port},127.0.0.1:${this.replica.port}`,
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.primary.kill(), this.replica.kill()]);
    rmSync(this.folder, { recursive: true, force: true });
    this.release();
  }
}

/** A test run that is killed cannot clean up: a shell at the other end of a pipe does it. See postgres-server.ts. */
const CLEANER = `
cat > /dev/null
for data in "$1"/*/data; do
  pid=$(head -n 1 "$data/postmaster.pid" 2> /dev/null)
  if [ -n "$pid" ] && tr '\\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF -- "-D $data "; then kill -QUIT "$pid"; fi
done
rm -rf "$1"
`;

function endWhenAbandoned(folder: string): () => void {
  const shell = spawn('/bin/sh', ['-c', CLEANER, 'bahi-test-cleaner', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => shell.stdin.end();
}
