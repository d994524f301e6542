import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../config/startup-error.js';
import { notWritable, openDataDir } from './data-dir.js';
import { runToEnd } from './run-to-end.js';
import { systemCodeOf } from './system-error.js';

/**
 * One service per data directory.
 *
 * The lock is the kernel's own advisory lock (flock) on the file `lock` in the data directory. It belongs to our open
 * file: the kernel frees it when the process ends in whatever way, nothing stale can stay behind, two that try
 * at the same moment get one winner, and it holds between containers that share the folder. A socket would need a rule
 * for stale files, and PostgreSQL's own `postmaster.pid` sees no process of another container.
 *
 * Node cannot call flock. macOS takes the lock while opening the file (`O_EXLOCK`). On Linux a lock belongs to the open
 * file, not to the process that asked for it: `flock` (util-linux, busybox) locks the descriptor that it inherits from
 * us, ends, and the lock stays ours.
 */
export interface DataDirLock {
  release(): void;
}

/** Who holds the lock: the service, or a command line that started the server for itself. */
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
        ? `Another Bahi (process ${pid}) already runs on the data directory ${dataDir}: stop it first, or set DATA_DIR and PORT for a second one.`
        : `A bahi command (process ${pid}) is at work on the data directory ${dataDir}: start again when it has ended.`,
    );
  }
}

/** A holder that is just ending frees the lock in a moment, so the next one tries again before giving up. */
const RETRY_FOR_MS = 1_500;
const RETRY_EVERY_MS = 60;

/** @throws DataDirInUse @throws StartupError when the directory cannot be written or locked */
export async function lockDataDir(dataDir: string, holder: LockHolder = 'service'): Promise<DataDirLock> {
  const dir = openDataDir(dataDir);
  const file = join(dir, 'lock');
  const giveUpAt = Date.now() + RETRY_FOR_MS;
  let fd = await openLocked(file);
  while (fd === null) {
    if (Date.now() > giveUpAt) throw inUse(dir, file);
    await pause(RETRY_EVERY_MS);
    fd = await openLocked(file);
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

/** The descriptor of the open and locked file, or null when another process holds it. */
async function openLocked(file: string): Promise<number | null> {
  // BSD's O_EXLOCK, which Node passes on but does not name.
  const lock = process.platform === 'darwin' ? 0x20 | constants.O_NONBLOCK : 0;
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDWR | constants.O_CREAT | lock, 0o600);
  } catch (error) {
    if (systemCodeOf(error) === 'EAGAIN') return null;
    throw notWritable(file, error);
  }
  if (process.platform === 'darwin') return fd;
  try {
    if (await flock(fd)) return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return null;
}

/** Exit code 1 of `flock` means "held by another"; anything else is a failure. */
async function flock(fd: number): Promise<boolean> {
  try {
    const { code, stderr } = await runToEnd('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'pipe', fd] });
    if (code === 0) return true;
    if (code === 1) return false;
    throw new StartupError(
      `The data directory cannot be locked (${stderr.trim() || `flock ended with ${code}`}): set DATA_DIR to a local disk.`,
    );
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    throw new StartupError(
      'The command flock is missing: install util-linux, or set DATABASE_URL to a PostgreSQL server of your own.',
    );
  }
}
