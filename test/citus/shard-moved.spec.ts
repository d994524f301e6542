import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { createDistributedDatabase, describeOnCitus, nodeOf } from '../support/citus.js';
import type { Merchant } from '../support/merchant.js';
import { PayingLoad } from '../support/paying-load.js';
import { redisEnvironment } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

/** Enough for each node to have some. */
const MERCHANTS = 8;

const WITHIN_MS = 60_000;

/** Both ways: writes wait for the whole move, or only for its end. */
const MODES = ['block_writes', 'force_logical'];

describeOnCitus('distributed books of which a shard is moved, and split, under load', () => {
  let bahi: Bahi;
  let merchants: Merchant[];
  let load: PayingLoad;

  beforeAll(async () => {
    bahi = await Bahi.open({
      environment: { ...redisEnvironment(), PROCESSING_TIMEOUT_SECONDS: '3' },
      server: { createDatabase: createDistributedDatabase },
    });
    const api = await bahi.process('api');
    await bahi.process('worker');
    merchants = (await bahi.merchants(MERCHANTS, { rupees: 100_000 })).map((merchant) => merchant.at(api));
    load = new PayingLoad(merchants);
    await load.goesOnFor(merchants, WITHIN_MS);
  }, 120_000);

  afterAll(async () => {
    await load?.stop();
    await bahi?.close();
  }, 120_000);

  it.each(MODES)(
    'goes on (%s)',
    async (mode) => {
      const { id } = merchants[0]!;
      const from = await nodeOf(bahi.psql, id);
      await bahi.psql.query(
        `SELECT citus_move_shard_placement(p.shardid, n.nodename, n.nodeport, o.nodename, o.nodeport, '${mode}')
         FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)
         JOIN pg_dist_node o ON o.shouldhaveshards AND o.groupid <> n.groupid
         WHERE p.shardid = get_shard_id_for_distribution_column('books', $1::uuid)`,
        [id],
      );
      expect(await nodeOf(bahi.psql, id)).not.toBe(from);
      await load.goesOnFor(merchants, WITHIN_MS);
    },
    2 * WITHIN_MS,
  );

  it(
    'goes on when it is split',
    async () => {
      const { id } = merchants[0]!;
      await bahi.psql.query(
        `SELECT citus_split_shard_by_split_points(s.shardid, ARRAY[worker_hash($1::uuid)::text], ARRAY[n.nodeid, n.nodeid], 'block_writes')
         FROM pg_dist_shard s JOIN pg_dist_placement p USING (shardid) JOIN pg_dist_node n USING (groupid)
         WHERE s.shardid = get_shard_id_for_distribution_column('books', $1::uuid)`,
        [id],
      );
      await load.goesOnFor(merchants, WITHIN_MS);
    },
    2 * WITHIN_MS,
  );

  it(
    'has lost nothing, and paid everything once',
    async () => {
      await load.stop();
      await until(
        'all are completed',
        async () => (await bahi.count(`payouts WHERE status <> 'completed'`)) === 0,
        WITHIN_MS,
      );
      const payouts = await bahi.psql.query<{ id: string }>('SELECT id FROM payouts');
      expect(payouts.map(({ id }) => id).sort()).toEqual(load.accepted.map(({ id }) => id).sort());
      expect(await bahi.count('bank_simulator.movements')).toBe(load.accepted.length);
      expect(await bahi.bank.paidTwice()).toEqual([]);
      const { code, stderr } = await bahi.command('verify');
      expect([code, stderr]).toEqual([0, '']);
    },
    2 * WITHIN_MS,
  );
});
