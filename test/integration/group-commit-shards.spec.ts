import { describe, expect, it } from '@jest/globals';
import { Shards } from '../../src/platform/group-commit/shards.js';
import { openTestBooks, RUPEE, statusesOf, testBooks } from '../support/group-commit.js';
import { together } from '../support/write-path.js';
import type { TestMerchant } from '../support/write-process.js';

openTestBooks();

const shardOf = ({ id }: TestMerchant): string => String(parseInt(id.slice(-1), 16) % 4);

describe('books of distributed tables', () => {
  it('share a batch with books of their shard alone', async () => {
    const service = testBooks.process();
    service.books.divideBy({ shardOf: (id) => shardOf({ id } as TestMerchant) });
    const merchants = await testBooks.merchants(32, 100n * RUPEE);
    // Most lanes are idle: everything that arrives in one turn of the event loop shares their first batch.
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
