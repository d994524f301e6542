import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { StartupError } from '../config/startup-error.js';
import type { ServerHome } from './server-home.js';
import { systemCodeOf } from './system-error.js';

/** The superuser, the owner of the tables, the role of the service, and the role of its operators. */
export const SUPERUSER = 'postgres';
export const OWNER = 'bahi_owner';
export const APP = 'bahi_app';
export const ADMIN = 'bahi_admin';

/**
 * The server listens on a port of 127.0.0.1, which every user of the machine can reach; the passwords keep them out.
 */
export interface Passwords {
  readonly [SUPERUSER]: string;
  readonly [OWNER]: string;
  readonly [APP]: string;
  readonly [ADMIN]: string;
}

/** The passwords in a data directory, which may be older than the operators' role. */
type StoredPasswords = Omit<Passwords, typeof ADMIN> & Partial<Passwords>;

const draw = (): string => randomBytes(24).toString('base64url');

/** Written and synced to disk before the database is made: a database whose passwords are lost is useless. */
export function makePasswords(home: ServerHome): Passwords {
  return written(home, { [SUPERUSER]: draw(), [OWNER]: draw(), [APP]: draw(), [ADMIN]: draw() });
}

/**
 * Draws the password that an older data directory lacks; the role is created with it once the server runs. @throws
 * StartupError
 */
export function completePasswords(home: ServerHome): Passwords {
  const { [ADMIN]: admin, ...others } = readPasswords(home);
  return admin === undefined ? written(home, { ...others, [ADMIN]: draw() }) : { ...others, [ADMIN]: admin };
}

function written(home: ServerHome, passwords: Passwords): Passwords {
  const half = `${home.passwords}.new`;
  const fd = openSync(half, 'w', 0o600);
  chmodSync(half, 0o600);
  writeFileSync(fd, `${JSON.stringify(passwords, null, 2)}\n`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(half, home.passwords);
  return passwords;
}

/** @throws StartupError when the file is missing or belongs to another user */
export function readPasswords(home: ServerHome): StoredPasswords {
  try {
    return JSON.parse(readFileSync(home.passwords, 'utf8')) as StoredPasswords;
  } catch (error) {
    const why = systemCodeOf(error) ?? 'no JSON';
    throw new StartupError(
      `The database passwords cannot be read from ${home.passwords} (${why}): run as the user who created the ` +
        'data directory, or restore the file.',
    );
  }
}

export interface EmbeddedServerUrls {
  /** Superuser, on database `postgres`: for provisioning and tests. */
  readonly superuserUrl: string;
  /** Role `bahi_owner` on database `bahi`: owns schema and tables, runs migrations. */
  readonly ownerUrl: string;
  /** Role `bahi_app` on database `bahi`: what the service uses. */
  readonly appUrl: string;
  /**
   * Role `bahi_admin` on database `bahi`. Null if the running service is of an older version that did not create it.
   */
  readonly adminUrl: string | null;
}

export function urlsOf(passwords: StoredPasswords, port: number, database = 'bahi'): EmbeddedServerUrls {
  const url = (role: string, password: string, name = database): string =>
    `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
  const { [SUPERUSER]: superuser, [OWNER]: owner, [APP]: app, [ADMIN]: admin } = passwords;
  return {
    superuserUrl: url(SUPERUSER, superuser, 'postgres'),
    ownerUrl: url(OWNER, owner),
    appUrl: url(APP, app),
    adminUrl: admin === undefined ? null : url(ADMIN, admin),
  };
}
