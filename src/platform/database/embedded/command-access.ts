import { setTimeout as pause } from 'node:timers/promises';
import { DataDirInUse, lockDataDir } from './data-dir-lock.js';
import type { DataDirLock } from './data-dir-lock.js';
import { attachEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import type { EmbeddedPostgresOptions } from './embedded-postgres.js';
import type { EmbeddedServerUrls } from './passwords.js';

/** Commands queue up behind each other (twenty `migrate` at once); each takes about a second. */
const WAIT_FOR_OTHERS_MS = 120_000;
const ASK_AGAIN_MS = 300;

/**
 * For the command line: beside a running service (`beside` is true) its server is used, otherwise one is started for as
 * long as `work` takes. Commands without a service take turns: the first one's server would stop under the second.
 * @throws DataDirInUse when the turn does not come within two minutes
 */
export async function withEmbeddedPostgres<T>(
  options: EmbeddedPostgresOptions,
  work: (urls: EmbeddedServerUrls, beside: boolean) => Promise<T>,
): Promise<T> {
  const giveUpAt = Date.now() + WAIT_FOR_OTHERS_MS;
  for (;;) {
    const lock = await tryLock(options.dataDir);
    if (!(lock instanceof DataDirInUse)) return workAlone(options, lock, work);
    const urls = lock.holder === 'service' ? await attachEmbeddedPostgres(options.dataDir) : null;
    if (urls) return work(urls, true);
    if (Date.now() > giveUpAt) throw lock;
    await pause(ASK_AGAIN_MS);
  }
}

async function workAlone<T>(
  options: EmbeddedPostgresOptions,
  lock: DataDirLock,
  work: (urls: EmbeddedServerUrls, beside: boolean) => Promise<T>,
): Promise<T> {
  try {
    const server = await startEmbeddedPostgres(options);
    try {
      return await work(server, false);
    } finally {
      await server.stop();
    }
  } finally {
    lock.release();
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
