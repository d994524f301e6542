import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../src/platform/database/migrate.js';
import { findJitBinaries, startJitServer } from './jit-server.js';
import { startOwnServer, startTestServer } from './postgres-server.js';
import { startTestRedis } from './redis-server.js';

/** Jest runs this once, before the first test file, and global-teardown.ts after the last, in the same process. */
export default async function globalSetup(): Promise<void> {
  build();
  const machine = process.env['BAHI_TEST_POSTGRES'] === 'machine' ? findJitBinaries() : null;
  servers.push(await startTestServer(migrate, machine === null ? startOwnServer : () => startJitServer(machine)));
  servers.push(await startTestRedis());
}

/** What the run has started. */
export const servers: { stop(): Promise<void> }[] = [];

/** Processes of their own run what is built (service-process.ts). Who starts Jest by hand shall not meet yesterday's build. */
function build(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { status } = spawnSync('make', ['--silent', 'build-bench'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`make build-bench ended with ${status}`);
}
