import { startTestServer } from './postgres-server.js';
import type { TestServer } from './postgres-server.js';

/** Jest runs this once, before the first test file, and global-teardown.ts after the last, in the same process. */
export default async function globalSetup(): Promise<void> {
  server = await startTestServer();
}

export let server: TestServer | undefined;
