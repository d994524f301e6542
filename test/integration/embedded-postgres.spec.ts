import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AdminDatabase } from '../../src/platform/database/connections/admin-database.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { borrowEmbeddedPostgres } from '../../src/platform/embedded-postgres/borrow-embedded-postgres.js';
import { DataDirInUse, lockDataDir } from '../../src/platform/embedded-postgres/data-dir-lock.js';
import {
  attachEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import type { EmbeddedServer } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { findPostmaster, readPidFile } from '../../src/platform/embedded-postgres/postmaster.js';
import { connected } from '../../src/platform/embedded-postgres/provision.js';
import { deleteWhenAbandoned } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';

const isRoot = process.getuid?.() === 0;
const silent = (): void => undefined;

let dataDir: string;
let cluster: string;
let release: () => void;
/** What a test has started and not ended. */
let servers: EmbeddedServer[];
let processes: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'bahi-embedded-'));
  chmodSync(dataDir, 0o711);
  release = deleteWhenAbandoned(dataDir);
  cluster = join(dataDir, 'postgres', 'cluster');
  servers = [];
  processes = [];
});

afterEach(async () => {
  for (const child of processes) child.kill('SIGKILL');
  for (const server of servers) await server.stop();
  // A server that a child process started belongs to nobody now; it is adopted to be stopped.
  if (existsSync(cluster) && (await findPostmaster(cluster))) await (await start()).stop();
  rmSync(dataDir, { recursive: true, force: true });
  release();
});

/**
 * Without fsync, unless the test is about it: killing processes loses nothing that the operating system has been given.
 */
async function start(options: { log?: (line: string) => void; volatile?: boolean } = {}): Promise<EmbeddedServer> {
  const server = await startEmbeddedPostgres({ dataDir, log: silent, volatile: true, ...options });
  servers.push(server);
  return server;
}

async function value<T>(url: string, sql: string): Promise<T> {
  return connected(url, async (client) => Object.values((await client.query<Record<string, T>>(sql)).rows[0]!)[0]!);
}

async function run(url: string, sql: string): Promise<void> {
  await connected(url, async (client) => void (await client.query(sql)));
}

/** The address at which a process's source finds this file. */
const file = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

/** Runs this source in a separate process, as a service or a test run would; returns its lines one by one. */
function runInProcess(source: string): { child: ChildProcess; line: () => Promise<string> } {
  const code = `
    const { startEmbeddedPostgres } = await import(${file('dist/src/platform/embedded-postgres/embedded-postgres.js')});
    const { lockDataDir } = await import(${file('dist/src/platform/embedded-postgres/data-dir-lock.js')});
    const { connected } = await import(${file('dist/src/platform/embedded-postgres/provision.js')});
    const dataDir = ${JSON.stringify(dataDir)};
    const log = () => undefined;
    process.stdin.resume().on('end', () => process.exit()); // It lives as long as the test.
    ${source}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  processes.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return { child, line: async () => String((await lines.next()).value) };
}

/** A service that holds the lock, runs its server and has committed one row. */
const SERVICE = `
  await lockDataDir(dataDir);
  const server = await startEmbeddedPostgres({ dataDir, log, volatile: true });
  await connected(server.ownerUrl, (client) => client.query('CREATE TABLE kept AS SELECT 1 AS row'));`;

describe('the embedded server', () => {
  it('is open to this machine only, by passwords only, and as durable as PostgreSQL can be', async () => {
    const server = await start({ volatile: false });
    const setting = (name: string): Promise<string> => value(server.superuserUrl, `SHOW ${name}`);
    expect(await setting('listen_addresses')).toBe('127.0.0.1');
    expect(await setting('unix_socket_directories')).toBe('');
    expect([await setting('fsync'), await setting('synchronous_commit'), await setting('full_page_writes')]).toEqual([
      'on',
      'on',
      'on',
    ]);
    expect([await setting('server_encoding'), await setting('lc_messages'), await setting('timezone')]).toEqual([
      'UTF8',
      'C',
      'UTC',
    ]);
    expect(
      await value(server.superuserUrl, 'SELECT string_agg(DISTINCT auth_method, $$ $$) FROM pg_hba_file_rules'),
    ).toBe('scram-sha-256');
    for (const url of [server.superuserUrl, server.ownerUrl, server.appUrl, server.adminUrl!]) {
      const withoutPassword = Object.assign(new URL(url), { password: 'guessed' }).href;
      await expect(value(withoutPassword, 'SELECT 1')).rejects.toThrow('password authentication failed');
    }
    expect(statSync(join(server.home, 'passwords.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(server.home, 'server.log')).mode & 0o077).toBe(0);
  });

  it('gives a data directory of before the role of the operators, and leaves the other passwords as they are', async () => {
    const first = await start();
    await run(first.superuserUrl, 'REVOKE ALL ON DATABASE bahi FROM bahi_admin; DROP ROLE bahi_admin');
    await first.stop();
    const file = join(first.home, 'passwords.json');
    const { bahi_admin: _, ...before } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    writeFileSync(file, JSON.stringify(before));

    const second = await start();

    expect(await value(second.adminUrl!, 'SELECT session_user')).toBe('bahi_admin');
    const after = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    expect(after).toEqual({ ...before, bahi_admin: expect.stringMatching(/^[\w-]{32}$/) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await second.stop();
    expect(await value((await start()).adminUrl!, 'SELECT session_user')).toBe('bahi_admin');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(after);
  });

  it('gives that role its rights where the tables are there already, once', async () => {
    const first = await start();
    await migrate(first.ownerUrl);
    const inBahi = (server: EmbeddedServer): string =>
      Object.assign(new URL(server.superuserUrl), { pathname: 'bahi' }).href;
    await run(inBahi(first), 'DROP OWNED BY bahi_admin; DROP ROLE bahi_admin');
    await first.stop();

    const second = await start();
    const admin = new AdminDatabase(second.adminUrl);
    await admin.assertOpen();
    await admin.close();

    // Another process may be migrating during the next start: existing rights are left alone.
    const rowOf = `SELECT xmin::text FROM pg_class WHERE oid = 'public.acknowledgements'::regclass`;
    const granted = await value<string>(second.ownerUrl, rowOf);
    await second.stop();
    expect(await value<string>((await start()).ownerUrl, rowOf)).toBe(granted);
  });

  it('lets nobody in again who was locked out', async () => {
    const first = await start();
    await run(first.superuserUrl, 'ALTER ROLE bahi_app NOLOGIN; ALTER ROLE bahi_admin NOLOGIN');
    await first.stop();
    const second = await start();
    for (const url of [second.appUrl, second.adminUrl!])
      await expect(value(url, 'SELECT 1')).rejects.toThrow('is not permitted to log in');
  });

  it('tells who comes beside a service of before that it has no such role yet', async () => {
    const server = await start();
    const file = join(server.home, 'passwords.json');
    const { bahi_admin: _, ...before } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    writeFileSync(file, JSON.stringify(before));
    expect(await attachEmbeddedPostgres(dataDir)).toMatchObject({ appUrl: server.appUrl, adminUrl: null });
  });

  it('lets the owner make tables and the service do nothing yet', async () => {
    const server = await start();
    await run(server.ownerUrl, 'CREATE TABLE made (row int)');
    await expect(run(server.appUrl, 'CREATE TABLE more (row int)')).rejects.toThrow(
      'permission denied for schema public',
    );
    await expect(run(server.appUrl, 'CREATE TEMP TABLE more (row int)')).rejects.toThrow('permission denied');
    await expect(run(server.appUrl, 'CREATE SCHEMA more')).rejects.toThrow('permission denied for database');
    await expect(run(server.appUrl, 'SELECT * FROM made')).rejects.toThrow('permission denied for table made');
    expect(
      await value(server.ownerUrl, `SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user`),
    ).toBe(false);
  });

  it('is there again with its data, on the same port', async () => {
    const first = await start();
    await run(first.ownerUrl, 'CREATE TABLE kept AS SELECT 1 AS row');
    await first.stop();
    expect(await findPostmaster(cluster)).toBeNull();
    const second = await start();
    expect(second).toMatchObject({ adopted: false, ownerUrl: first.ownerUrl });
    expect(await value(second.ownerUrl, 'SELECT row FROM kept')).toBe(1);
  });

  it('takes another port when a stranger has its old one', async () => {
    const first = await start();
    await first.stop();
    const stranger = createServer().listen(Number(new URL(first.appUrl).port), '127.0.0.1');
    await once(stranger, 'listening');
    const second = await start();
    expect(new URL(second.appUrl).port).not.toBe(new URL(first.appUrl).port);
    expect(await value(second.appUrl, 'SELECT 1')).toBe(1);
    stranger.close();
  });

  it('can be joined by a command line while it runs', async () => {
    expect(await attachEmbeddedPostgres(dataDir)).toBeNull();
    const server = await start();
    const joined = await attachEmbeddedPostgres(dataDir);
    expect(joined).toMatchObject({ ownerUrl: server.ownerUrl, appUrl: server.appUrl });
    await server.stop();
    expect(await attachEmbeddedPostgres(dataDir)).toBeNull();
  });
});

describe('after the service was killed', () => {
  it('the server that lives on is adopted, and the lock is free; killed, it is started again under its address', async () => {
    const { child, line } = runInProcess(`${SERVICE} console.log(server.appUrl);`);
    const url = await line();
    await expect(lockDataDir(dataDir)).rejects.toThrow(`process ${child.pid}`);

    child.kill('SIGKILL');
    await once(child, 'exit');

    const lock = await lockDataDir(dataDir);
    const lines: string[] = [];
    const server = await start({ log: (line) => void lines.push(line) });
    expect(server).toMatchObject({ adopted: true, appUrl: url });
    expect(lines.join()).toContain(`still running (process ${readPidFile(cluster)?.pid})`);
    expect(await value(server.ownerUrl, 'SELECT row FROM kept')).toBe(1);
    expect(await server.runs()).toBe(true);

    await server.kill();
    expect(await server.runs()).toBe(false);
    await server.restart();
    expect(await server.runs()).toBe(true);
    expect(await value(url, 'SELECT current_user')).toBe('bahi_app');
    await server.stop();
    expect(await findPostmaster(cluster)).toBeNull();
    lock.release();
  });

  it('and its server too, what was committed is recovered', async () => {
    const first = await start();
    await run(first.ownerUrl, 'CREATE TABLE kept AS SELECT 1 AS row');
    await first.kill();
    expect(readPidFile(cluster)).not.toBeNull();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await value(second.ownerUrl, 'SELECT row FROM kept')).toBe(1);
  });

  it('and its server too, while a session of it is still at work, the start waits for that one', async () => {
    const first = await start();
    // Busy in memory, so that it does not notice at once that its server is gone.
    const busy = run(first.superuserUrl, 'SELECT count(*) FROM generate_series(1, 8000000) AS n WHERE n % 7 = 3').catch(
      silent,
    );
    await until('the session works', async () =>
      value(
        first.superuserUrl,
        `SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'SELECT count(%) FROM gen%'`,
      ),
    );
    await first.kill();
    const second = await start();
    expect(await value(second.appUrl, 'SELECT 1')).toBe(1);
    await busy;
  });

  it('and the process id in its file has gone to another program, that one is left alone', async () => {
    const first = await start();
    await first.kill();
    // Run as the server's user: PostgreSQL itself sees that a process of any other user is not its server.
    const { uid, gid } = statSync(cluster);
    const stranger = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
    processes.push(stranger);
    await once(stranger, 'spawn');
    const pidFile = join(cluster, 'postmaster.pid');
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(stranger.pid)));

    const second = await start();
    expect(second.adopted).toBe(false);
    await second.stop();
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('in the middle of making the database, the next start makes it', async () => {
    const { child } = runInProcess('await startEmbeddedPostgres({ dataDir, log, volatile: true });');
    const home = join(dataDir, 'postgres');
    const halfMade = (): string | undefined => readdirSync(home).find((name) => name.startsWith('cluster.new-'));
    await until('initdb is at work', () => existsSync(home) && existsSync(join(home, halfMade() ?? '', 'PG_VERSION')));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(cluster)).toBe(false);
    expect(await value((await start()).appUrl, 'SELECT 1')).toBe(1);
  });
});

describe('Ctrl-C in the terminal', () => {
  it('reaches the service and not the server, which is stopped last', async () => {
    const { child, line } = runInProcess(`${SERVICE}
      process.on('SIGINT', async () => {
        const { rows } = await connected(server.ownerUrl, (client) => client.query('SELECT pg_sleep(0.3), row FROM kept'));
        console.log('the server still answers', rows[0].row);
        await server.stop();
        process.exit(0);
      });
      console.log('ready');`);
    expect(await line()).toBe('ready');
    process.kill(-child.pid!, 'SIGINT');
    expect(await line()).toBe('the server still answers 1');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await findPostmaster(cluster)).toBeNull();
  });
});

describe('commands beside each other', () => {
  const borrow = (alone = false): ReturnType<typeof borrowEmbeddedPostgres> =>
    borrowEmbeddedPostgres({ dataDir, log: silent, volatile: true, alone });

  it('take turns when no service runs', async () => {
    const turns = Array.from({ length: 3 }, async () => {
      const server = await borrow();
      await run(server.ownerUrl, 'CREATE TABLE IF NOT EXISTS visits (row int); INSERT INTO visits VALUES (1)');
      const visits = await value(server.ownerUrl, 'SELECT count(*)::int FROM visits');
      await server.stop();
      return visits;
    });
    expect((await Promise.all(turns)).sort()).toEqual([1, 2, 3]);
    expect(await findPostmaster(cluster)).toBeNull();
    (await lockDataDir(dataDir)).release();
  });

  it('wait no longer for their turn when they are broken off', async () => {
    const lock = await lockDataDir(dataDir, 'command');
    const stop = new AbortController();
    const turn = borrowEmbeddedPostgres({ dataDir, log: silent, volatile: true, stop: stop.signal });
    stop.abort(new Error('broken off'));
    await expect(turn).rejects.toThrow('broken off');
    lock.release();
  });

  it('join the server of a running service and leave it running, or are refused', async () => {
    const lock = await lockDataDir(dataDir);
    const server = await start();
    const borrowed = await borrow();
    expect(borrowed).toMatchObject({ beside: true, ownerUrl: server.ownerUrl });
    await borrowed.stop();
    expect(await value(server.appUrl, 'SELECT 1')).toBe(1);
    await expect(borrow(true)).rejects.toThrow(DataDirInUse);
    lock.release();
  });
});

describe('a server that cannot start', () => {
  it('fails in one line with the end of its log and where that is', async () => {
    await (await start()).stop();
    rmSync(join(cluster, 'global', 'pg_control'));
    const refusal = await start().catch((error: Error) => error.message);
    expect(refusal).toMatch(
      /^PostgreSQL did not start: .*could not find the database system.*pg_control.* \(its log: .*server\.log\)$/,
    );
  });

  it('fails with a line on a data directory that cannot be written', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedPostgres({ dataDir: file, log: silent })).rejects.toThrow(
      /^The data directory .* is not writable \((EEXIST|EACCES|ENOTDIR)\): .*DATA_DIR/,
    );
  });

  it('fails with a line on passwords that are gone', async () => {
    const server = await start();
    await server.stop();
    rmSync(join(server.home, 'passwords.json'));
    await expect(start()).rejects.toThrow(/^The database passwords cannot be read from .* \(ENOENT\): /);
    expect(await findPostmaster(cluster)).toBeNull();
  });
});

describe('as root', () => {
  (isRoot ? it : it.skip)(
    'in a folder that only root can enter, the database stands elsewhere and a note says where',
    async () => {
      chmodSync(dataDir, 0o700);
      const first = await start();
      try {
        expect(first.home).toMatch(/^\/var\/lib\/bahi\/[0-9a-f]{12}-\w{6}$/);
        expect(readFileSync(join(dataDir, 'postgres-location.txt'), 'utf8')).toContain(`\n${first.home}\n`);
        await run(first.ownerUrl, 'CREATE TABLE kept AS SELECT 1 AS row');
        await first.stop();
        const second = await start();
        expect(await value(second.ownerUrl, 'SELECT row FROM kept')).toBe(1);
        await second.stop();
      } finally {
        rmSync(first.home, { recursive: true });
      }
    },
  );
});

describe('a test run that is killed', () => {
  it('leaves neither server nor files behind', async () => {
    const { child, line } = runInProcess(`
      const loader = await import(${file('scripts/typescript-loader.js')});
      loader.importTypeScriptFromNowOn();
      const { startOwnServer } = await import(${file('test/support/postgres-server.ts')});
      const server = await startOwnServer();
      console.log((await server.urls()).home);`);
    const home = await line();
    const running = await findPostmaster(join(home, 'cluster'));
    expect(running).not.toBeNull();
    child.kill('SIGKILL');
    await until('the server is gone', async () => (await findPostmaster(join(home, 'cluster'))) === null);
    await until('the files are gone', () => !existsSync(home));
  });
});
