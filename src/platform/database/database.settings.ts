import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { hostsOf, PARAMETERS, withHostsAsParameters, WRITABLE } from './servers/hosts.js';
import { userOf } from './servers/user-of.js';
import { address, flag, integer, text } from '../config/setting-kinds.js';
import { reachOf } from '../config/host-reach.js';
import { type Environment, type Refuse, settings, type Surroundings } from '../config/settings.js';

const POSTGRES = {
  schemes: ['postgres:', 'postgresql:'],
  default: null,
  parse: checked,
  rewrite: withHostsAsParameters,
} as const;

export class DatabaseSettings extends settings('PostgreSQL', {
  url: address({
    ...POSTGRES,
    name: 'DATABASE_URL',
    example: 'postgres://bahi_app:secret@127.0.0.1:5432/bahi',
    help: 'PostgreSQL 14 or newer; hosts with commas. TLS: `?sslmode=verify-full`. Unset: an embedded server.',
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
    help: 'The role for operator keys, adjustments, acknowledgements. Unset beside `DATABASE_URL`: refuses them.',
  }),
  poolSize: integer({
    name: 'DATABASE_POOL_SIZE',
    default: 10,
    min: 1,
    max: 500,
    help: 'Connections to the database per process.',
  }),
  shards: integer({
    name: 'DATABASE_SHARDS',
    default: null,
    min: 1,
    max: 1_024,
    help: 'The number of parts into which `distribute` divides the books: two to four per node. Unset: four.',
  }),
  timelineFile: {
    ...text({
      name: 'DATABASE_TIMELINE_FILE',
      default: null,
      help: 'A file that records the server’s highest timeline, as Redis does. Unset: in `DATA_DIR`, if that is set.',
    }),
    otherwise: (environment: Environment) => {
      const dataDir = environment.text('DATA_DIR');
      return dataDir === null ? null : join(dataDir, 'database-timelines');
    },
  },
  reset: flag({ name: 'RESET_DATA', help: '1: drops all data at the start. Refused in production.' }),
}) {
  /** The addresses lead to the embedded server, which has all the roles. */
  readonly embedded: boolean = false;
  /** `url` leads to a pooler, so no state may be kept on a connection. Determined at the start. */
  readonly pooled: boolean = false;
}

function checked(url: string, refuse: Refuse, surroundings: Surroundings): string {
  const { searchParams } = new URL(url);
  const ignored = [...searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (ignored !== undefined) refuse(`no parameter that would be ignored: remove ${ignored}`, `…${ignored}=…`);
  try {
    hostsOf(url);
  } catch {
    refuse('one port, or as many as hosts', '(hidden)');
  }
  const isOne = hostsOf(url).length === 1;
  const wanted = searchParams.get('target_session_attrs');
  if (wanted !== null && !WRITABLE.includes(wanted) && !(isOne && wanted === 'any'))
    refuse('target_session_attrs=read-write (or primary): Bahi writes', `…target_session_attrs=${wanted}`);
  const timeout = searchParams.get('connect_timeout');
  if (timeout !== null && !/^([1-9]|[1-5]\d|60)$/.test(timeout))
    refuse('connect_timeout from 1 to 60 seconds', `…connect_timeout=${timeout}`);
  return withSslMode(url, refuse, surroundings);
}

const SSL_MODES: readonly string[] = ['disable', 'require', 'verify-ca', 'verify-full'];

/**
 * The address with `sslmode` as PostgreSQL's own programs understand it (`require` encrypts, `verify-full` also
 * verifies the server); the driver would treat `require` as `verify-full`. Modes that may fall back to plain text are
 * refused.
 */
function withSslMode(url: string, refuse: Refuse, surroundings: Surroundings): string {
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
  if (surroundings.production && !surroundings.allows('ALLOW_PLAINTEXT')) assertGuarded(url, refuse, surroundings);
  return address;
}

/**
 * Refuses an address with a host on another machine unless it has TLS and a password. As for the driver, a host that is
 * a path is a socket, and a client certificate stands for a password.
 */
function assertGuarded(url: string, refuse: Refuse, { has }: Surroundings): void {
  const { password, searchParams } = new URL(url);
  if (hostsOf(url).every(({ host }) => host.startsWith('/') || reachOf(host) === 'local')) return;
  const isEncrypted = /^(?:require|verify-ca|verify-full)$/.test(searchParams.get('sslmode') ?? '');
  if (!isEncrypted)
    refuse('TLS (?sslmode=verify-full) to another machine in production, or ALLOW_PLAINTEXT=1', '(hidden)');
  if (password === '' && !searchParams.has('sslcert') && !has('PGPASSWORD') && !has('PGPASSFILE'))
    refuse('a password for another machine in production, or ALLOW_PLAINTEXT=1', '(hidden)');
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The driver reads a bare `%` as itself, and cannot decode `%ff`. */
function isReadable(url: string): boolean {
  try {
    userOf(url);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
