import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ShardConnection } from '../../src/platform/database/connections/shard-connection.js';
import { Shards } from '../../src/platform/group-commit/shards.js';
import { createDistributedDatabase, describeOnCitus, nodeOf } from '../support/citus.js';
import { aBookOn } from '../support/distributed-book.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant, WriteProcess } from '../support/write-process.js';

const RUPEE = 100n;

/** How many statements the coordinator has sent to nodes, for all sessions. */
const CARRIED = `
  SELECT (query_execution_single_shard + query_execution_multi_shard)::int AS carried
  FROM citus_stat_counters WHERE name = current_database()`;

const MOVE = `
  SELECT citus_move_shard_placement(p.shardid, n.nodename, n.nodeport, o.nodename, o.nodeport, 'block_writes')
  FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)
  JOIN pg_dist_node o ON o.shouldhaveshards AND o.groupid <> n.groupid
  WHERE p.shardid = $1::bigint`;

const CLOCK = 'SELECT live_ms FROM live_time';

describeOnCitus('batches that go straight to the nodes', () => {
  let testBooks: TestBooks;
  let service: WriteProcess;
  let shards: Shards;
  let merchants: TestMerchant[];

  beforeAll(async () => {
    testBooks = await TestBooks.open(await createDistributedDatabase(4));
    const name = new URL(testBooks.database.superuserUrl).pathname.slice(1);
    await testBooks.superuser.query(`ALTER DATABASE ${name} SET citus.enable_stat_counters = on`);
    service = testBooks.process();
    shards = (await Shards.of(service.database))!;
    service.divideBy(shards);
    merchants = await Promise.all(Array.from({ length: 8 }, () => aBookOn(testBooks.superuser)));
    await Promise.all(merchants.map((merchant) => service.fund(merchant, 10_000n * RUPEE)));
  });

  afterAll(() => testBooks.close());

  const carried = async (): Promise<number> =>
    (await testBooks.superuser.query<{ carried: number }>(CARRIED))[0]!.carried;

  const payOutOfAll = async (): Promise<void> => {
    const answers = await Promise.all(merchants.map((merchant) => service.payOut(merchant, RUPEE)));
    expect(answers.map(({ status }) => status)).toEqual(merchants.map(() => 201));
  };

  const directForAll = (): Promise<void> =>
    until('they go to the nodes', async () => {
      const before = await carried();
      await payOutOfAll();
      return (await carried()) === before;
    });

  const shardOf = async ({ id }: TestMerchant): Promise<string> => {
    await until('the shard is known', () => shards.shardOf(id) !== null);
    return shards.shardOf(id)!;
  };

  /** A batch up to its COMMIT: it has locked its shard on the node and at the coordinator. */
  const anOpenBatch = async (shard: string): Promise<ShardConnection> => {
    const open = await service.direct.open(shard);
    await Promise.all([...open.begin(), open.query(CLOCK)]);
    return open;
  };

  it('ask nothing of the coordinator that it would have to carry to a node', async () => {
    await directForAll();
    const before = await testBooks.count('payouts');
    await payOutOfAll();
    expect(await testBooks.count('payouts')).toBe(before + merchants.length);
  });

  it('let no shard go away while one of them is open, and none begins where the shard was', async () => {
    const merchant = merchants[0]!;
    const shard = await shardOf(merchant);
    const from = await nodeOf(testBooks.superuser, merchant.id);
    const open = await anOpenBatch(shard);
    const mover = await SqlSession.at(testBooks.database.superuserUrl);
    let moved = false;
    const move = mover.query(MOVE, [shard]).then(() => (moved = true));
    await until('the move waits', async () => (await waiting(testBooks.superuser)) > 0);
    expect(moved).toBe(false);
    expect(await open.commit()).toBe('COMMIT');
    await move;
    await expect(Promise.all(open.begin())).rejects.toThrow('the shard has been moved');
    await open.close();
    await mover.close();
    expect(await nodeOf(testBooks.superuser, merchant.id)).not.toBe(from);

    const before = await testBooks.available(merchant);
    expect((await service.payOut(merchant, RUPEE)).status).toBe(201);
    expect(await testBooks.available(merchant)).toBe(before - RUPEE);
    await until('they go to where it is', async () => {
      const asked = await carried();
      expect((await service.payOut(merchant, RUPEE)).status).toBe(201);
      return (await carried()) === asked;
    });
  });

  it('let no shard go away by a coordinator that has taken the place of another', async () => {
    const merchant = merchants[0]!;
    const shard = await shardOf(merchant);
    const open = await service.direct.open(shard);
    await Promise.all(open.begin());
    const node = await SqlSession.at(nodeUrl(await nodeOf(testBooks.superuser, merchant.id)));
    // The lock that such a coordinator takes on the node; its own lock does not conflict with those of the other
    // coordinator.
    const lock = node.query('SELECT lock_shard_metadata(7, ARRAY[$1::bigint])', [shard]);
    await until(
      'it waits',
      async () => (await waiting(testBooks.superuser, nodeUrl(await nodeOf(testBooks.superuser, merchant.id)))) > 0,
    );
    await open.close();
    await lock;
    await node.close();
  });

  it('are of unknown outcome where the coordinator has let go of the shard before they were answered', async () => {
    const open = await anOpenBatch(await shardOf(merchants[1]!));
    await testBooks.superuser.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = $1 AND state = 'idle in transaction'`,
      [service.name],
    );
    await expect(open.commit()).rejects.toThrow('whether the node was the shard’s is unknown');
    await until('it is noticed', () => !open.alive);
    await open.close();
  });

  it('are not written once the coordinator has let go of the shard', async () => {
    const open = await anOpenBatch(await shardOf(merchants[1]!));
    await testBooks.superuser.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = $1 AND state = 'idle in transaction'`,
      [service.name],
    );
    await until('it is noticed', () => !open.alive);
    expect(() => open.assertTakes([])).toThrow('the shard is not held');
    await open.close();
  });

  it('go through the coordinator where they write what it alone has, and others of the batch do not suffer', async () => {
    await directForAll();
    const text = `INSERT INTO gateway_failures SELECT * FROM gateway_failures WHERE false`;
    const local = merchants.map((merchant) => service.writeExtra(merchant, () => [{ text, values: [] }]));
    await Promise.all([...local, payOutOfAll()]);
  });

  it('ask the coordinator for a book that is not where it should be', async () => {
    await directForAll();
    const { id } = merchants[0]!;
    const [there] = merchants.filter((other) => shards.shardOf(other.id) !== shards.shardOf(id));
    const mistaken = testBooks.process();
    // Like a process that learned the shard before a split.
    const wrong = await shardOf(there!);
    mistaken.books.divideBy({ shardOf: () => wrong }, mistaken.direct);
    await until('it goes to the node of the other book', async () => {
      const before = await carried();
      expect((await mistaken.payOut(there!, RUPEE)).status).toBe(201);
      return (await carried()) === before;
    });
    expect((await mistaken.payOut(merchants[0]!, RUPEE)).status).toBe(201);
    const nobody = { id: randomUUID(), bankAccountId: randomUUID() };
    await expect(mistaken.payOut(nobody, RUPEE)).rejects.toThrow('There is no such merchant');
  });

  it('leave nothing open at the coordinator when the node ends their connections between two batches', async () => {
    await directForAll();
    const ofService = `SELECT pid FROM pg_stat_activity WHERE application_name = $1`;
    const atCoordinator = async (): Promise<number> =>
      (await testBooks.superuser.query(ofService, [service.name])).length;
    const before = await atCoordinator();
    const ports = new Set(await Promise.all(merchants.map(({ id }) => nodeOf(testBooks.superuser, id))));
    for (const port of ports) {
      const node = await SqlSession.at(nodeUrl(port));
      await node.query(`SELECT pg_terminate_backend(pid) FROM (${ofService}) sessions`, [service.name]);
      await node.close();
    }
    await directForAll();
    await until('the connections of before are closed', async () => (await atCoordinator()) <= before);
  });

  it('go through the coordinator where the role may not hold shards', async () => {
    const revoke = 'REVOKE EXECUTE ON FUNCTION public.hold_placement(bigint) FROM bahi_app';
    await directForAll();
    await testBooks.superuser.query('SELECT run_command_on_workers($1)', [revoke]);
    const isTaken = (): Promise<boolean> =>
      service.payOut(merchants[2]!, RUPEE).then(
        ({ status }) => status === 201,
        () => false,
      );
    await until('who went straight goes through the coordinator', isTaken);
    const other = testBooks.process();
    other.divideBy((await Shards.of(other.database))!);
    const merchant = merchants[2]!;
    await expect(other.direct.open(await shardOf(merchant))).rejects.toThrow('may not hold shards');
    expect((await other.payOut(merchant, RUPEE)).status).toBe(201);
    const before = await carried();
    expect((await other.payOut(merchant, RUPEE)).status).toBe(201);
    expect(await carried()).toBeGreaterThan(before);
  });

  const nodeUrl = (port: number): string =>
    Object.assign(new URL(testBooks.database.superuserUrl), { port: String(port) }).href;
});

async function waiting(psql: SqlSession, url?: string): Promise<number> {
  const session = url === undefined ? psql : await SqlSession.at(url);
  const rows = await session.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
  if (session !== psql) await session.close();
  return rows.length;
}
