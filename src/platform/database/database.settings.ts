import { accessSync, constants } from 'node:fs';
import { userOf } from './user-of.js';
import { address, flag, integer } from '../config/setting-kinds.js';
import { type Refuse, settings } from '../config/settings.js';

const POSTGRES = { schemes: ['postgres:', 'postgresql:'], default: null, parse: withSslMode } as const;

export class DatabaseSettings extends settings('PostgreSQL', {
  url: address({
    ...POSTGRES,
    name: 'DATABASE_URL',
    example: 'postgres://bahi_app:secret@127.0.0.1:5432/bahi',
    help: 'PostgreSQL 14 or newer; `?sslmode=verify-full` for TLS. Unset: an embedded server in `DATA_DIR`.',
  }),
  migrationUrl: address({
    ...POSTGRES,
    name: 'MIGRATION_DATABASE_URL',
    example: 'postgres://bahi_owner:secret@127.0.0.1:5432/bahi',
    help: 'The role that owns the tables. Unset: that of `DATABASE_URL`, which could then drop the ledger’s guards.',
  }),
  adminUrl: address({
    ...POSTGRES,
    name: 'ADMIN_DATABASE_URL',
    example: 'postgres://bahi_admin:secret@127.0.0.1:5432/bahi',
    help: 'Alone makes operator keys, adjustments, acknowledgements. Unset beside `DATABASE_URL`: they are refused.',
  }),
  poolSize: integer({
    name: 'DATABASE_POOL_SIZE',
    default: 10,
    min: 1,
    max: 500,
    help: 'Connections per process.',
  }),
  reset: flag({ name: 'RESET_DATA', help: '1 drops all data at the start. Refused in production.' }),
}) {
  /** The addresses are those of the embedded server, which has the roles. */
  readonly embedded: boolean = false;
  /** `url` leads to a pooler: nothing may be kept on a connection. Found out at the start. */
  readonly pooled: boolean = false;
}

const SSL_MODES: readonly string[] = ['disable', 'require', 'verify-ca', 'verify-full'];

/**
 * With `sslmode` as PostgreSQL's own programs take it (`require` encrypts, `verify-full` also knows whom it talks to);
 * the driver would take `require` for `verify-full`. Modes that would fall back to clear text are refused.
 */
function withSslMode(url: string, refuse: Refuse): string {
  const parameters = new URL(url).searchParams;
  const mode = parameters.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode)) refuse(`one of ${SSL_MODES.join(', ')}`, `…sslmode=${mode}`);
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = parameters.get(name);
    if (file !== null && !isReadableFile(file)) refuse('a file that can be read', `…${name}=${file}`);
  }
  const address = mode === null ? url : `${url}&uselibpqcompat=true`;
  if (!isReadable(address))
    refuse('an address whose user, password and database are percent-encoded UTF-8', '(hidden)');
  return address;
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** A bare `%` the driver takes for itself; `%ff` it cannot read. */
function isReadable(url: string): boolean {
  try {
    userOf(url);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
