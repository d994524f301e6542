import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AS_IT_COMES, FOLDER, machineBinaries } from '../../bench/machine-postgres.js';
import type { Binaries } from '../../src/platform/embedded-postgres/binaries.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { commandOrInstall } from './install.js';
import { createDatabaseOn, deleteWhenAbandoned, type TestServer, type WithUrls } from './postgres-server.js';

/** From this version on, `pg_stat_statements` reports what was compiled. */
const OLDEST_MAJOR = 15;

const installed = (): Binaries | null => machineBinaries(OLDEST_MAJOR, 'lib/llvmjit.so');

/**
 * The programs of a PostgreSQL that compiles statements, as Debian and the clouds ship it up to version 17; installed
 * if apt can. Null on systems without one (the bundled PostgreSQL and Homebrew's are built without JIT).
 */
export function findJitBinaries(): Binaries | null {
  const found = installed();
  if (found !== null || !existsSync('/usr/bin/apt-get')) return found;
  try {
    commandOrInstall([`${FOLDER}/15/bin/postgres`], { apt: 'postgresql-15', brew: 'postgresql@15' });
  } catch {
    // Decided: another distribution's apt may not have version 15. The caller reports that the test was not run.
  }
  return installed();
}

/** Such a server in its default configuration with JIT on, which counts what it compiles; without fsync. */
export async function startJitServer(binaries: Binaries): Promise<TestServer & WithUrls> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bahi-test-jit-'));
  chmodSync(dataDir, 0o711); // When run as root, the server runs as another user.
  const release = deleteWhenAbandoned(dataDir);
  const settings = {
    ...AS_IT_COMES,
    jit: 'on',
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.track': 'all',
  };
  const instead = { binaries, settings };
  const server = await startEmbeddedPostgres({ dataDir, instead, volatile: true, log: () => undefined });
  return {
    superuserUrl: server.superuserUrl,
    urls: async () => server,
    createDatabase: () => createDatabaseOn(server),
    stop: async () => {
      await server.stop();
      for (const folder of [server.home, dataDir]) rmSync(folder, { recursive: true, force: true });
      release();
    },
  };
}
