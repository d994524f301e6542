import { closeSync, constants, openSync } from 'node:fs';
import { runToEnd } from './run-to-end.js';
import { systemCodeOf } from './system-error.js';

/** The file exists, but it cannot be locked here. */
export class CannotLock extends Error {
  constructor(
    why: string,
    readonly isFlockMissing = false,
  ) {
    super(why);
  }
}

/**
 * Opens a file for this process alone, with the kernel's advisory lock (flock). The lock belongs to our open file: the
 * kernel releases it when the file is closed or the process ends in any way, so it cannot become stale. Of two
 * processes that try at the same moment one wins, and the lock also works between containers that share the folder.
 *
 * Node cannot call flock. macOS takes the lock while opening the file (`O_EXLOCK`). On Linux a lock belongs to the open
 * file, not to the process that asked for it: `flock` (util-linux, busybox) locks the descriptor that it inherits from
 * us and ends, and the lock stays ours.
 * @param flags flags in addition to those for reading, writing and creating
 * @returns the descriptor, or null when another process holds the lock
 * @throws CannotLock, and what Node throws for a file that cannot be opened
 */
export async function openLocked(file: string, flags = 0): Promise<number | null> {
  // BSD's O_EXLOCK, which Node passes on but does not name.
  const lock = process.platform === 'darwin' ? 0x20 | constants.O_NONBLOCK : 0;
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDWR | constants.O_CREAT | flags | lock, 0o600);
  } catch (error) {
    if (systemCodeOf(error) === 'EAGAIN') return null;
    throw error;
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
  const { code, stderr } = await runToEnd('flock', ['-n', '-x', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
  }).catch((error: unknown) => {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    throw new CannotLock('the command flock is missing', true);
  });
  if (code === 0) return true;
  if (code === 1) return false;
  throw new CannotLock(stderr.trim() || `flock ended with ${code}`);
}
