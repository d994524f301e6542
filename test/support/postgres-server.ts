import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import type { EmbeddedServer } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { ADMIN, APP, OWNER } from '../../src/platform/embedded-postgres/passwords.js';
import type { EmbeddedServerUrls } from '../../src/platform/embedded-postgres/passwords.js';
import { connected, ensureRole, grantConnect } from '../../src/platform/embedded-postgres/provision.js';
import { copyOnNodes, makeTemplateOnNodes } from './citus-template.js';
import { copyRightsAndSettings } from './database-rights.js';

/** The database of one test; `superuserUrl` leads to it too. */
export interface TestDatabase extends EmbeddedServerUrls {
  readonly adminUrl: string;
  /** Terminates connections that are still open. */
  drop(): Promise<void>;
}

export interface TestServer {
  /** Superuser on database `postgres`. */
  readonly superuserUrl: string;
  createDatabase(): Promise<TestDatabase>;
  /** Stops and deletes a server started by the tests; leaves the server of TEST_DATABASE_URL alone. */
  stop(): Promise<void>;
}

/** A server that a test may break. */
export interface OwnServer extends TestServer {
  /** SIGKILL: everything that was committed must be there after `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same data, and on the same port unless another program has taken it. */
  restart(): Promise<void>;
}

/** The variable that passes the run's server to the test files, which Jest runs in separate processes. */
const VARIABLE = 'BAHI_TEST_SERVER';

interface RunServer {
  readonly urls: EmbeddedServerUrls;
  /** The name of a database to which all migrations were applied and nothing else was done. Copying it is quick. */
  readonly template: string;
  /** If the books of the copies are distributed over nodes: a superuser's address of the coordinator. */
  readonly coordinator?: string;
}

/**
 * The server of a whole test run: that of TEST_DATABASE_URL (a superuser's), otherwise one started for the run, without
 * fsync.
 * @param migrate runs once, for all databases of the run that have their tables
 * @param startOwn starts that server: the bundled PostgreSQL, or the machine's
 */
export async function startTestServer(
  migrate: (ownerUrl: string) => Promise<void>,
  startOwn: () => Promise<TestServer & WithUrls> = startOwnServer,
): Promise<Pick<TestServer, 'stop'>> {
  const url = process.env['TEST_DATABASE_URL'];
  const server = url ? await givenServer(url) : await startOwn();
  const template = await server.createDatabase();
  await migrate(template.ownerUrl);
  const run: RunServer = { urls: await server.urls(), template: new URL(template.ownerUrl).pathname.slice(1) };
  process.env[VARIABLE] = JSON.stringify(run);
  return {
    stop: async () => {
      await template.drop();
      await server.stop();
    },
  };
}

/** The servers of a run whose books are distributed. @param coordinator a superuser's address */
export async function startOnCitus(coordinator: string): Promise<Pick<TestServer, 'stop'>> {
  const server = await givenServer(coordinator);
  const template = await makeTemplateOnNodes(coordinator);
  const run: RunServer = { urls: await server.urls(), template: template.name, coordinator };
  process.env[VARIABLE] = JSON.stringify(run);
  return { stop: () => template.drop() };
}

function runServer(): RunServer {
  const run = process.env[VARIABLE];
  if (run === undefined)
    throw new Error(`no ${VARIABLE}: run the tests with Jest, whose global set-up starts the server`);
  return JSON.parse(run) as RunServer;
}

/**
 * An empty database on the server of this test run, with the roles and rights that a real one has before its
 * migrations.
 */
export function createDatabase(): Promise<TestDatabase> {
  return createDatabaseOn(runServer().urls);
}

/** A separate database on the server of this test run, to which all migrations were applied. */
export function createMigratedDatabase(): Promise<TestDatabase> {
  const { urls, template, coordinator } = runServer();
  return coordinator === undefined ? createDatabaseOn(urls, template) : copyOnNodes(coordinator, template);
}

/** Whether the books of {@link createMigratedDatabase} are distributed over several nodes. */
export const isOnCitus = (): boolean => runServer().coordinator !== undefined;

/** A server for one test file, stopped by `stop()`. `durable`: with fsync, as in production. */
export async function startOwnServer({ durable = false } = {}): Promise<OwnServer & WithUrls> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bahi-test-'));
  chmodSync(dataDir, 0o711); // When run as root, the server runs as another user.
  const release = deleteWhenAbandoned(dataDir);
  const start = (): Promise<EmbeddedServer> =>
    startEmbeddedPostgres({ dataDir, volatile: !durable, log: () => undefined });
  let server = await start();
  return {
    superuserUrl: server.superuserUrl,
    urls: async () => server,
    createDatabase: () => createDatabaseOn(server),
    kill: () => server.kill(),
    restart: async () => void (server = await start()),
    stop: async () => {
      await server.stop();
      for (const folder of [server.home, dataDir]) rmSync(folder, { recursive: true, force: true });
      release();
    },
  };
}

export interface WithUrls {
  urls(): Promise<EmbeddedServerUrls>;
}

/**
 * Roles belong to the whole server. Bahi's roles have this password on it; if they have another, the server is not for
 * tests.
 */
const TEST_PASSWORD = 'bahi-test';

async function givenServer(url: string): Promise<TestServer & WithUrls> {
  const login = (role: string): string => changed(url, { username: role, password: TEST_PASSWORD });
  const urls = { superuserUrl: url, ownerUrl: login(OWNER), appUrl: login(APP), adminUrl: login(ADMIN) };
  await connected(url, async (client) => {
    for (const role of [OWNER, APP, ADMIN]) await ensureRole(client, role, TEST_PASSWORD);
  });
  for (const roleUrl of [urls.ownerUrl, urls.appUrl, urls.adminUrl]) {
    await connected(roleUrl, async () => undefined).catch((error: unknown) => {
      throw new Error(
        `The server of TEST_DATABASE_URL has ${OWNER}, ${APP} and ${ADMIN} for another use: take a server for tests only.`,
        {
          cause: error,
        },
      );
    });
  }
  return {
    superuserUrl: url,
    urls: async () => urls,
    createDatabase: () => createDatabaseOn(urls),
    stop: async () => undefined,
  };
}

/** @param template a database without connections, to be copied; if omitted, the new one is empty */
export async function createDatabaseOn(
  { superuserUrl, ownerUrl, appUrl, adminUrl }: EmbeddedServerUrls,
  template?: string,
): Promise<TestDatabase> {
  const name = `bahi_test_${randomBytes(6).toString('hex')}`;
  await connected(superuserUrl, async (client) => {
    await client.query(
      `CREATE DATABASE ${name} OWNER ${OWNER} ${template === undefined ? '' : `TEMPLATE ${template}`}`,
    );
    await grantConnect(client, name);
    if (template !== undefined) await copyRightsAndSettings(client, template, name);
  });
  const into = (url: string): string => changed(url, { pathname: name });
  return {
    superuserUrl: into(superuserUrl),
    ownerUrl: into(ownerUrl),
    appUrl: into(appUrl),
    adminUrl: into(adminUrl!),
    drop: () =>
      connected(superuserUrl, async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`))),
  };
}

function changed(url: string, change: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>): string {
  return Object.assign(new URL(url), change).href;
}

/**
 * A test run that is killed cannot clean up, and its server runs in a session of its own. So a shell waits at the other
 * end of a pipe: when this process ends, for whatever reason, the pipe closes, and the shell stops the server and
 * deletes its files. The process id in the file is trusted only if its command line names the tests' folder.
 */
const CLEANER = `
cat > /dev/null
home=$(tail -n 1 "$1/postgres-location.txt" 2> /dev/null || echo "$1/postgres")
pid=$(head -n 1 "$home/cluster/postmaster.pid" 2> /dev/null)
ours() { { tr '\\0' ' ' < "/proc/$pid/cmdline" || ps -ww -o command= -p "$pid"; } 2> /dev/null | grep -qF "/postgres -D $home/cluster -p "; }
if [ -n "$pid" ] && ours; then
  kill -QUIT "$pid"
  while ours; do sleep 0.1; done
fi
rm -rf "$home" "$1"
`;

/**
 * Cleans up the server of this data directory, started or not, if this process dies.
 * @returns a function to call once its files are gone
 */
export function deleteWhenAbandoned(dataDir: string): () => void {
  const shell = spawn('/bin/sh', ['-c', CLEANER, 'bahi-test-cleaner', dataDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => shell.stdin.end();
}
