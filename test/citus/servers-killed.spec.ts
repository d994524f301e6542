import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { createDistributedDatabase } from '../support/citus.js';
import { describeWithMortalNodes, MortalServer } from '../support/citus-nodes.js';
import type { Merchant } from '../support/merchant.js';
import { PayingLoad } from '../support/paying-load.js';
import { redisEnvironment } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

/** Enough for each node to have some. */
const MERCHANTS = 8;

/** A server is down for at least this long, as if somebody restarted it. */
const DOWN_MS = 5_000;

/** Citus checks once a minute for transactions that a node has prepared and not committed. */
const WITHIN_MS = 60_000;

/** The number of kills in one run, one after the other. */
const ROUNDS = Number(process.env['TEST_CITUS_ROUNDS'] ?? '1');

describeWithMortalNodes('distributed books of which a server is killed under load', () => {
  const servers = MortalServer.all();
  let bahi: Bahi;
  let merchants: Merchant[];
  let portOf: Map<string, number>;
  let load: PayingLoad;

  beforeAll(async () => {
    bahi = await Bahi.open({
      environment: { ...redisEnvironment(), PROCESSING_TIMEOUT_SECONDS: '3' },
      server: { createDatabase: createDistributedDatabase },
    });
    const api = await bahi.process('api');
    await bahi.process('worker');
    merchants = (await bahi.merchants(MERCHANTS, { rupees: 100_000 })).map((merchant) => merchant.at(api));
    portOf = await portsOf(merchants);
    load = new PayingLoad(merchants);
    await load.goesOnFor(merchants, WITHIN_MS);
  }, 120_000);

  afterAll(async () => {
    await load?.stop();
    for (const server of servers) await server.start();
    await bahi?.close();
  }, 120_000);

  /** The node on which each merchant's book is. */
  async function portsOf(of: readonly Merchant[]): Promise<Map<string, number>> {
    const rows = await bahi.psql.query<{ id: string; port: number }>(
      `SELECT id, nodeport AS port FROM unnest($1::uuid[]) AS id
       JOIN pg_dist_placement p ON p.shardid = get_shard_id_for_distribution_column('books', id)
       JOIN pg_dist_node n USING (groupid)`,
      [of.map(({ id }) => id)],
    );
    return new Map(rows.map(({ id, port }) => [id, port]));
  }

  async function goesOnElsewhere(elsewhere: readonly Merchant[]): Promise<void> {
    expect(elsewhere.length).toBeGreaterThan(0);
    await load.goesOnFor(elsewhere, WITHIN_MS, 10);
    const merchant = elsewhere[0]!;
    await merchant.until(load.accepted.findLast((payout) => payout.merchant === merchant)!.id, 'completed');
  }

  const roles = ['a node', 'the other node', 'the coordinator'] as const;
  const kills = Array.from({ length: ROUNDS }, (_, round) => roles.map((role) => [role, round + 1] as const)).flat();

  it.each(kills)(
    'goes on without %s, and with it when it is back (round %i)',
    async (role) => {
      const isNode = ({ port }: MortalServer): boolean => [...portOf.values()].includes(port);
      const nodes = servers.filter(isNode);
      const server = {
        'a node': nodes[0],
        'the other node': nodes[1],
        'the coordinator': servers.find((s) => !isNode(s)),
      }[role]!;
      const elsewhere = merchants.filter(({ id }) => portOf.get(id) !== server.port);
      await server.kill();
      const down = pause(DOWN_MS);
      try {
        if (role !== 'the coordinator') await goesOnElsewhere(elsewhere);
        await down;
      } finally {
        await server.start();
      }
      await load.goesOnFor(merchants, WITHIN_MS);
    },
    2 * WITHIN_MS,
  );

  it(
    'has lost nothing, and paid everything once',
    async () => {
      await load.stop();
      expect(load.unanswered).toBeGreaterThan(0);
      const psql = await bahi.sqlSession();
      const count = async (from: string): Promise<number> =>
        (await psql.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${from}`))[0]!.count;
      await until(
        'all are completed',
        async () => (await count(`payouts WHERE status <> 'completed'`)) === 0,
        WITHIN_MS,
      );
      const ids = load.accepted.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const survived = await psql.query<{ id: string }>('SELECT id FROM payouts');
      expect(survived.map(({ id }) => id).sort()).toEqual(ids.sort());
      expect(await count('bank_simulator.movements')).toBe(ids.length);
      expect(await (await bahi.bankOnNewConnection()).paidTwice()).toEqual([]);
      const { code, stderr } = await bahi.command('verify');
      expect([code, stderr]).toEqual([0, '']);
    },
    2 * WITHIN_MS,
  );
});
