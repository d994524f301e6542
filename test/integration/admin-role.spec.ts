import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adjustment, hold } from '../../src/modules/ledger/domain/ledger.js';
import { AdminDatabase, AdministrationDisabled } from '../../src/platform/database/connections/admin-database.js';
import { roleWarnings } from '../../src/platform/database/schema/admin-role.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { Money } from '../../src/shared/money.js';
import { commandOrInstall } from '../support/install.js';
import { Intruder } from '../support/intruder.js';
import { createDatabase, type OwnServer, startOwnServer, type TestDatabase } from '../support/postgres-server.js';
import { runMain } from '../support/service-process.js';
import { SqlSession } from '../support/sql-session.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant } from '../support/write-process.js';

const KEY = `INSERT INTO api_keys (id, kind, merchant_id, name, prefix, last4, key_hash, created_at)
  VALUES (gen_random_uuid(), $1, $2, 'Key', 'bahi_', '1234', sha256(gen_random_uuid()::text::bytea), now())`;
const ACKNOWLEDGEMENT = `INSERT INTO acknowledgements (evidence, id, merchant_id, finding, detail, reason, actor)
  VALUES (encode(sha256(gen_random_uuid()::text::bytea), 'hex'), gen_random_uuid(), NULL, 'UTR_REUSED', 'd', 'r', 'a')`;

/** What only `bahi_admin` may insert. */
const INSERTS: readonly [string, string, (by: Intruder, merchant: TestMerchant) => Promise<unknown>][] = [
  ['an operator’s key', 'api_keys is refused (operator_keys_by_admin)', (by) => by.query(KEY, ['operator', null])],
  [
    'an adjustment',
    'ledger_transactions is refused (adjustments_by_admin)',
    (by, { id }) =>
      by.post(id, adjustment(randomUUID(), 10_000_000_000_000n, { actor: 'operator:nobody', reason: 'Funds' })),
  ],
  ['an acknowledgement', 'acknowledgements is refused (acknowledgements_by_admin)', (by) => by.query(ACKNOWLEDGEMENT)],
];

describe('with the password of', () => {
  let books: TestBooks;
  let merchant: TestMerchant;
  const as = async (role: 'app' | 'admin' | 'owner'): Promise<Intruder> => new Intruder(await books.sqlSession(role));

  beforeAll(async () => {
    books = await TestBooks.open();
    merchant = await books.aMerchant(100n);
  });

  afterAll(() => books.close());

  describe.each(INSERTS)('%s', (_, refusal, insert) => {
    it('the service is not inserted', async () => {
      const refused = insert(await as('app'), merchant);
      await expect(refused).rejects.toMatchObject({ code: '42501' });
      await expect(refused).rejects.toThrow(`INSERT on public.${refusal}: bahi_app is not bahi_admin`);
    });

    it.each(['admin', 'owner'] as const)('the %s is inserted', async (role) => {
      await insert(await as(role), merchant);
    });
  });

  it('the service, a role that it may become does not help: who logged in counts', async () => {
    const service = await as('app');
    await expect(service.query('SET ROLE bahi_admin')).rejects.toMatchObject({ code: '42501' });
    await service.query('SET search_path = pg_temp, public');
    await expect(service.query(KEY, ['operator', null])).rejects.toMatchObject({ code: '42501' });
    await books.superuser.query('SET ROLE bahi_app');
    await books.superuser.query(KEY, ['operator', null]);
    await books.superuser.query('RESET ROLE');
  });

  it('the service, merchants’ keys and holds are made as ever', async () => {
    const service = await as('app');
    await service.query(KEY, ['merchant', merchant.id]);
    await service.post(merchant.id, hold(randomUUID(), Money.ofPaise(1n), 'merchant:x'));
  });

  it('the administrators, nothing else is changed', async () => {
    const admin = await as('admin');
    for (const text of [
      `UPDATE api_keys SET revoked_at = NULL`,
      `UPDATE merchants SET is_active = false`,
      `UPDATE payouts SET status = 'failed'`,
      `DELETE FROM idempotency_keys`,
      `SELECT FROM payouts`,
      `SELECT FROM bank_accounts`,
    ])
      await expect(admin.query(text)).rejects.toMatchObject({ code: '42501' });
    await expect(admin.query('UPDATE books SET currency = currency')).rejects.toThrow(/append-only/);
  });
});

describe('a server of before, whose owner may make no roles,', () => {
  let server: OwnServer;
  let database: TestDatabase;
  let superuser: SqlSession;

  beforeAll(async () => {
    server = await startOwnServer();
    database = await server.createDatabase();
    superuser = await SqlSession.at(database.superuserUrl);
    await superuser.query('DROP OWNED BY bahi_admin; DROP ROLE bahi_admin');
  });

  afterAll(async () => {
    await superuser.close();
    await server.stop();
  });

  const migrated = async (): Promise<string[]> => {
    const lines: string[] = [];
    await migrate(database.ownerUrl, (line) => lines.push(line));
    return lines.filter((line) => !line.startsWith('Applied'));
  };

  it('is migrated all the same, and told once what to run, until it was run', async () => {
    const how =
      /^There is no role bahi_admin, .* The embedded server creates it .*: CREATE ROLE bahi_admin LOGIN PASSWORD '…'; then migrate again\.$/;
    expect(await migrated()).toEqual([expect.stringMatching(how)]);
    const app = new Intruder(await SqlSession.at(database.appUrl));
    await expect(app.query(KEY, ['operator', null])).rejects.toMatchObject({ code: '42501' });
    await app.session.close();

    await superuser.query('CREATE ROLE bahi_admin NOLOGIN');
    const noLogin = /^The role bahi_admin, .* cannot log in yet\. .*: ALTER ROLE bahi_admin LOGIN PASSWORD '…'$/;
    expect(await migrated()).toEqual([expect.stringMatching(noLogin)]);
    const running = new AdminDatabase(database.adminUrl);
    await expect(running.assertOpen()).rejects.toThrow(/^The login of ADMIN_DATABASE_URL was refused: /);
    const { password } = new URL(database.adminUrl);
    await superuser.query(`ALTER ROLE bahi_admin LOGIN PASSWORD '${decodeURIComponent(password)}'`);
    expect(await migrated()).toEqual([]);
    // A process that was refused before needs no restart.
    await running.query(KEY, ['operator', null]);
    await running.close();
  });

  it('refuses a role that was made after the migration, until somebody migrates again', async () => {
    const { password } = new URL(database.adminUrl);
    await superuser.query('DROP OWNED BY bahi_admin; DROP ROLE bahi_admin');
    await superuser.query(`CREATE ROLE bahi_admin LOGIN PASSWORD '${decodeURIComponent(password)}'`);
    const name = new URL(database.ownerUrl).pathname.slice(1);
    await superuser.query(`GRANT CONNECT ON DATABASE ${name} TO bahi_admin`);
    const running = new AdminDatabase(database.adminUrl);
    const refused = running.assertOpen();
    await expect(refused).rejects.toBeInstanceOf(AdministrationDisabled);
    await expect(refused).rejects.toThrow(
      /bahi_admin, which was created after the last migration\. Run the migrations again/,
    );

    // Some of the rights are not enough.
    await superuser.query('GRANT INSERT ON acknowledgements TO bahi_admin');
    await expect(running.assertOpen()).rejects.toThrow(/Run the migrations again/);
    // Nor if the schema is closed to roles without an explicit grant.
    await superuser.query('REVOKE USAGE ON SCHEMA public FROM PUBLIC');
    await expect(running.assertOpen()).rejects.toThrow(/was refused: permission denied for schema public/);
    await superuser.query('GRANT USAGE ON SCHEMA public TO PUBLIC');

    expect(await migrated()).toEqual([]);
    await running.query(KEY, ['operator', null]);
    await running.close();
  });

  it('gets the role by the migration where the owner may make it', async () => {
    const other = await server.createDatabase();
    await superuser.query('DROP OWNED BY bahi_admin; DROP ROLE bahi_admin; ALTER ROLE bahi_owner CREATEROLE');
    await migrate(other.ownerUrl);
    expect(await superuser.query(`SELECT rolcanlogin FROM pg_roles WHERE rolname = 'bahi_admin'`)).toEqual([
      { rolcanlogin: false },
    ]);
  });
});

describe('without ADMIN_DATABASE_URL', () => {
  it('the demo is made by the owner, and nothing else that is bahi_admin’s', async () => {
    const database = await createDatabase();
    const environment = { DATABASE_URL: database.appUrl, MIGRATION_DATABASE_URL: database.ownerUrl };

    const seeded = await runMain('cli', ['seed'], environment);
    const funded = await runMain('cli', ['fund', '--all', '--amount-paise', '100', '--reason', 'x'], environment);

    expect(seeded).toMatchObject({ code: 0, stdout: 'Seeded the demo merchants.\n', stderr: '' });
    expect(funded).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ADMIN_DATABASE_URL is not set\./) });
    await database.drop();
  });
});

describe('docker/init-roles.sh', () => {
  let server: Awaited<ReturnType<typeof startOwnServer>>;
  let superuser: SqlSession;

  beforeAll(async () => {
    server = await startOwnServer();
    superuser = await SqlSession.at(server.superuserUrl);
  });

  afterAll(async () => {
    await superuser.close();
    await server.stop();
  });

  /** Runs the script as `docker compose up` does each time. */
  function initRoles(environment: Readonly<Record<string, string>> = {}): { code: number | null; stderr: string } {
    commandOrInstall(['psql'], { apt: 'postgresql-client', brew: 'libpq' });
    const { hostname, port, username, password } = new URL(server.superuserUrl);
    const place = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: decodeURIComponent(password) };
    const passwords = { BAHI_OWNER_PASSWORD: 'o', BAHI_APP_PASSWORD: 'a', BAHI_ADMIN_PASSWORD: "it's" };
    const env = { PATH: process.env['PATH'], ...place, ...passwords, ...environment };
    const { status, stderr } = spawnSync('sh', ['docker/init-roles.sh'], { env, encoding: 'utf8' });
    return { code: status, stderr };
  }

  const DONE = { code: 0, stderr: '' };

  const loginOf = (role: string, password: string): string =>
    Object.assign(new URL(server.superuserUrl), { username: role, password, pathname: 'bahi' }).href;

  it('makes what a volume of before lacks, and changes nothing that is there', async () => {
    const { appUrl } = await server.urls();
    await superuser.query('DROP OWNED BY bahi_admin; DROP ROLE bahi_admin');
    expect(initRoles()).toEqual(DONE);
    const admin = loginOf('bahi_admin', "it's");
    for (const url of [admin, appUrl]) await SqlSession.at(url).then((session) => session.close());

    await superuser.query(`ALTER ROLE bahi_admin NOLOGIN PASSWORD NULL`);
    await expect(SqlSession.at(admin)).rejects.toThrow(/not permitted to log in|authentication failed/);
    for (let i = 0; i < 2; i++) expect(initRoles()).toEqual(DONE);
    for (const url of [admin, appUrl]) await SqlSession.at(url).then((session) => session.close());
  });

  it('lets nobody in again who was locked out', async () => {
    const { appUrl, ownerUrl } = await server.urls();
    const doors = { bahi_app: appUrl, bahi_owner: ownerUrl, bahi_admin: loginOf('bahi_admin', "it's") };
    for (const role of Object.keys(doors)) await superuser.query(`ALTER ROLE ${role} NOLOGIN`);
    // Also for a service's role whose password was removed.
    await superuser.query('ALTER ROLE bahi_app PASSWORD NULL');

    expect(initRoles()).toEqual(DONE);

    const roles = `SELECT rolname FROM pg_roles WHERE rolname LIKE 'bahi%' AND rolcanlogin`;
    expect(await superuser.query(roles)).toEqual([]);
  });

  it('shows no password to other users of the machine, and none in the server’s log', async () => {
    await dropAll();
    for (const [name, value] of [
      ['log_statement', 'all'],
      ['log_min_duration_statement', '0'],
      ['log_min_error_statement', 'error'],
    ])
      await superuser.query(`ALTER SYSTEM SET ${name} = '${value}'`);
    await superuser.query('SELECT pg_reload_conf()');
    // Each CREATE ROLE fails, and the server would log the failed statement.
    await superuser.query('ALTER DATABASE postgres SET default_transaction_read_only = on');
    const folder = mkdtempSync(join(tmpdir(), 'bahi-psql-'));
    const psql = commandOrInstall(['psql'], { apt: 'postgresql-client', brew: 'libpq' });
    writeFileSync(join(folder, 'psql'), `#!/bin/sh\necho "$@" > "${folder}/arguments"\nexec ${psql} "$@"\n`, {
      mode: 0o755,
    });
    const secrets = ['secret-of-owner', 'secret-of-app', 'secret-of-admin'] as const;
    const environment = {
      PATH: `${folder}:${process.env['PATH']}`,
      BAHI_OWNER_PASSWORD: secrets[0],
      BAHI_APP_PASSWORD: secrets[1],
      BAHI_ADMIN_PASSWORD: secrets[2],
    };

    const failed = initRoles(environment);
    expect(failed).toEqual({ code: 3, stderr: expect.stringContaining('cannot execute CREATE ROLE') });
    await superuser.query('ALTER DATABASE postgres RESET default_transaction_read_only');
    expect(initRoles(environment)).toEqual(DONE);

    const [cluster] = await superuser.query<{ data_directory: string }>('SHOW data_directory');
    const log = readFileSync(join(cluster!.data_directory, '..', 'server.log'), 'utf8');
    expect(log).toContain('cannot execute CREATE ROLE in a read-only transaction');
    for (const shown of [log, failed.stderr, readFileSync(join(folder, 'arguments'), 'utf8')])
      for (const secret of secrets) expect(shown).not.toContain(secret);
    await superuser.query('ALTER SYSTEM RESET ALL');
    await superuser.query('SELECT pg_reload_conf()');
    rmSync(folder, { recursive: true });
  });

  it('says whose password is wrong where a volume was made with another one', () => {
    expect(initRoles({ PGPASSWORD: 'of today' })).toEqual({
      code: 2,
      stderr: expect.stringMatching(/POSTGRES_PASSWORD must be the password with which the volume was made\.\n$/),
    });
  });

  it('is not needed: by the statements of the docs too all three are let in', async () => {
    await dropAll();
    const [block] = /^CREATE ROLE bahi_owner[^]*?(?=^SQL$)/m.exec(readFileSync('docs/operating.md', 'utf8'))!;
    for (const statement of block.replaceAll('…', 'x').trim().split('\n')) await superuser.query(statement);
    for (const role of ['bahi_owner', 'bahi_app', 'bahi_admin'])
      await SqlSession.at(loginOf(role, 'x')).then((session) => session.close());

    // A restore leaves this right out if somebody made the database without the last line: `migrate` grants it.
    await superuser.query('REVOKE CONNECT ON DATABASE bahi FROM bahi_admin');
    const admin = new AdminDatabase(loginOf('bahi_admin', 'x'));
    await expect(admin.assertOpen()).rejects.toThrow(/was refused: permission denied for database/);
    await migrate(loginOf('bahi_owner', 'x'));
    await admin.assertOpen();
    await admin.close();
  });

  async function dropAll(): Promise<void> {
    await superuser.query('DROP DATABASE IF EXISTS bahi WITH (FORCE)');
    for (const role of ['bahi_admin', 'bahi_app', 'bahi_owner']) await superuser.query(`DROP ROLE IF EXISTS ${role}`);
  }

  it('makes everything in a new volume', async () => {
    await dropAll();
    expect(initRoles()).toEqual(DONE);
    await migrate(loginOf('bahi_owner', 'o'));
    const admin = new Intruder(await SqlSession.at(loginOf('bahi_admin', "it's")));
    await admin.query(KEY, ['operator', null]);
    await admin.session.close();
  });
});

describe('roles that are one', () => {
  let books: TestBooks;
  let app: Database;
  let owner: Database;
  let urls: TestDatabase;

  beforeAll(async () => {
    books = await TestBooks.open();
    urls = books.database;
    app = new Database(urls.appUrl, 1);
    owner = new Database(urls.ownerUrl, 1);
  });

  afterAll(async () => {
    await Promise.all([app.close(), owner.close()]);
    await books.close();
  });

  it('are said at the start, and those that are apart are not', async () => {
    expect(await roleWarnings(app, urls.adminUrl)).toEqual([]);
    expect(await roleWarnings(app, null)).toEqual([]);
    // As the driver parses it, which accepts a bare %.
    expect(await roleWarnings(app, 'postgres://50%off:x@127.0.0.1/bahi')).toEqual([]);
    expect(await roleWarnings(app, urls.appUrl.replace('bahi_app', 'bahi%5Fapp'))).toHaveLength(1);
    expect(await roleWarnings(app, urls.appUrl)).toEqual([
      expect.stringMatching(
        /^WARNING: DATABASE_URL and ADMIN_DATABASE_URL log in as the same role, bahi_app, which may not/,
      ),
    ]);
    expect(await roleWarnings(app, urls.ownerUrl)).toEqual([
      expect.stringMatching(/^WARNING: ADMIN_DATABASE_URL logs in as bahi_owner, which owns the tables/),
    ]);
    expect(await roleWarnings(owner, urls.ownerUrl)).toEqual([
      expect.stringMatching(
        /^WARNING: DATABASE_URL and ADMIN_DATABASE_URL log in as the same role, bahi_owner: operator keys, /,
      ),
    ]);
    for (const adminUrl of [urls.adminUrl, null])
      expect(await roleWarnings(owner, adminUrl)).toEqual([
        expect.stringMatching(
          /^WARNING: DATABASE_URL logs in as bahi_owner: operator keys, .* with the password of the service/,
        ),
      ]);
  });

  it.each([
    ['without an address', () => null, /^ADMIN_DATABASE_URL is not set\./],
    ['as the service', () => urls.appUrl, /^ADMIN_DATABASE_URL logs in as bahi_app, which is not bahi_admin\.$/],
    [
      'with a wrong password',
      () => Object.assign(new URL(urls.adminUrl), { password: 'guessed' }).href,
      /^The login of ADMIN_DATABASE_URL was refused: password authentication failed for user "bahi_admin"\.$/,
    ],
  ])('let nobody administer %s, and each time it is tried anew', async (_, url, message) => {
    const admin = new AdminDatabase(url());
    for (let i = 0; i < 2; i++) {
      const refused = admin.query('SELECT 1');
      await expect(refused).rejects.toBeInstanceOf(AdministrationDisabled);
      await expect(refused).rejects.toThrow(message);
    }
    await admin.close();
  });
});
