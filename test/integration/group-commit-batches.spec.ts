import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { post } from '../../src/modules/ledger/application/post.js';
import { adjustment } from '../../src/modules/ledger/domain/ledger.js';
import { stagePayout, payoutIn } from '../../src/modules/payouts/application/stage-payout.js';
import { payoutReferences } from '../../src/modules/payouts/domain/payout-tables.js';
import { BookNotFound } from '../../src/platform/group-commit/write.js';
import {
  answersOf,
  openTestBooks,
  idOf,
  payoutsOf,
  refusalsOf,
  RUPEE,
  statusesOf,
  times,
  testBooks,
} from '../support/group-commit.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { together } from '../support/write-path.js';
import type { PayoutAnswer } from '../support/write-process.js';

openTestBooks();

describe('a batch', () => {
  it('is committed at once when a write comes alone: no timer stands before it', async () => {
    const service = testBooks.process({ lanes: 2 });
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'hrtime', 'performance'] });
    try {
      // Anything that waits for a timer now waits for ever.
      for (let i = 0; i < 10; i++) expect((await service.payOut(merchant, RUPEE)).status).toBe(201);
    } finally {
      jest.useRealTimers();
    }
    expect(await testBooks.payoutCommits([merchant])).toBe(10);
  });

  it('takes what arrived while the one before it was in flight, 128 writes at the most', async () => {
    const service = testBooks.process();
    const merchants = await testBooks.merchants(10, 1_000n * RUPEE);
    const results = await together(testBooks, service, () =>
      times(300, (i) => service.payOut(merchants[i % 10]!, RUPEE)),
    );
    expect(statusesOf(answersOf(results))).toEqual(times(300, () => 201));
    expect(await testBooks.payoutCommits(merchants)).toBe(3);
  });

  it('takes what arrives in one turn of the event loop', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(1_000n * RUPEE);
    await Promise.all(times(100, () => service.payOut(merchant, RUPEE)));
    expect(await testBooks.payoutCommits([merchant])).toBe(1);
  });

  it('has as many statements for 128 writes of 32 merchants as for one write', async () => {
    const proxy = await PostgresProxy.to(testBooks.appUrl);
    const service = testBooks.process({ through: proxy });
    const merchants = await testBooks.merchants(32, 1_000n * RUPEE);
    const statementsOf = async (count: number): Promise<number> => {
      const before = proxy.statements;
      await Promise.all(times(count, (i) => service.payOut(merchants[i % 32]!, RUPEE, { referenceId: randomUUID() })));
      return proxy.statements - before;
    };
    await statementsOf(1); // Opens the connection, and sends its settings.
    await statementsOf(1); // Connects.
    const alone = await statementsOf(1);
    expect(await statementsOf(128)).toBe(alone);
    expect(alone).toBeGreaterThan(5);
    await service.close();
    await proxy.close();
  });

  it('holds no more books than it may, where row locks are allowed for one shard only', async () => {
    const service = testBooks.process({ booksPerBatch: 1 });
    const merchants = await testBooks.merchants(4, 1_000n * RUPEE);
    const results = await together(testBooks, service, () =>
      times(20, (i) => service.payOut(merchants[(i % 4) >> 1]!, RUPEE)),
    );
    answersOf(results);
    const [mixed] = await testBooks.superuser.query<{ merchants: number }>(
      `SELECT count(DISTINCT merchant_id)::integer AS merchants FROM ledger_transactions
       WHERE merchant_id = ANY($1::uuid[]) AND kind = 'payout_hold' GROUP BY xmin::text ORDER BY 1 DESC`,
      [merchants.map(({ id }) => id)],
    );
    expect(mixed).toEqual({ merchants: 1 });
  });

  it('writes the last state of a row that two of its writes change', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const payout = idOf(await service.payOut(merchant, 60n * RUPEE));
    const failure = { code: 'x', reason: 'Refused.', source: 'business', retryable: false } as const;
    const results = await together<unknown>(testBooks, service, () => [
      service.change(merchant, payout, (it, now) => it.sendOff({ now, actor: 'operator:test' })),
      service.change(merchant, payout, (it, now) => it.fail(failure, { now, actor: 'bank:test' })),
      service.payOut(merchant, 90n * RUPEE),
    ]);
    answersOf(results);
    expect(await testBooks.count(`payouts WHERE id = $1 AND status = 'failed' AND events = 3`, [payout])).toBe(1);
    expect(
      await testBooks.superuser.query(`SELECT to_status FROM payout_events WHERE payout_id = $1 ORDER BY seq`, [
        payout,
      ]),
    ).toEqual([{ to_status: 'pending' }, { to_status: 'processing' }, { to_status: 'failed' }]);
    expect(
      await testBooks.count(`(SELECT DISTINCT xmin::text FROM payout_events WHERE payout_id = $1) AS commits`, [
        payout,
      ]),
    ).toBe(2);
    expect(await testBooks.available(merchant)).toBe(10n * RUPEE);
  });

  it('inserts a row that one of its writes makes and the next one changes once, as it stands at the end', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const results = await together<unknown>(testBooks, service, () => [
      service.payOut(merchant, 60n * RUPEE, { referenceId: 'INV-1' }),
      service.books.write(merchant.id, {
        reads: [payoutReferences.row('INV-1')],
        decide: (book) => {
          const payout = payoutIn(book, book.get(payoutReferences, 'INV-1')!)!;
          payout.cancel({ now: book.now, actor: 'merchant:test' });
          stagePayout(book, payout);
        },
      }),
    ]);
    const [created] = answersOf(results) as [PayoutAnswer];
    const rows = await testBooks.superuser.query('SELECT status, events FROM payouts WHERE merchant_id = $1', [
      merchant.id,
    ]);
    expect(rows).toEqual([{ status: 'cancelled', events: 2 }]);
    expect(await testBooks.count(`payouts WHERE id = $1`, [idOf(created)])).toBe(1);
    expect(await testBooks.available(merchant)).toBe(100n * RUPEE);
  });
});

describe('an idempotency key', () => {
  it('that is new has one effect when it comes twice in one batch', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const results = await together(testBooks, service, () => [
      service.payOut(merchant, 40n * RUPEE, { key: 'twice' }),
      service.payOut(merchant, 40n * RUPEE, { key: 'twice' }),
    ]);
    const [first, second] = answersOf(results);
    expect(first).toMatchObject({ status: 201, replayed: false });
    expect(second).toEqual({ ...first, status: 200, replayed: true });
    expect(await testBooks.available(merchant)).toBe(60n * RUPEE);
  });

  it('is refused for another request of the same batch', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const results = await together(testBooks, service, () => [
      service.payOut(merchant, 40n * RUPEE, { key: 'other' }),
      service.payOut(merchant, 50n * RUPEE, { key: 'other', requestHash: new Uint8Array(32).fill(1) }),
    ]);
    expect(refusalsOf(results)).toMatchObject([{ code: 'idempotency_key_reused' }]);
    expect(await testBooks.available(merchant)).toBe(60n * RUPEE);
  });
});

describe('a refusal between two successes', () => {
  it('leaves nothing but its recorded answer, which stands when the money is there', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const results = await together(testBooks, service, () => [
      service.payOut(merchant, 60n * RUPEE),
      service.payOut(merchant, 60n * RUPEE, { key: 'refused' }),
      service.payOut(merchant, 40n * RUPEE),
    ]);
    expect(answersOf(results).map(({ status }) => status)).toEqual([201, 422, 201]);
    expect(await testBooks.payoutCommits([merchant])).toBe(1);
    expect(await payoutsOf(testBooks, merchant)).toBe(2);
    await service.fund(merchant, 500n * RUPEE);
    expect(await service.payOut(merchant, 60n * RUPEE, { key: 'refused' })).toMatchObject({
      status: 422,
      replayed: true,
    });
    expect(await testBooks.available(merchant)).toBe(500n * RUPEE);
  });

  it('that is not recorded leaves nothing at all', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const results = await together<unknown>(testBooks, service, () => [
      service.payOut(merchant, 60n * RUPEE),
      service.books.write(merchant.id, {
        reads: [],
        decide: (book) => {
          post(book, adjustment(book.nextId(), 5n * RUPEE, { actor: 'system', reason: 'never posted' }));
          throw new BookNotFound();
        },
      }),
      service.payOut(merchant, 40n * RUPEE),
    ]);
    expect(refusalsOf(results)).toEqual([expect.any(BookNotFound)]);
    expect(await testBooks.payoutCommits([merchant])).toBe(1);
    expect(await testBooks.available(merchant)).toBe(0n);
  });
});
