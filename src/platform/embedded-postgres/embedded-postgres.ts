import { existsSync } from 'node:fs';
import type pg from 'pg';
import { StartupError } from '../config/startup-error.js';
import { findBinaries } from './binaries.js';
import type { Binaries } from './binaries.js';
import { diskFull, openDataDir, isDiskFull } from './data-dir.js';
import { assertSameMajor, initCluster } from './init-cluster.js';
import { type Launch, launchPostmaster, relaunchPostmaster, whenReady } from './launch.js';
import { completePasswords, readPasswords, urlsOf } from './passwords.js';
import type { EmbeddedServerUrls, Passwords } from './passwords.js';
import { findPostmaster, killPostmaster, runsOn, stopPostmaster } from './postmaster.js';
import type { Postmaster } from './postmaster.js';
import { connected, grantToAdmin, provision } from './provision.js';
import { findServerHome, makeServerHome } from './server-home.js';
import type { ServerHome } from './server-home.js';
import { canReach, serverUserForNewCluster, serverUserOfCluster } from './server-user.js';
import type { ServerUser } from './server-user.js';
import { type ServerSettings, SETTINGS, VOLATILE } from './server-settings.js';
import { messageOf } from './system-error.js';

export interface EmbeddedServer extends EmbeddedServerUrls {
  /** The server of a killed run was found alive, and is reused. */
  readonly adopted: boolean;
  /** The folder of its database, passwords and log. */
  readonly home: string;
  /** Whether its process is running. */
  runs(): Promise<boolean>;
  /** Starts the server again under the same addresses after its process was killed. @throws StartupError */
  restart(): Promise<void>;
  /** Fast shutdown; returns when the server has ended. */
  stop(): Promise<void>;
  /** For tests of what survives: SIGKILL. */
  kill(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Lines for the person at the terminal. */
  readonly log: (line: string) => void;
  /** Tests only: no fsync. */
  readonly volatile?: boolean;
  /** Tests only: environment variables of the server, such as for another clock. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Tests only: the programs of another server, and its settings. */
  readonly instead?: { readonly binaries: Binaries; readonly settings: ServerSettings };
}

/**
 * Starts the server of this data directory, or takes over the one that a killed service left running there.
 * The caller holds the lock of the directory (`lockDataDir`), so a server that is still running there has no owner.
 * @throws StartupError, with one line that explains what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  const { log, volatile = false, environment = {}, instead } = options;
  const dataDir = openDataDir(options.dataDir);
  const { home, user } = await openHome(dataDir, log);
  const binaries = instead?.binaries ?? (await findBinaries(dataDir, user));
  if (!existsSync(home.cluster)) {
    log(`First start: creating the database in ${home.dir} …`);
    await initCluster(home, binaries, user, volatile);
  }
  assertSameMajor(home, binaries);
  const passwords = completePasswords(home);
  const settings = { ...(instead?.settings ?? SETTINGS), ...(volatile ? VOLATILE : {}) };
  const launch = { home, binaries, user, settings, environment, log };
  const orphan = await takeOver(home, log);
  if (orphan) return openServer(launch, orphan, true, passwords);
  const started = await launchPostmaster(launch);
  log(describe(binaries, started, home));
  return openServer(launch, started, false, passwords);
}

/** While a service is running: the addresses of the server on this data directory, or null if none runs. */
export async function attachEmbeddedPostgres(dataDir: string): Promise<EmbeddedServerUrls | null> {
  if (!existsSync(dataDir)) return null;
  const home = findServerHome(openDataDir(dataDir));
  if (home === null) return null;
  const running = await findPostmaster(home.cluster);
  return running?.status === 'ready' ? urlsOf(readPasswords(home), running.port) : null;
}

async function openHome(
  dataDir: string,
  log: (line: string) => void,
): Promise<{ home: ServerHome; user: ServerUser | null }> {
  const found = findServerHome(dataDir);
  if (found === null || !existsSync(found.cluster)) {
    const user = await serverUserForNewCluster();
    const home = found !== null && canReach(found.cluster, user) ? found : makeServerHome(dataDir, user, log);
    return { home, user };
  }
  const user = serverUserOfCluster(found.cluster);
  if (canReach(found.cluster, user)) return { home: found, user };
  throw new StartupError(
    `PostgreSQL runs as user ${user?.uid}, which cannot enter ${found.cluster}: run chmod o+x on the folders ` +
      'above it, or start as that user.',
  );
}

/** A server that is ending cannot be used; its end is awaited. */
async function takeOver(home: ServerHome, log: (line: string) => void): Promise<Postmaster | null> {
  const found = await findPostmaster(home.cluster);
  if (found === null) return null;
  log(`A PostgreSQL server of an earlier run is still running (process ${found.pid}): using it.`);
  return whenReady(found.pid, home, log);
}

/** A connection with our password shows that the server is ours; then missing roles and the database are created. */
async function openServer(
  launch: Launch,
  { pid: firstPid, port }: Postmaster,
  adopted: boolean,
  passwords: Passwords,
): Promise<EmbeddedServer> {
  const { home, log } = launch;
  const urls = urlsOf(passwords, port);
  let pid = firstPid;
  const stop = (): Promise<void> => stopPostmaster(pid, home.cluster, log);
  try {
    await connected(urls.superuserUrl, async (client) => {
      await assertServes(client, home);
      await provision(client, passwords);
    });
    await connected(urls.ownerUrl, grantToAdmin);
  } catch (error) {
    if (!adopted) await stop();
    throw unusable(pid, adopted, home, error);
  }
  return {
    ...urls,
    adopted,
    home: home.dir,
    runs: () => runsOn(pid, home.cluster),
    restart: async () => void ({ pid } = await relaunchPostmaster(launch, port)),
    stop,
    kill: () => killPostmaster(pid, home.cluster),
  };
}

/** Makes sure that this is not another server that got the port in the meantime. */
async function assertServes(client: pg.Client, home: ServerHome): Promise<void> {
  const { rows } = await client.query<{ directory: string }>(`SELECT current_setting('data_directory') AS directory`);
  if (rows[0]?.directory !== home.cluster) throw new Error(`it serves ${rows[0]?.directory}, not ${home.cluster}`);
}

function unusable(pid: number, adopted: boolean, home: ServerHome, error: unknown): StartupError {
  const why = messageOf(error);
  if (isDiskFull(why)) return diskFull(home.cluster);
  const next = adopted ? `end it with \`kill -INT ${pid}\` and start again` : `its log is ${home.log}`;
  return new StartupError(`PostgreSQL (process ${pid}) runs but cannot be used (${why}): ${next}.`);
}

function describe({ version }: Binaries, { pid, port }: Postmaster, { log }: ServerHome): string {
  return `PostgreSQL ${version} runs on 127.0.0.1:${port} (process ${pid}, log ${log}).`;
}
