import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartupError } from '../config/startup-error.js';
import { DATA_KEY_BYTES, dataKeyOf } from './data-key.js';

const FILE = 'data-encryption-key';

/**
 * The key in the data directory, created at first use. It is completely on disk before anything is encrypted with it,
 * and if two processes create one at the same time, both use the same.
 * @throws StartupError when the file is not a key, or cannot be read or written
 */
export function dataKeyIn(dataDir: string): Buffer {
  const path = join(dataDir, FILE);
  try {
    const text = readOrNull(path) ?? made(path);
    const key = dataKeyOf(text.trim());
    if (key !== null) return key;
  } catch (error) {
    const why = codeOf(error) ?? String(error);
    throw new StartupError(`The key for secrets in ${path} cannot be read or written (${why}).`);
  }
  throw new StartupError(`${path} is not 32 bytes in base64: restore the file, or set DATA_ENCRYPTION_KEY.`);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function made(path: string): string {
  const half = `${path}.${process.pid}`;
  const fd = openSync(half, 'w', 0o600);
  writeFileSync(fd, `${randomBytes(DATA_KEY_BYTES).toString('base64')}\n`);
  fsyncSync(fd);
  closeSync(fd);
  try {
    linkSync(half, path);
  } catch (error) {
    // Another process has just created one.
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(half);
  }
  syncFolder(dirname(path));
  return readFileSync(path, 'utf8');
}

/** The name of a file is part of its folder, which must be synced separately. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
