import { describe, expect, it } from '@jest/globals';
import { BOOKS_COMMITTED, type BooksCommitted } from '../../src/platform/group-commit/commit-events.js';
import { headOf } from '../../src/modules/ledger/application/post.js';
import { adjustment, append } from '../../src/modules/ledger/domain/ledger.js';
import { ledgerHeads, ledgerTransactions } from '../../src/modules/ledger/domain/ledger-tables.js';
import { payoutRows } from '../../src/modules/payouts/domain/payout-tables.js';
import { nextId } from '../../src/shared/ids.js';
import {
  openTestBooks,
  millisecondsOf,
  payoutsOf,
  RUPEE,
  statusesOf,
  times,
  testBooks,
} from '../support/group-commit.js';
import { CommitGate } from '../support/write-path.js';
import type { PayoutAnswer, TestMerchant, WriteProcess } from '../support/write-process.js';

openTestBooks();

describe('two processes on one database', () => {
  const twoServices = (): [WriteProcess, WriteProcess] => [
    testBooks.process({ lanes: 2 }),
    testBooks.process({ lanes: 2 }),
  ];

  /** The second process asks for the book after the first one has decided and before it has committed. */
  async function overlapping(merchant: TestMerchant): Promise<PayoutAnswer[]> {
    const [first, second] = twoServices();
    const gate = await CommitGate.closed(testBooks);
    const [payout, held] = [first.payOut(merchant, 60n * RUPEE), first.writeExtra(merchant, gate.statements)];
    await gate.reached();
    const rival = second.payOut(merchant, 60n * RUPEE);
    await testBooks.isLockedFor(second);
    await gate.open();
    await held;
    return Promise.all([payout, rival]);
  }

  it('do not spend the same rupee', async () => {
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    expect((await overlapping(merchant)).map(({ status }) => status)).toEqual([201, 422]);
    expect(await testBooks.available(merchant)).toBe(40n * RUPEE);
  });

  it('do not spend the same rupee where the server would have every transaction repeat its reads', async () => {
    const [{ name } = { name: '' }] = await testBooks.superuser.query<{ name: string }>(
      'SELECT current_database() AS name',
    );
    const forService = `ALTER ROLE bahi_app IN DATABASE ${name}`;
    await testBooks.superuser.query(`${forService} SET default_transaction_isolation = 'repeatable read'`);
    try {
      const merchant = await testBooks.aMerchant(100n * RUPEE);
      const session = await testBooks.sqlSession();
      expect(await session.query('SHOW transaction_isolation')).toEqual([{ transaction_isolation: 'repeatable read' }]);
      expect((await overlapping(merchant)).map(({ status }) => status)).toEqual([201, 422]);
      expect(await testBooks.available(merchant)).toBe(40n * RUPEE);
    } finally {
      await testBooks.superuser.query(`${forService} RESET default_transaction_isolation`);
    }
  });

  it('let exactly one of two ₹60 payouts through on ₹100, every time', async () => {
    const services = twoServices();
    const merchants = await testBooks.merchants(50, 100n * RUPEE);
    for (const merchant of merchants) {
      const answers = await Promise.all(services.map((service) => service.payOut(merchant, 60n * RUPEE)));
      expect(statusesOf(answers)).toEqual([201, 422]);
    }
  });

  it('let exactly ten of fifty payouts through on a balance for ten', async () => {
    const services = twoServices();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const answers = await Promise.all(times(50, (i) => services[i % 2]!.payOut(merchant, 10n * RUPEE)));
    expect(statusesOf(answers)).toEqual([...times(10, () => 201), ...times(40, () => 422)]);
    expect(await payoutsOf(testBooks, merchant)).toBe(10);
    expect(await testBooks.available(merchant)).toBe(0n);
  });

  it('pass by what the other one holds for a moment, and come back to it, without a connection for each book', async () => {
    // Unlimited waiting: however slow the machine is, a lane's own connection is enough for all of this.
    const services = times(2, () => testBooks.process({ lanes: 2, tryAgainMs: 600_000 }));
    const merchants = await testBooks.merchants(50, 100n * RUPEE);
    const storms = times(20, () =>
      Promise.all(merchants.flatMap((merchant) => services.map((service) => service.payOut(merchant, RUPEE)))),
    );
    for (const answers of await Promise.all(storms)) expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(services.map(({ database }) => database.connections.length)).toEqual([2, 2]);
  });

  it('do once what is asked twenty times with one key, though the balance covers no second one', async () => {
    const services = twoServices();
    const merchant = await testBooks.aMerchant(60n * RUPEE);
    const answers = await Promise.all(times(20, (i) => services[i % 2]!.payOut(merchant, 60n * RUPEE, { key: 'one' })));
    expect(statusesOf(answers)).toEqual([...times(19, () => 200), 201]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(await payoutsOf(testBooks, merchant)).toBe(1);
  });

  it('give out ids that increase in the order of the commits', async () => {
    const services = twoServices();
    const merchant = await testBooks.aMerchant(10_000n * RUPEE);
    await Promise.all(times(600, (i) => services[i % 2]!.payOut(merchant, RUPEE)));
    const rows = await testBooks.superuser.query<{ id: string; payout: string; at: Date }>(
      `SELECT id, reference_id AS payout, created_at AS at FROM ledger_transactions
       WHERE merchant_id = $1 AND kind = 'payout_hold' ORDER BY seq`,
      [merchant.id],
    );
    expect(rows).toHaveLength(600);
    // A payout's id, its hold's id, the next payout's id …
    const drawn = rows.flatMap(({ id, payout }) => [payout, id]);
    expect(drawn).toEqual([...new Set(drawn)].sort());
    expect(rows.map(({ at }) => at.getTime())).toEqual(rows.map(({ at }) => at.getTime()).sort());
  });
});

describe('the time of a book', () => {
  it('never goes back, even when the last entry was written by a server whose clock went ahead', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant();
    const ahead = Date.now() + 3_600_000;
    await service.books.write(merchant.id, {
      reads: [],
      decide: (book) => {
        const cause = { type: 'payment', id: 'ahead' } as const;
        const posting = {
          ...adjustment('ahead', 100n * RUPEE, { actor: 'system', reason: 'test' }),
          kind: 'payment',
          cause,
        } as const;
        const { transaction, head } = append(book.merchantId, headOf(book), posting, nextId(ahead), new Date(ahead));
        book.put(ledgerHeads, '', head);
        book.put(ledgerTransactions, '1', transaction);
      },
    });
    await service.payOut(merchant, RUPEE);
    const rows = await testBooks.superuser.query<{ id: string; created_at: Date }>(
      'SELECT id, created_at FROM ledger_transactions WHERE merchant_id = $1 ORDER BY seq',
      [merchant.id],
    );
    expect(rows[1]!.id > rows[0]!.id).toBe(true);
    expect(rows[1]!.created_at.getTime()).toBeGreaterThanOrEqual(ahead);
  });
});

describe('a listener', () => {
  it('is notified after the commit and before the answer', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const seen: { payouts: number; answered: boolean }[] = [];
    let answered = false;
    const look = async (committed: BooksCommitted): Promise<void> => {
      expect(committed.staged(payoutRows)).toHaveLength(1);
      seen.push({ payouts: await payoutsOf(testBooks, merchant), answered });
    };
    // The emitter waits for what a listener returns.
    service.events.on(BOOKS_COMMITTED, (committed: BooksCommitted): unknown => look(committed));
    await service.payOut(merchant, RUPEE).then(() => (answered = true));
    expect(seen).toEqual([{ payouts: 1, answered: false }]);
  });

  it('that fails, or never ends, changes nothing and delays little', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    service.events.on(BOOKS_COMMITTED, () => {
      throw new Error('a listener failed');
    });
    service.events.on(BOOKS_COMMITTED, (): unknown => new Promise(() => undefined));
    expect(await millisecondsOf(service.payOut(merchant, RUPEE))).toBeLessThan(5_000);
    expect(await payoutsOf(testBooks, merchant)).toBe(1);
  });
});
