import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectToShard } from '../../src/platform/database/connections/shard-connection.js';
import { Shards } from '../../src/platform/group-commit/shards.js';
import { createDistributedDatabase, describeOnCitus, nodeOf } from '../support/citus.js';
import { aBookOn } from '../support/distributed-book.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant, WriteProcess } from '../support/write-process.js';

const RUPEE = 100n;

/** What the coordinator has carried to nodes, of all sessions. */
const CARRIED = `
  SELECT (query_execution_single_shard + query_execution_multi_shard)::int AS carried
  FROM citus_stat_counters WHERE name = current_database()`;

const MOVE = `
  SELECT citus_move_shard_placement(p.shardid, n.nodename, n.nodeport, o.nodename, o.nodeport, 'block_writes')
  FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)
  JOIN pg_dist_node o ON o.shouldhaveshards AND o.groupid <> n.groupid
  WHERE p.shardid = $1::bigint`;

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

  it('ask nothing of the coordinator that it would have to carry to a node', async () => {
    await payOutOfAll();
    const before = await carried();
    await payOutOfAll();
    expect(await carried()).toBe(before);
    for (const { id } of merchants) expect(await testBooks.count(`payouts WHERE merchant_id = '${id}'`)).toBe(2);
  });

  it('let no shard go away while one of them is open, and none begins where the shard was', async () => {
    const merchant = merchants[0]!;
    await until('the shard is known', () => shards.shardOf(merchant.id) !== null);
    const shard = shards.shardOf(merchant.id)!;
    const from = await nodeOf(testBooks.superuser, merchant.id);
    const open = await service.database.connectToShard(shards.placeOf(shard)!);
    await Promise.all(open.begin());
    const mover = await SqlSession.at(testBooks.database.superuserUrl);
    let moved = false;
    const move = mover.query(MOVE, [shard]).then(() => (moved = true));
    const node = await SqlSession.at(nodeUrl(from));
    await until('the move waits', async () => {
      const waiting = await node.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
      return waiting.length > 0;
    });
    expect(moved).toBe(false);
    await open.command('COMMIT');
    await move;
    await expect(Promise.all(open.begin())).rejects.toThrow('the shard has been moved');
    await open.close();
    for (const session of [mover, node]) await session.close();
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

  it('write nothing by an address that leads to another server here than at the coordinator', async () => {
    const { id } = merchants[1]!;
    await until('the shard is known', () => shards.shardOf(id) !== null);
    const place = shards.placeOf(shards.shardOf(id)!)!;
    const coordinator = { query: <Row>() => Promise.resolve([{ id: '7' }] as Row[]) };
    await expect(connectToShard(coordinator, service.database.url, place)).rejects.toThrow('is not the coordinator');
  });

  it('go through the coordinator where the role may not hold shards', async () => {
    const revoke = 'REVOKE EXECUTE ON FUNCTION public.hold_shard(bigint) FROM bahi_app';
    await testBooks.superuser.query('SELECT run_command_on_workers($1)', [revoke]);
    const other = testBooks.process();
    other.divideBy((await Shards.of(other.database))!);
    const merchant = merchants[2]!;
    expect((await other.payOut(merchant, RUPEE)).status).toBe(201);
    const before = await carried();
    expect((await other.payOut(merchant, RUPEE)).status).toBe(201);
    expect(await carried()).toBeGreaterThan(before);
  });

  const nodeUrl = (port: number): string =>
    Object.assign(new URL(testBooks.database.superuserUrl), { port: String(port) }).href;
});
