import { existsSync, readdirSync } from 'node:fs';
import type { Binaries } from '../src/platform/embedded-postgres/binaries.js';
import type { ServerSettings } from '../src/platform/embedded-postgres/server-settings.js';

/** Where Debian and Ubuntu install each major version. */
export const FOLDER = '/usr/lib/postgresql';

/**
 * The programs of the PostgreSQL installed on this machine, of the oldest version that is at least `oldestMajor`; null
 * if there is none.
 * @param file that must exist too, in the version's folder
 */
export function machineBinaries(oldestMajor = 14, file = 'bin/postgres'): Binaries | null {
  const majors = existsSync(FOLDER) ? readdirSync(FOLDER).map(Number) : [];
  const major = majors
    .toSorted((a, b) => a - b)
    .find((number) => number >= oldestMajor && existsSync(`${FOLDER}/${number}/${file}`));
  if (major === undefined) return null;
  const [initdb, postgres] = [`${FOLDER}/${major}/bin/initdb`, `${FOLDER}/${major}/bin/postgres`];
  return { initdb, postgres, major, version: `${major}` };
}

/**
 * The default configuration, except for where it listens: its defaults, such as JIT compilation, are what is examined.
 */
export const AS_IT_COMES: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
};
