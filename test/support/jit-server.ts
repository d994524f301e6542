import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries } from '../../src/platform/embedded-postgres/binaries.js';
import { initCluster } from '../../src/platform/embedded-postgres/init-cluster.js';
import { launchPostmaster } from '../../src/platform/embedded-postgres/launch.js';
import { completePasswords, urlsOf } from '../../src/platform/embedded-postgres/passwords.js';
import { stopPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { connected, provision } from '../../src/platform/embedded-postgres/provision.js';
import { makeServerHome } from '../../src/platform/embedded-postgres/server-home.js';
import { serverUserForNewCluster } from '../../src/platform/embedded-postgres/server-user.js';
import { VOLATILE } from '../../src/platform/embedded-postgres/server-settings.js';
import { commandOrInstall } from './install.js';
import { createDatabaseOn, deleteWhenAbandoned, type TestServer } from './postgres-server.js';

/** Where Debian and Ubuntu put each major version. */
const FOLDER = '/usr/lib/postgresql';

/** From this version on `pg_stat_statements` says what was compiled. */
const OLDEST_MAJOR = 15;

const nothing = (): void => undefined;

/**
 * The programs of a PostgreSQL that compiles statements, as Debian and the clouds deliver it up to 17; installed where
 * apt can. Null on systems that have none (the bundled one, and Homebrew's, are built without).
 */
export function findJitBinaries(): Binaries | null {
  const found = installedBinaries();
  if (found !== null || !existsSync('/usr/bin/apt-get')) return found;
  try {
    commandOrInstall([`${FOLDER}/15/bin/postgres`], { apt: 'postgresql-15', brew: 'postgresql@15' });
  } catch {
    // Decided: another distribution's apt may have no 15. Whoever asks says that the test was not run.
  }
  return installedBinaries();
}

function installedBinaries(): Binaries | null {
  const majors = existsSync(FOLDER) ? readdirSync(FOLDER).map(Number) : [];
  const major = majors
    .toSorted((a, b) => a - b)
    .find((number) => number >= OLDEST_MAJOR && existsSync(`${FOLDER}/${number}/lib/llvmjit.so`));
  if (major === undefined) return null;
  const [initdb, postgres] = [`${FOLDER}/${major}/bin/initdb`, `${FOLDER}/${major}/bin/postgres`];
  return { initdb, postgres, major, version: `${major}` };
}

/** Such a server as it comes, JIT on, which counts what it compiles; without fsync. */
export async function startJitServer(binaries: Binaries): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bahi-test-jit-'));
  chmodSync(dataDir, 0o711); // As root the server runs as another user.
  const release = deleteWhenAbandoned(dataDir);
  const user = await serverUserForNewCluster();
  const home = makeServerHome(dataDir, user, nothing);
  await initCluster(home, binaries, user, true);
  const passwords = completePasswords(home);
  const settings = {
    ...VOLATILE,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    jit: 'on',
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.track': 'all',
  };
  const { pid, port } = await launchPostmaster({ home, binaries, user, settings, log: nothing });
  const urls = urlsOf(passwords, port);
  await connected(urls.superuserUrl, (client) => provision(client, passwords));
  return {
    superuserUrl: urls.superuserUrl,
    createDatabase: () => createDatabaseOn(urls),
    stop: async () => {
      await stopPostmaster(pid, home.cluster, nothing);
      for (const folder of [home.dir, dataDir]) rmSync(folder, { recursive: true, force: true });
      release();
    },
  };
}
