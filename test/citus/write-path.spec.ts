import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { append, hold } from '../../src/modules/ledger/domain/ledger.js';
import { LedgerHeadStore, LedgerTransactionStore } from '../../src/modules/ledger/infrastructure/ledger-store.js';
import type { Statement } from '../../src/platform/group-commit/book-table-store.js';
import { Overloaded } from '../../src/platform/group-commit/overloaded.js';
import { Shards } from '../../src/platform/group-commit/shards.js';
import { nextId } from '../../src/shared/ids.js';
import { Money } from '../../src/shared/money.js';
import { createDistributedDatabase, describeOnCitus } from '../support/citus.js';
import { aBookOn } from '../support/distributed-book.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';
import { TestBooks, together } from '../support/write-path.js';
import type { TestMerchant, WriteProcess } from '../support/write-process.js';

const RUPEE = 100n;

describeOnCitus('the write path on distributed tables', () => {
  let testBooks: TestBooks;
  let service: WriteProcess;
  let merchants: TestMerchant[];

  beforeAll(async () => {
    testBooks = await TestBooks.open(await createDistributedDatabase(4));
    service = await aProcess();
    merchants = await Promise.all(Array.from({ length: 20 }, () => aBookOn(testBooks.superuser)));
    await Promise.all(merchants.map((merchant) => service.fund(merchant, 10_000n * RUPEE)));
  });

  afterAll(() => testBooks.close());

  async function aProcess(): Promise<WriteProcess> {
    const process = testBooks.process();
    const shards = await Shards.of(process.database);
    expect(shards).not.toBeNull();
    process.divideBy(shards!);
    return process;
  }

  /** Entries without a transaction, followed by what the book appends next. */
  async function strayEntries({ id }: TestMerchant): Promise<Statement[]> {
    const [head] = await new LedgerHeadStore().load(service.database, [id], [], [id]);
    const at = new Date();
    const posting = hold(randomUUID(), Money.ofPaise(RUPEE), 'merchant:test');
    const { transaction } = append(id, head!.row, posting, nextId(at.getTime(), head!.row.id), at);
    const flushed = (row: typeof transaction): Statement[] =>
      new LedgerTransactionStore().flush([{ merchantId: id, key: String(row.seq), row, isNew: true }], [id]);
    const stray = {
      ...transaction,
      seq: transaction.seq + 7,
      entries: [
        { account: 'fees' as const, amountPaise: 5n, balancePaise: 5n },
        { account: 'taxes' as const, amountPaise: -5n, balancePaise: -5n },
      ],
    };
    return [flushed(stray)[0]!, ...flushed(transaction)];
  }

  it('commits as many merchants together as stand in one shard', async () => {
    const answers = await Promise.all(merchants.map((merchant) => service.payOut(merchant, RUPEE)));
    expect(answers.map(({ status }) => status)).toEqual(merchants.map(() => 201));
    await together(testBooks, service, () => merchants.map((merchant) => service.payOut(merchant, RUPEE)));
    for (const merchant of merchants) expect(await testBooks.available(merchant)).toBe(9_998n * RUPEE);
  });

  it('lets a write whose entries have no transaction fail alone, and before COMMIT', async () => {
    const [merchant] = merchants as [TestMerchant];
    const before = await testBooks.available(merchant);
    const statements = await strayEntries(merchant);
    const poisoned = service.writeExtra(merchant, () => statements);
    const sound = service.payOut(merchant, RUPEE);
    await expect(poisoned).rejects.toMatchObject({ code: '23503' });
    expect(await sound).toMatchObject({ status: 201 });
    expect(await testBooks.available(merchant)).toBe(before - RUPEE);
  });

  it('learns anew in which shards books stand when one was split', async () => {
    const clock = { now: 0 };
    const shards = (await Shards.of(service.database, service.database, () => clock.now))!;
    const learned = async (): Promise<(string | null)[]> => {
      const of = () => merchants.map(({ id }) => shards.shardOf(id));
      await until('all are learned', () => !of().includes(null));
      return of();
    };
    const before = await learned();
    const hashes = await testBooks.superuser.query<{ shard: string; hash: number }>(
      `SELECT get_shard_id_for_distribution_column('books', id)::text AS shard, worker_hash(id) AS hash
       FROM unnest($1::uuid[]) AS u(id) ORDER BY 1, 2`,
      [merchants.map(({ id }) => id)],
    );
    const ofOne = hashes.filter(({ shard }) => shard === hashes[0]!.shard);
    await testBooks.superuser.query(
      `SELECT citus_split_shard_by_split_points($1::bigint, ARRAY[$2::text], ARRAY[p.nodeid, p.nodeid], 'block_writes')
       FROM (SELECT nodeid FROM pg_dist_placement JOIN pg_dist_node USING (groupid) WHERE shardid = $1::bigint) p`,
      [ofOne[0]!.shard, String(ofOne[0]!.hash)],
    );
    expect(await learned()).toEqual(before);
    clock.now += 60_000;
    await until('the split is seen', async () => {
      const now = await learned();
      return now.every((shard, n) => (shard === before[n]) === (before[n] !== ofOne[0]!.shard));
    });
    expect(new Set(await learned()).size).toBe(new Set(before).size + 1);
    expect((await service.payOut(merchants[0]!, RUPEE)).status).toBe(201);
  });

  it('loses nothing that was answered when the backends of a node are killed', async () => {
    const { nodename, nodeport } = (
      await testBooks.superuser.query<{ nodename: string; nodeport: number }>(
        'SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 LIMIT 1',
      )
    )[0]!;
    const node = Object.assign(new URL(testBooks.database.superuserUrl), {
      hostname: nodename,
      port: String(nodeport),
    });
    const killer = await SqlSession.at(node.href);
    const accepted: string[] = [];
    let unknown = 0;
    let rounds = 0;
    const load = merchants.map(async (merchant) => {
      while (rounds < 12) {
        try {
          accepted.push((JSON.parse((await service.payOut(merchant, RUPEE)).body) as { id: string }).id);
        } catch (error) {
          expect(error).toBeInstanceOf(Overloaded);
          unknown++;
        }
      }
    });
    for (; rounds < 12; rounds++) {
      const reached = accepted.length + 20;
      while (accepted.length < reached) await new Promise(setImmediate);
      await killer.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
      );
    }
    await Promise.all(load);
    await killer.close();
    expect(unknown).toBeGreaterThan(0);
    expect(await testBooks.count('payouts WHERE id = ANY($1::uuid[])', [accepted])).toBe(accepted.length);
    const wrong = await testBooks.superuser.query(
      'SELECT merchant_id FROM ledger_entries GROUP BY merchant_id, seq HAVING sum(amount_paise) <> 0',
    );
    expect(wrong).toEqual([]);
  });
});
