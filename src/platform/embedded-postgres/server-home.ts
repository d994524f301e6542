import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { StartupError } from '../config/startup-error.js';
import { notWritable } from './data-dir.js';
import { canReach } from './server-user.js';
import type { ServerUser } from './server-user.js';

/**
 * Where the server of one data directory has its files: normally `postgres/` inside it. If the service runs as root and
 * PostgreSQL's user cannot reach the data directory (root's own home), a folder under /var/lib/bahi, which a note in
 * the data directory names.
 */
export interface ServerHome {
  readonly dir: string;
  /** PostgreSQL's own data directory. It exists if and only if there is a database: it appears by one rename. */
  readonly cluster: string;
  readonly passwords: string;
  readonly log: string;
  /** The port of the last run, tried first by the next. */
  readonly port: string;
}

/** Every user may pass through, only root may write: databases and programs of services that run as root. */
export const SHARED_FOLDER = '/var/lib/bahi';

const NOTE = 'postgres-location.txt';

/** The home of this data directory, or null if it has none yet. */
export function findServerHome(dataDir: string): ServerHome | null {
  const note = join(dataDir, NOTE);
  const elsewhere = readNote(note);
  if (elsewhere === null) {
    const inside = join(dataDir, 'postgres');
    return existsSync(inside) ? homeIn(inside) : null;
  }
  // Silently starting with an empty database would look as if all money were gone.
  if (!existsSync(elsewhere)) {
    throw new StartupError(
      `${note} says that the database is in ${elsewhere}, which is missing: restore it, or delete the note to ` +
        'start with an empty database.',
    );
  }
  return homeIn(elsewhere);
}

/** @throws StartupError when the place cannot be written */
export function makeServerHome(dataDir: string, user: ServerUser | null, log: (line: string) => void): ServerHome {
  const inside = join(dataDir, 'postgres');
  try {
    if (canReach(inside, user)) return homeIn(makeFolder(inside, user));
    // With the random part, a data directory that was deleted and created again does not find the old database.
    const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
    for (const left of readdirSync(makeSharedFolder()).filter((entry) => entry.startsWith(`${name}-`))) {
      log(
        `${join(SHARED_FOLDER, left)} holds the database of an earlier data directory at ${dataDir}: delete it if ` +
          'nobody needs it.',
      );
    }
    const elsewhere = mkdtempSync(join(SHARED_FOLDER, `${name}-`));
    chmodSync(elsewhere, 0o711);
    writeFileSync(join(elsewhere, 'README'), `The database of the Bahi whose data directory is ${dataDir}\n`);
    writeFileSync(join(dataDir, NOTE), noteFor(elsewhere));
    return homeIn(elsewhere);
  } catch (error) {
    throw notWritable(dataDir, error);
  }
}

export function makeSharedFolder(): string {
  mkdirSync(SHARED_FOLDER, { recursive: true });
  chmodSync(SHARED_FOLDER, 0o755); // A strict umask would lock the server's user out.
  return SHARED_FOLDER;
}

function makeFolder(folder: string, user: ServerUser | null): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, user === null ? 0o700 : 0o711);
  return folder;
}

function homeIn(dir: string): ServerHome {
  return {
    dir,
    cluster: join(dir, 'cluster'),
    passwords: join(dir, 'passwords.json'),
    log: join(dir, 'server.log'),
    port: join(dir, 'port'),
  };
}

function noteFor(elsewhere: string): string {
  return `PostgreSQL does not run as root, and its own user cannot enter this folder. The database is in\n${elsewhere}\n`;
}

function readNote(note: string): string | null {
  if (!existsSync(note)) return null;
  return readFileSync(note, 'utf8').trim().split('\n').at(-1) ?? null;
}
