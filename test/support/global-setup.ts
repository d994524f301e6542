import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { findJitBinaries, startJitServer } from './jit-server.js';
import { startOnCitus, startOwnServer, startTestServer } from './postgres-server.js';
import { startTestRedis } from './redis-server.js';

/** Jest runs this once before the first test file, and global-teardown.ts after the last, in the same process. */
export default async function globalSetup(): Promise<void> {
  build();
  servers.push(await startPostgres());
  servers.push(await startTestRedis());
}

/**
 * BAHI_TEST_POSTGRES chooses this machine's PostgreSQL, or a coordinator with its nodes; otherwise the bundled one is
 * used.
 */
async function startPostgres(): Promise<{ stop(): Promise<void> }> {
  const which = process.env['BAHI_TEST_POSTGRES'];
  if (which === 'citus') {
    const coordinator = process.env['TEST_CITUS_URL'];
    if (coordinator === undefined) throw new Error('BAHI_TEST_POSTGRES=citus needs TEST_CITUS_URL');
    return startOnCitus(coordinator);
  }
  const machine = which === 'machine' ? findJitBinaries() : null;
  return startTestServer(migrate, machine === null ? startOwnServer : () => startJitServer(machine));
}

/** The servers that the run has started. */
export const servers: { stop(): Promise<void> }[] = [];

/**
 * Separate processes run the built program (service-process.ts), so a run that is started by hand must not use an old
 * build.
 */
function build(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { status } = spawnSync('make', ['--silent', 'build-bench'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`make build-bench ended with ${status}`);
}
