import { describe, expect, it } from '@jest/globals';
import { Shards } from '../../src/platform/group-commit/shards.js';
import { openTestBooks, RUPEE, statusesOf, testBooks } from '../support/group-commit.js';
import { until } from '../support/wait-for.js';
import { together } from '../support/write-path.js';
import type { TestMerchant } from '../support/write-process.js';

openTestBooks();

const shardOf = ({ id }: TestMerchant): string => String(parseInt(id.slice(-1), 16) % 4);

/** A process whose shards have one turn, and a merchant of one shard whose book somebody holds; three of another shard. */
async function withBookHeld(options: { heldUpMs: number }) {
  const [held, ...others] = await testBooks.merchants(4, 100n * RUPEE);
  const service = testBooks.process({ lanes: 1, waitMs: 60_000, ...options });
  service.books.divideBy({ shardOf: (id) => (id === held!.id ? 'one' : 'another') });
  const holder = await testBooks.sqlSession();
  await holder.lock(held!);
  const isWaiting = async (): Promise<boolean> => (await testBooks.waitingFor(service)) > 0;
  return { service, held: held!, others, isWaiting, release: () => holder.rollback() };
}

describe('books of distributed tables', () => {
  it('share a batch with books of their shard alone', async () => {
    const service = testBooks.process();
    service.books.divideBy({ shardOf: (id) => shardOf({ id } as TestMerchant) });
    const merchants = await testBooks.merchants(32, 100n * RUPEE);
    // Nothing is in flight in most lanes: whatever arrives in one turn of the event loop shares their first batch.
    const answers = await Promise.all(merchants.map((merchant) => service.payOut(merchant, RUPEE)));
    expect(statusesOf(answers)).toEqual(merchants.map(() => 201));
    const commits = await testBooks.superuser.query<{ merchants: string[] }>(
      `SELECT array_agg(merchant_id::text) AS merchants FROM ledger_transactions
       WHERE merchant_id = ANY($1::uuid[]) AND kind = 'payout_hold' GROUP BY xmin::text`,
      [merchants.map(({ id }) => id)],
    );
    const shards = commits.map((commit) => new Set(commit.merchants.map((id) => shardOf({ id } as TestMerchant))));
    expect(shards.map(({ size }) => size)).toEqual(commits.map(() => 1));
    expect(commits).toHaveLength(new Set(merchants.map(shardOf)).size);
  });

  it('gather while the batch of another shard has the turn', async () => {
    const { service, held, others, isWaiting, release } = await withBookHeld({ heldUpMs: 60_000 });
    const first = service.payOut(held, RUPEE);
    await until('its batch waits for the book', isWaiting);
    const gathered: ReturnType<typeof service.payOut>[] = [];
    for (const merchant of others) {
      gathered.push(service.payOut(merchant, RUPEE));
      // By the time that another connection is answered, a batch with this one alone would be on its way.
      await testBooks.superuser.query('SELECT 1');
    }
    await release();
    expect(statusesOf(await Promise.all([first, ...gathered]))).toEqual([201, 201, 201, 201]);
    expect(await testBooks.payoutCommits(others)).toBe(1);
  });

  it('do not wait for one that is held up', async () => {
    const { service, held, others, isWaiting, release } = await withBookHeld({ heldUpMs: 20 });
    const first = service.payOut(held, RUPEE);
    await until('its batch waits for the book', isWaiting);
    const answers = await Promise.all(others.map((merchant) => service.payOut(merchant, RUPEE)));
    expect(statusesOf(answers)).toEqual([201, 201, 201]);
    expect(await isWaiting()).toBe(true);
    await release();
    expect((await first).status).toBe(201);
  });

  it('go alone until it is known where they stand', async () => {
    const service = testBooks.process();
    service.books.divideBy({ shardOf: () => null });
    const merchants = await testBooks.merchants(3, 100n * RUPEE);
    const twice = [...merchants, ...merchants];
    await together(testBooks, service, () => twice.map((merchant) => service.payOut(merchant, RUPEE)));
    expect(await testBooks.payoutCommits(merchants)).toBe(merchants.length);
  });

  it('are none on plain PostgreSQL', async () => {
    expect(await Shards.of(testBooks.process().database)).toBeNull();
  });
});
