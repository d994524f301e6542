import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DISTRIBUTED } from '../../migrations/tables.js';
import { Bahi } from '../support/bahi.js';
import { createCitusDatabase, describeOnCitus } from '../support/citus.js';
import type { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';

/** For tables that are distributed later. */
const SHARDS = 4;

describeOnCitus('a database with books that is distributed', () => {
  let bahi: Bahi;
  let before: unknown[];
  let holding: SqlSession;

  beforeAll(async () => {
    bahi = await Bahi.open({
      worker: true,
      environment: { DATABASE_SHARDS: String(SHARDS) },
      server: { createDatabase: createCitusDatabase },
    });
    for (const merchant of await bahi.merchants(6, { rupees: 1_000 }))
      for (const to of ['0001', '0002']) {
        const { id } = await merchant.aPayout(10, { to });
        await merchant.until(id, to === '0001' ? 'completed' : 'failed');
      }
    before = await heads();
    holding = await bahi.sqlSession();
  }, 120_000);

  afterAll(() => bahi?.close());

  const heads = (): Promise<unknown[]> =>
    bahi.psql.query(`SELECT merchant_id, seq, encode(hash, 'hex') AS hash FROM ledger_transactions ORDER BY 1, 2`);
  const distribute = () => bahi.command('distribute');
  const distributed = async (): Promise<string[]> =>
    (await bahi.psql.query<{ name: string }>(`SELECT logicalrelid::text AS name FROM pg_dist_partition`)).map(
      ({ name }) => name,
    );

  it('is refused while a service works on it', async () => {
    const { code, stderr } = await distribute();
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('Another Bahi process is using this database: stop it first.'),
    ]);
    expect(await distributed()).toEqual([]);
    await bahi.service.stop();
  });

  it('is distributed in part when that is broken off, and serves nobody then', async () => {
    await holding.query('BEGIN; LOCK TABLE payouts IN SHARE MODE');
    const ended = distribute();
    await until('it waits for the payouts', () =>
      bahi.count(`pg_stat_activity WHERE query LIKE 'LOCK TABLE payouts%' AND wait_event_type = 'Lock'`).then(Boolean),
    );
    await bahi.psql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bahi-migrate'`,
    );
    expect((await ended).code).toBe(1);
    await holding.rollback();
    expect(await distributed()).toEqual(expect.arrayContaining(['books', 'merchants', 'ledger_entries']));
    expect(await distributed()).not.toContain('payouts');
    await expect(bahi.process('start')).rejects.toThrow('The tables are only partly distributed');
  });

  it('goes on from there, and has all that it had', async () => {
    const { code, stdout, stderr } = await distribute();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/payouts: 12 rows\n/);
    expect(stdout).not.toMatch(/books: /);
    expect((await distributed()).sort()).toEqual(
      DISTRIBUTED.flat()
        .map(({ name }) => name)
        .sort(),
    );
    expect(await heads()).toEqual(before);
  }, 60_000);

  it('has no rows left on the coordinator', async () => {
    for (const { name } of DISTRIBUTED.flat())
      expect([name, await bahi.psql.query(`SELECT pg_relation_size($1) AS size`, [name])]).toEqual([
        name,
        [{ size: '0' }],
      ]);
  });

  it('starts with Redis only', async () => {
    await expect(bahi.process('start')).rejects.toThrow('but the queues cannot be. Set REDIS_URL.');
  });
});
