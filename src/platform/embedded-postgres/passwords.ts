import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { StartupError } from '../config/startup-error.js';
import type { ServerHome } from './server-home.js';
import { systemCodeOf } from './system-error.js';

/** Superuser, owner of the tables, and the role that the service uses. */
export const SUPERUSER = 'postgres';
export const OWNER = 'bahi_owner';
export const APP = 'bahi_app';

/** The server listens on a port of 127.0.0.1, open to every user of the machine; the passwords shut the others out. */
export interface Passwords {
  readonly [SUPERUSER]: string;
  readonly [OWNER]: string;
  readonly [APP]: string;
}

/** Written, and on the disk, before the database is made: a database whose passwords are lost is of no use. */
export function makePasswords(home: ServerHome): Passwords {
  const draw = (): string => randomBytes(24).toString('base64url');
  const passwords: Passwords = { [SUPERUSER]: draw(), [OWNER]: draw(), [APP]: draw() };
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
export function readPasswords(home: ServerHome): Passwords {
  try {
    return JSON.parse(readFileSync(home.passwords, 'utf8')) as Passwords;
  } catch (error) {
    const why = systemCodeOf(error) ?? 'no JSON';
    throw new StartupError(
      `The database passwords cannot be read from ${home.passwords} (${why}): run as the user who made the data directory, or put the file back.`,
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
}

export function urlsOf(passwords: Passwords, port: number, database = 'bahi'): EmbeddedServerUrls {
  const url = (role: keyof Passwords, name: string): string =>
    `postgresql://${role}:${encodeURIComponent(passwords[role])}@127.0.0.1:${port}/${name}`;
  return { superuserUrl: url(SUPERUSER, 'postgres'), ownerUrl: url(OWNER, database), appUrl: url(APP, database) };
}
