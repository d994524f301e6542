import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { NodeServers } from '../../src/platform/database/servers/node-servers.js';
import type { TimelineChange } from '../../src/platform/database/servers/primary-server.js';
import { highestOf, type KnownServer, type ServerMemory } from '../../src/platform/database/servers/server-memory.js';
import type { Connection } from '../../src/platform/database/connections/connection.js';
import type { Sql } from '../../src/platform/database/statements/sql.js';
import { Overloaded } from '../../src/platform/group-commit/overloaded.js';
import { Shards } from '../../src/platform/group-commit/shards.js';
import { createDatabaseBehind, describeOnCitus, nodeOf } from '../support/citus.js';
import { aBookOn } from '../support/distributed-book.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant, WriteProcess } from '../support/write-process.js';

const RUPEE = 100n;

/** The name by which the nodes know the coordinator. */
const COORDINATOR = 'citus_internal';

/** What other processes have seen of one node. */
class SharedMemory implements ServerMemory {
  readonly all: KnownServer[] = [];

  recall(): Promise<KnownServer | null> {
    return Promise.resolve(highestOf(this.all));
  }

  note(known: KnownServer): Promise<void> {
    this.all.push(known);
    return Promise.resolve();
  }

  forget(): Promise<void> {
    this.all.length = 0;
    return Promise.resolve();
  }
}

describeOnCitus('a node whose server is replaced', () => {
  let proxies: PostgresProxy[];
  let database: TestDatabase & { readonly nodeUrls?: readonly string[] };
  let testBooks: TestBooks;
  let service: WriteProcess;
  let shards: Shards;
  /** A merchant on the node that is replaced, and one on the other node. */
  let merchant: TestMerchant;
  let other: TestMerchant;
  let memories: Map<number, SharedMemory>;
  let changes: [Sql, TimelineChange][];

  beforeEach(async () => {
    proxies = [];
    database = await createDatabaseBehind(proxies);
    testBooks = await TestBooks.open(database);
    memories = new Map();
    changes = [];
    service = aProcess();
    shards = (await Shards.of(service.database))!;
    service.divideBy(shards);
    const ports = proxies.map(({ url }) => Number(new URL(url).port));
    const found = new Map<number, TestMerchant>();
    while (found.size < ports.length) {
      const one = await aBookOn(testBooks.superuser);
      found.set(await nodeOf(testBooks.superuser, one.id), one);
    }
    [merchant, other] = ports.map((port) => found.get(port)!) as [TestMerchant, TestMerchant];
    for (const one of [merchant, other]) await service.fund(one, 10_000n * RUPEE);
    await goesStraight(service, merchant, proxies[0]!);
  });

  afterEach(async () => {
    for (const proxy of proxies) {
      proxy.refuse(null);
      if (proxy.silent) proxy.cutAll();
      proxy.silent = false;
    }
    await testBooks.close();
    for (const proxy of proxies) await proxy.close();
  });

  function aProcess(): WriteProcess {
    const memoryOf = (group: number): SharedMemory => {
      if (!memories.has(group)) memories.set(group, new SharedMemory());
      return memories.get(group)!;
    };
    const note = (sql: Sql, change: TimelineChange): Promise<void> => Promise.resolve(void changes.push([sql, change]));
    const nodes = new NodeServers((group) => [memoryOf(group)], note, { countChange: () => undefined });
    return testBooks.process({ nodes });
  }

  const payOut = async (one: TestMerchant, by = service): Promise<number | 'unknown'> =>
    by.payOut(one, RUPEE).then(
      ({ status }) => status,
      (error: unknown) => {
        expect(error).toBeInstanceOf(Overloaded);
        return 'unknown';
      },
    );

  async function goesStraight(by: WriteProcess, one: TestMerchant, proxy: PostgresProxy): Promise<void> {
    await until('the batches go straight to the node', async () => {
      proxy.committed.length = 0;
      return (await payOut(one, by)) === 201 && proxy.committed.includes(by.name);
    });
    proxy.committed.length = 0;
  }

  const shardOf = async ({ id }: TestMerchant): Promise<string> => {
    await until('the shard is known', () => shards.shardOf(id) !== null);
    return shards.shardOf(id)!;
  };

  const openTo = async (one: TestMerchant): Promise<Connection> => service.direct.open(await shardOf(one));

  const groupOf = async ({ id }: TestMerchant): Promise<number> =>
    (
      await testBooks.superuser.query<{ group: number }>(
        `SELECT groupid AS group FROM pg_dist_placement WHERE shardid = get_shard_id_for_distribution_column('books', $1::uuid)`,
        [id],
      )
    )[0]!.group;

  /** From now on the coordinator expects the node at another address. */
  const update = (group: number, proxy: PostgresProxy): Promise<unknown> =>
    testBooks.superuser.query('SELECT citus_update_node(nodeid, $2, $3) FROM pg_dist_node WHERE groupid = $1', [
      group,
      '127.0.0.1',
      Number(new URL(proxy.url).port),
    ]);

  it('gets no commit at its old address, where the lane was idle meanwhile', async () => {
    const replacement = await PostgresProxy.to(database.nodeUrls![0]!);
    proxies.push(replacement);
    await update(await groupOf(merchant), replacement);
    expect(await payOut(merchant)).toBe(201);
    expect(proxies[0]!.committed).not.toContain(service.name);
    await goesStraight(service, merchant, replacement);
    expect(proxies[0]!.committed).not.toContain(service.name);
  });

  it('is replaced when the batches that are open have ended', async () => {
    const open = await openTo(merchant);
    await Promise.all([...open.begin(), open.query('SELECT live_ms FROM live_time')]);
    const replacement = await PostgresProxy.to(database.nodeUrls![0]!);
    proxies.push(replacement);
    let updated = false;
    const session = await testBooks.sqlSession('superuser');
    const group = await groupOf(merchant);
    const sql = `SELECT citus_update_node(nodeid, '127.0.0.1', $2) FROM pg_dist_node WHERE groupid = $1`;
    const update = session.query(sql, [group, Number(new URL(replacement.url).port)]).then(() => (updated = true));
    await until(
      'it waits',
      async () => (await testBooks.count(`pg_locks WHERE locktype = 'advisory' AND NOT granted`)) > 0,
    );
    expect(updated).toBe(false);
    expect(await open.commit()).toBe('COMMIT');
    await update;
    await open.close();
  });

  it('is left when another server answers at its address', async () => {
    const open = await openTo(merchant);
    expect([open.alive, open.isConfirmed]).toEqual([true, true]);
    // Existing connections stay with the old server.
    proxies[0]!.leadTo(database.nodeUrls![1]!);
    await until('the connection to the old server is cut', () => !open.alive);
    await expect(openTo(merchant)).rejects.toThrow('belongs to another cluster');
    expect(await payOut(other)).toBe(201);
    await open.close();
  });

  it('is left when another process has seen a higher timeline', async () => {
    const open = await openTo(merchant);
    const memory = memories.get(await groupOf(merchant))!;
    const known = highestOf(memory.all)!;
    memory.all.push({ ...known, timeline: known.timeline + 1 });
    await until('the connection is cut', () => !open.alive);
    await expect(openTo(merchant)).rejects.toThrow('is behind');
    expect(changes).toEqual([]);
    await open.close();
  });

  it('has its promotion noted at the coordinator before anything is written there', async () => {
    const memory = memories.get(await groupOf(merchant))!;
    const known = highestOf(memory.all)!;
    await memory.forget();
    memory.all.push({ ...known, timeline: known.timeline - 1 });
    const process = aProcess();
    process.divideBy(shards);
    const open = await process.direct.open(await shardOf(merchant));
    // Of this node: others may have been made from the same backup.
    const systemIdentifier = `${known.systemIdentifier} node ${await groupOf(merchant)}`;
    expect(changes).toMatchObject([
      [process.database, { systemIdentifier, from: known.timeline - 1, to: known.timeline }],
    ]);
    await open.close();
  });

  it('gets no commit past a coordinator that does not reach it, as it may be the old one', async () => {
    const open = await openTo(merchant);
    proxies[0]!.refuse(COORDINATOR);
    await until('nobody says any more that it is the one', () => !open.isConfirmed);
    expect(await payOut(other)).toBe(201);
    proxies[0]!.committed.length = 0;
    expect(await payOut(merchant)).toBe('unknown');
    expect(proxies[0]!.committed).toEqual([]);
    proxies[0]!.refuse(null);
    await goesStraight(service, merchant, proxies[0]!);
    await open.close();
  });

  it('is written to through the coordinator where this process does not reach it', async () => {
    const before = await testBooks.available(merchant);
    proxies[0]!.refuse(service.name);
    await until('it is written to', async () => (await payOut(merchant)) === 201);
    expect(proxies[0]!.committed).not.toContain(service.name);
    expect(await testBooks.available(merchant)).toBeLessThan(before);
    proxies[0]!.refuse(null);
    await goesStraight(service, merchant, proxies[0]!);
  });

  it('holds up nobody else when it hangs', async () => {
    const idle = await openTo(other);
    proxies[0]!.silent = true;
    const waits = payOut(merchant);
    const since = performance.now();
    let served = 0;
    while (performance.now() - since < 12_000) {
      expect(await payOut(other)).toBe(201);
      served++;
    }
    expect(idle.isConfirmed).toBe(true);
    expect(served).toBeGreaterThan(20);
    expect(await waits).toBe('unknown');
    await idle.close();
  });
});
