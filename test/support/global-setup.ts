import { startTestServer } from './postgres-server.js';
import { startTestRedis } from './redis-server.js';

/** Jest runs this once, before the first test file, and global-teardown.ts after the last, in the same process. */
export default async function globalSetup(): Promise<void> {
  servers.push(await startTestServer());
  servers.push(await startTestRedis());
}

/** What the run has started. */
export const servers: { stop(): Promise<void> }[] = [];
