import { accessSync, constants, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StartupError } from '../config/startup-error.js';
import { messageOf, systemCodeOf } from './system-error.js';

/**
 * Other users may pass through but not list it, so that PostgreSQL's own user can reach its folder when the service
 * runs as root.
 */
const DATA_DIR_MODE = 0o711;

/**
 * Creates the data directory if it is missing and returns its real path: a directory then has one name everywhere, even
 * if `DATA_DIR` is relative or goes through a symbolic link.
 * @throws StartupError when it cannot be created or written
 */
export function openDataDir(dataDir: string): string {
  const path = resolve(dataDir);
  try {
    makeFolders(path);
    accessSync(path, constants.W_OK | constants.X_OK);
    return realpathSync(path);
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** Not Node's own `recursive`, which never returns if a parent exists but does not accept folders (/proc). */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  try {
    mkdirSync(path, { mode: DATA_DIR_MODE });
  } catch (error) {
    // Another start has just created it.
    if (systemCodeOf(error) !== 'EEXIST') throw error;
  }
}

/** For a failed write inside the data directory: says what the person at the terminal can do. */
export function notWritable(path: string, error: unknown): StartupError {
  const code = systemCodeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path);
  const why = code ?? messageOf(error);
  return new StartupError(
    `The data directory ${path} is not writable (${why}): make it writable for this user, or set DATA_DIR to ` +
      'another folder.',
  );
}

/** PostgreSQL's messages for a full disk (strerror of ENOSPC and EDQUOT), anywhere in a text. */
export function isDiskFull(message: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(message);
}

export function diskFull(path: string): StartupError {
  return new StartupError(
    `No space is left on the disk of ${path}: free some, or set DATA_DIR to a folder on another disk.`,
  );
}
