import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { type OwnServer, startOwnServer, type TestDatabase } from '../support/postgres-server.js';
import { runMain } from '../support/service-process.js';
import { tlsFile } from '../support/tls.js';
import { until } from '../support/wait-for.js';
import { SqlSession } from '../support/sql-session.js';

let server: OwnServer;
let database: TestDatabase;
let bahi: Bahi;

beforeAll(async () => {
  server = await startOwnServer();
  await speakTls(server.superuserUrl);
  database = await server.createDatabase();
  bahi = await Bahi.open({ server: { createDatabase: async () => database } });
});

afterAll(async () => {
  await bahi.close();
  await server.stop();
});

/** The server writes these files itself, because only it may own and read them. */
async function speakTls(superuserUrl: string): Promise<void> {
  const psql = await SqlSession.at(superuserUrl);
  const [{ folder } = { folder: '' }] = await psql.query<{ folder: string }>(
    `SELECT current_setting('data_directory') AS folder`,
  );
  for (const name of ['server.crt', 'server.key'] as const) {
    const lines = readFileSync(tlsFile(name), 'utf8').trim();
    await psql.query(`COPY (SELECT unnest(string_to_array('${lines}', E'\\n'))) TO '${folder}/${name}'`);
    await psql.query(`COPY (SELECT) TO PROGRAM 'chmod 600 ${folder}/${name}'`);
  }
  await psql.query('ALTER SYSTEM SET ssl = on');
  await psql.query('SELECT pg_reload_conf()');
  await until('the server speaks TLS', async () => (await psql.query<{ ssl: string }>('SHOW ssl'))[0]!.ssl === 'on');
  await psql.close();
}

/** The service's addresses with these TLS parameters. */
function address(parameters: Record<string, string>, host = 'localhost'): Record<string, string> {
  const withTls = (url: string): string => {
    const address = new URL(url);
    address.hostname = host;
    address.searchParams.set('application_name', NAME);
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    return address.href;
  };
  return {
    DATABASE_URL: withTls(database.appUrl),
    MIGRATION_DATABASE_URL: withTls(database.ownerUrl),
    ADMIN_DATABASE_URL: withTls(database.adminUrl),
  };
}

/** The application name of all its connections, of every kind. */
const NAME = 'bahi-encrypted';

/** How many connections of that name are encrypted, and how many are not. */
async function connections(): Promise<{ encrypted: number; clear: number }> {
  const ours = (ssl: string): string =>
    `pg_stat_ssl JOIN pg_stat_activity USING (pid)
     WHERE datname = current_database() AND application_name = '${NAME}' AND ${ssl}`;
  return { encrypted: await bahi.count(ours('ssl')), clear: await bahi.count(ours('NOT ssl')) };
}

describe('a service on PostgreSQL with TLS', () => {
  it.each([
    ['require, whatever the certificate', { sslmode: 'require' }],
    ['verify-ca', { sslmode: 'verify-ca', sslrootcert: tlsFile('ca.crt') }],
    ['verify-full', { sslmode: 'verify-full', sslrootcert: tlsFile('ca.crt') }],
  ])('encrypts every connection, of every kind: %s', async (_mode, parameters) => {
    const service = await bahi.process('start', address(parameters));
    const acme = await bahi.aMerchant({ rupees: 100 });
    const { id } = await acme.at(service).aPayout(10);
    await acme.until(id, 'completed');
    expect((await acme.at(service).api.get('/payouts')).status).toBe(200);

    const { encrypted, clear } = await connections();
    expect(clear).toBe(0);
    // The pool, the object mapper, the write path, the queue, the listener.
    expect(encrypted).toBeGreaterThan(5);
    await service.stop();
  });

  it.each([
    ['whose certificate nobody knows', { sslmode: 'verify-full' }, 'localhost', /certificate/],
    [
      'whose certificate another CA has signed',
      { sslmode: 'verify-full', sslrootcert: tlsFile('other-ca.crt') },
      'localhost',
      /certificate/,
    ],
    [
      'that is not who it says',
      { sslmode: 'verify-full', sslrootcert: tlsFile('ca.crt') },
      '127.0.0.1',
      /altnames|does not match/,
    ],
  ])('does not talk to one %s, and says so in one line', async (_who, parameters, host, why) => {
    const { code, stderr } = await runMain('api', [], { PORT: '0', ...address(parameters, host) });
    expect(stderr).toMatch(why);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^PostgreSQL: .*DATABASE_URL/);
    expect(code).toBe(1);
  });
});

describe('a PostgreSQL without TLS', () => {
  it('is refused where TLS is required, never talked to in the clear', async () => {
    const psql = await SqlSession.at(server.superuserUrl);
    await psql.query('ALTER SYSTEM SET ssl = off');
    await psql.query('SELECT pg_reload_conf()');
    await until('it has forgotten TLS', async () => (await psql.query<{ ssl: string }>('SHOW ssl'))[0]!.ssl === 'off');
    await psql.close();
    const { code, stderr } = await runMain('api', [], { PORT: '0', ...address({ sslmode: 'require' }) });
    expect(stderr).toMatch(/^PostgreSQL: The server does not support SSL connections.*\n$/);
    expect(code).toBe(1);
  });
});
