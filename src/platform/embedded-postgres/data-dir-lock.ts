import { closeSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../config/startup-error.js';
import { notWritable, openDataDir } from './data-dir.js';
import { CannotLock, openLocked } from './file-lock.js';

/**
 * One service per data directory: it holds a lock on the file `lock` there. A socket would need a rule for stale files,
 * and PostgreSQL's own `postmaster.pid` does not see processes of other containers.
 */
export interface DataDirLock {
  release(): void;
}

/** The holder of the lock: the service, or a command that started the server for itself. */
type LockHolder = 'service' | 'command';

/** Another process uses this data directory. */
export class DataDirInUse extends StartupError {
  constructor(
    dataDir: string,
    readonly holder: LockHolder,
    pid: string,
  ) {
    super(
      holder === 'service'
        ? `Another Bahi (process ${pid}) is already using the data directory ${dataDir}: stop it first, or set ` +
            'DATA_DIR and PORT for a second one.'
        : `A bahi command (process ${pid}) is using the data directory ${dataDir}: start again when it has ended.`,
    );
  }
}

/** A process that is ending releases the lock soon, so the next one retries before it gives up. */
const RETRY_FOR_MS = 1_500;
const RETRY_EVERY_MS = 60;

/** @throws DataDirInUse @throws StartupError when the directory cannot be written or locked */
export async function lockDataDir(dataDir: string, holder: LockHolder = 'service'): Promise<DataDirLock> {
  const dir = openDataDir(dataDir);
  const file = join(dir, 'lock');
  const giveUpAt = Date.now() + RETRY_FOR_MS;
  let fd = await openDataDirLock(file);
  while (fd === null) {
    if (Date.now() > giveUpAt) throw inUse(dir, file);
    await pause(RETRY_EVERY_MS);
    fd = await openDataDirLock(file);
  }
  const held = fd;
  ftruncateSync(held);
  writeSync(held, `${holder} ${process.pid}\n`, 0);
  return { release: () => closeSync(held) };
}

function inUse(dir: string, file: string): DataDirInUse {
  const [holder, pid] = readFileSync(file, 'utf8').trim().split(' ');
  return new DataDirInUse(dir, holder === 'command' ? 'command' : 'service', pid ?? 'unknown');
}

/** @throws StartupError */
async function openDataDirLock(file: string): Promise<number | null> {
  try {
    return await openLocked(file);
  } catch (error) {
    if (!(error instanceof CannotLock)) throw notWritable(file, error);
    throw new StartupError(
      error.isFlockMissing
        ? 'The command flock is missing: install util-linux, or set DATABASE_URL to a PostgreSQL server of your own.'
        : `The data directory cannot be locked (${error.message}): set DATA_DIR to a local disk.`,
    );
  }
}
