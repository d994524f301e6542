import { setTimeout as pause } from 'node:timers/promises';
import { DataDirInUse, lockDataDir } from './data-dir-lock.js';
import type { DataDirLock } from './data-dir-lock.js';
import { attachEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import type { EmbeddedPostgresOptions } from './embedded-postgres.js';
import type { EmbeddedServerUrls } from './passwords.js';

interface BorrowedServer extends EmbeddedServerUrls {
  /** The server belongs to a running service, and keeps running. */
  readonly beside: boolean;
  /** Stops the server, unless it belongs to a running service. */
  stop(): Promise<void>;
}

interface BorrowOptions extends EmbeddedPostgresOptions {
  /** For work that must not run while the service is running. */
  readonly alone?: boolean;
  /** Aborted when nobody waits for the server any more. */
  readonly stop?: AbortSignal;
}

/** Commands queue (twenty `migrate` at once, for example); each takes about a second. */
const WAIT_FOR_OTHERS_MS = 120_000;
const ASK_AGAIN_MS = 300;

/**
 * For the command line: the server of the service that runs on this data directory, or else a server of its own.
 * Without a service, commands take turns: otherwise the first command would stop the server while the second uses it.
 * @throws DataDirInUse when `alone` meets a service, or the turn does not come within two minutes
 * @throws the reason of `stop`, if it is aborted before the turn
 */
export async function borrowEmbeddedPostgres(options: BorrowOptions): Promise<BorrowedServer> {
  const giveUpAt = Date.now() + WAIT_FOR_OTHERS_MS;
  for (;;) {
    options.stop?.throwIfAborted();
    const lock = await tryLock(options.dataDir);
    if (!(lock instanceof DataDirInUse)) return startOwn(options, lock);
    if (lock.holder === 'service') {
      if (options.alone) throw lock;
      const urls = await attachEmbeddedPostgres(options.dataDir);
      // Null: that service is still starting, or is ending.
      if (urls) return { ...urls, beside: true, stop: async () => undefined };
    }
    if (Date.now() > giveUpAt) throw lock;
    await pause(ASK_AGAIN_MS);
  }
}

async function startOwn(options: BorrowOptions, lock: DataDirLock): Promise<BorrowedServer> {
  try {
    const server = await startEmbeddedPostgres(options);
    const stop = async (): Promise<void> => {
      await server.stop();
      lock.release();
    };
    return { ...server, beside: false, stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function tryLock(dataDir: string): Promise<DataDirLock | DataDirInUse> {
  try {
    return await lockDataDir(dataDir, 'command');
  } catch (error) {
    if (error instanceof DataDirInUse) return error;
    throw error;
  }
}
