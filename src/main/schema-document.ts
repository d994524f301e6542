import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, migrate, schemaObjects } from '../platform/database/database.public.js';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.public.js';
import { exitCodeOf, onStopSignal } from './stop-signals.js';

const HEAD = `-- The schema as the migrations make it, with the rights of the service's roles. Generated: make fix writes it, make
-- check compares it. The queue's tables are BullMQ's and left out.
`;

/**
 * The text of docs/schema.sql: all migrations applied to an empty database on a temporary server, in about three
 * seconds.
 */
export async function schemaDocument(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bahi-schema-'));
  chmodSync(folder, 0o711); // As root the server runs as another user.
  const log = (): void => undefined;
  const server = await startEmbeddedPostgres({ dataDir: folder, log, volatile: true });
  const remove = async (): Promise<void> => {
    await server.stop();
    for (const path of [server.home, folder]) rmSync(path, { recursive: true, force: true });
  };
  // The server runs in its own session and would outlive an interrupted check.
  onStopSignal((signal) => void remove().finally(() => process.exit(exitCodeOf(signal))));
  const owner = new Database(server.ownerUrl, 1);
  try {
    await migrate(server.ownerUrl);
    const objects = await schemaObjects(owner);
    return [HEAD, ...objects.map(({ name, text }) => `-- ${name}\n${text}\n`)].join('\n');
  } finally {
    await owner.close();
    await remove();
  }
}
