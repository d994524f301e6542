import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { leadsToPooler } from '../../src/platform/database/connections/pooler.js';
import { Bahi } from '../support/bahi.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';
import { redisEnvironment } from '../support/redis-server.js';
import { runMain, type ServiceProcess } from '../support/service-process.js';
import { until } from '../support/wait-for.js';

/** Services reach the database through PgBouncer; the test itself connects to the server. */
let database: TestDatabase;
let pooler: PgBouncer;
let bahi: Bahi;
let apis: [ServiceProcess, ServiceProcess];
let environment: Record<string, string>;

beforeAll(async () => {
  database = await createDatabase();
  pooler = await startPgBouncer(database);
  bahi = await Bahi.open({ server: { createDatabase: async () => database } });
  const urls = { DATABASE_URL: pooler.appUrl, ADMIN_DATABASE_URL: pooler.adminUrl };
  environment = { ...redisEnvironment(), ...urls, PROCESSING_TIMEOUT_SECONDS: '3' };
  apis = [await bahi.process('api', environment), await bahi.process('api', environment)];
  await bahi.process('worker', environment);
});

afterAll(async () => {
  await bahi.close();
  await pooler.stop();
});

describe('behind a transaction pooler', () => {
  it('a service notices by itself', async () => {
    expect(await leadsToPooler(pooler.appUrl)).toBe(true);
    expect(await leadsToPooler(database.appUrl)).toBe(false);
  });

  it('payouts are made and paid, and lists show them', async () => {
    const acme = (await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002', '0004'] })).at(apis[0]);
    const [paid, rejected, lost] = await Promise.all(['0001', '0002', '0004'].map((to) => acme.aPayout(10, { to })));
    await acme.until(paid!.id, 'completed');
    await acme.until(rejected!.id, 'failed');
    await acme.until(lost!.id, 'completed');
    expect((await acme.api.get('/payouts?status=completed')).body.results).toHaveLength(2);
    expect(await acme.balance()).toEqual({ available: 980, held: 0 });
    expect(await acme.story(lost!.id)).toEqual(['requested', 'processing', 'completed']);
  });

  it('forty requests with one key at two processes are one payout', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => acme.at(apis[n % 2]!).payOut(60, { key })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('fifty payouts at once on a balance for ten are ten, at two processes', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => acme.at(apis[n % 2]!).payOut(100)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(40);
    expect(await bahi.bank.paidTwice()).toEqual([]);
  });

  it('each status is on the stream of one process within a second of its commit by another', async () => {
    const acme = (await bahi.aMerchant({ rupees: 1_000 })).at(apis[1]);
    const stream = await EventStreamReader.open(apis[0].url, acme.apiKey);
    for (let n = 1; n <= 20; n++) {
      await acme.aPayout(10);
      // Requested by the API process, submitted and completed by the worker.
      await stream.untilId(3 * n);
    }
    stream.close();
    expect(stream.ids).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(stream.delays[56]).toBeLessThan(1_000);
  });

  it('nothing of a transaction is left on the server’s connections', async () => {
    // Transactions start and end all the time; only one that was left open would stay.
    await until('no transaction is open', async () => {
      const open = `pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
      return (await bahi.count(open)) === 0;
    });
    for (let i = 0; i < 20; i++) {
      const session = await bahi.sqlSessionThrough(pooler.appUrl);
      for (const name of ['enable_seqscan', 'enable_bitmapscan', 'default_transaction_read_only'])
        expect(await session.query(`SHOW ${name}`)).toEqual([{ [name]: name.startsWith('enable') ? 'on' : 'off' }]);
      await session.close();
    }
  });

  it('the command line works: it funds, makes an operator, and verifies', async () => {
    const acme = await bahi.aMerchant();
    const at = { ...environment, LOG_LEVEL: 'fatal' };
    const fund = ['fund', '--merchant', acme.id, '--amount-paise', '50000', '--reason', 'test'];
    expect(await runMain('cli', fund, at)).toMatchObject({ code: 0 });
    expect(await runMain('cli', ['create-operator', '--name', 'Asha'], at)).toMatchObject({ code: 0 });
    const { code, stdout } = await runMain('cli', ['verify'], at);
    expect([code, stdout.trim().split('\n').at(-1)]).toEqual([0, expect.stringMatching(/nothing wrong\.$/)]);
    expect(await acme.balance()).toEqual({ available: 500, held: 0 });
  });

  it('queues in PostgreSQL are refused in one line with the remedy', async () => {
    for (const role of ['api', 'worker', 'start'] as const) {
      const { code, stderr } = await runMain(role, [], { DATABASE_URL: pooler.appUrl, PORT: '0' });
      expect(stderr).toMatch(/^DATABASE_URL leads to a transaction pooler, .*\. Set REDIS_URL, or .*\.\n$/);
      expect(code).toBe(1);
    }
  });

  it('migrations are refused in one line with the remedy', async () => {
    await expect(migrate(pooler.ownerUrl)).rejects.toThrow(/set MIGRATION_DATABASE_URL to the address of PostgreSQL/);
    const settings = { DATABASE_URL: pooler.appUrl, MIGRATION_DATABASE_URL: pooler.ownerUrl };
    const { code, stderr } = await runMain('cli', ['migrate'], settings);
    expect(stderr).toMatch(/^Migrations cannot run through a transaction pooler: .*\n$/);
    expect(code).toBe(1);
    const start = await runMain('start', [], { ...redisEnvironment(), DATABASE_URL: pooler.appUrl, PORT: '0' });
    expect(start.stderr).toMatch(/^Migrations cannot run through a transaction pooler: .*\n$/);
    expect(start.code).toBe(1);
    const direct = { DATABASE_URL: pooler.appUrl, MIGRATION_DATABASE_URL: database.ownerUrl };
    expect(await runMain('cli', ['migrate'], direct)).toMatchObject({ code: 0 });
  });
});
