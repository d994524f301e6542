import { randomInt, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { idempotencyRecords } from '../../src/modules/idempotency/idempotency.public.js';
import { post } from '../../src/modules/ledger/application/post.js';
import { adjustment } from '../../src/modules/ledger/domain/ledger.js';
import { payoutRows } from '../../src/modules/payouts/domain/payout-tables.js';
import { BrokenInvariant } from '../../src/shared/assert.js';
import { ServerClock } from '../../src/platform/clock/server-clock.js';
import { BookTable } from '../../src/platform/group-commit/book-table-store.js';
import { Overloaded } from '../../src/platform/group-commit/overloaded.js';
import {
  answersOf,
  openTestBooks,
  payoutsOf,
  refusalsOf,
  RUPEE,
  statusesOf,
  times,
  testBooks,
} from '../support/group-commit.js';
import { together } from '../support/write-path.js';
import type { ExtraStatements, PayoutAnswer, TestMerchant, WriteProcess } from '../support/write-process.js';

openTestBooks();

describe('a poisoned write', () => {
  /** How the database can refuse a write whose decision succeeded, and the SQLSTATE for it. */
  const poisons: [string, string, (service: WriteProcess, merchant: TestMerchant) => Promise<unknown>][] = [
    [
      'breaks a CHECK',
      '23514',
      (service, { id }) =>
        service.books.write(id, {
          reads: [idempotencyRecords.row('poison')],
          decide: (book) =>
            book.put(idempotencyRecords, 'poison', {
              status: 700,
              contentType: 'text/plain',
              body: '',
              requestHash: new Uint8Array(32),
              expiresAt: book.now.clockTime,
              expiresAtLiveMs: null,
            }),
        }),
    ],
    [
      'has data that does not fit its type',
      '22003',
      (service, merchant) =>
        service.writeExtra(merchant, () => [{ text: 'SELECT $1::bigint * 2', values: [2n ** 62n] }]),
    ],
    [
      'carries U+0000',
      '22021',
      (service, merchant) =>
        service.writeExtra(merchant, () => [{ text: 'SELECT length($1::text)', values: ['a\0b'] }]),
    ],
    [
      'is refused by a trigger',
      'P0001',
      (service, merchant) =>
        service.writeExtra(merchant, () => [
          { text: 'UPDATE books SET currency = currency WHERE merchant_id = $1', values: [merchant.id] },
        ]),
    ],
    [
      'names a row by a malformed id',
      '22P02',
      (service, { id }) => service.books.write(id, { reads: [payoutRows.row('no-uuid')], decide: () => undefined }),
    ],
  ];

  it.each(poisons)('in a full batch fails alone when it %s (%s)', async (_what, code, poisoned) => {
    const service = testBooks.process();
    const merchants = await testBooks.merchants(16, 100n * RUPEE);
    const results = await together<unknown>(testBooks, service, () =>
      times(128, (i) => (i === 50 ? poisoned(service, merchants[0]!) : service.payOut(merchants[i % 16]!, RUPEE))),
    );
    expect(refusalsOf(results)).toMatchObject([{ code }]);
    expect(results[50]!.status).toBe('rejected');
    const ids = merchants.map(({ id }) => id);
    expect(await testBooks.count('payouts WHERE merchant_id = ANY($1::uuid[])', [ids])).toBe(127);
    expect(await testBooks.count(`idempotency_keys WHERE merchant_id = ANY($1::uuid[])`, [ids])).toBe(127);
    for (const { status, replayed } of answersOf(results.filter((_, i) => i !== 50)) as PayoutAnswer[]) {
      expect({ status, replayed }).toEqual({ status: 201, replayed: false });
    }
  });

  it('may be tried again, on a new connection, when the server does not support it even alone (0A000)', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const unsupported = { text: 'DO $$ BEGIN RAISE feature_not_supported; END $$', values: [] };
    const results = await together<unknown>(testBooks, service, () => [
      ...times(10, () => service.payOut(merchant, RUPEE)),
      service.writeExtra(merchant, () => [unsupported]),
    ]);
    expect(refusalsOf(results)).toMatchObject([{ code: 'overloaded', mayHaveCommitted: false }]);
    expect(await payoutsOf(testBooks, merchant)).toBe(10);
    expect(service.database.connections.map(({ alive }) => alive)).toContain(false);
  });

  it('fails alone when nobody stores the rows that it has staged: nothing is committed without them', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const forgotten = new BookTable<string>('forgotten');
    const results = await together<unknown>(testBooks, service, () => [
      ...times(10, () => service.payOut(merchant, RUPEE)),
      service.books.write(merchant.id, { reads: [], decide: (book) => book.put(forgotten, 'k', 'a row') }),
    ]);
    expect(refusalsOf(results)).toMatchObject([{ cause: new BrokenInvariant('somebody stores rows of forgotten') }]);
    expect(await payoutsOf(testBooks, merchant)).toBe(10);
  });

  it('fails alone, without spoiling its batch, when its decision breaks', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(1_000n * RUPEE);
    const results = await together<unknown>(testBooks, service, () =>
      times(128, (i) =>
        i === 50
          ? service.books.write(merchant.id, {
              reads: [],
              decide: (book) => {
                post(book, adjustment(book.nextId(), 5n * RUPEE, { actor: 'system', reason: 'never posted' }));
                throw new TypeError('x is not a function');
              },
            })
          : service.payOut(merchant, RUPEE),
      ),
    );
    expect(refusalsOf(results)).toEqual([new TypeError('x is not a function')]);
    expect(await testBooks.payoutCommits([merchant])).toBe(1);
    expect(await testBooks.available(merchant)).toBe(873n * RUPEE);
  });

  it.each([
    [
      'its rows cannot be turned into a statement',
      () => {
        throw new TypeError('x is undefined');
      },
    ],
    ['its values cannot be encoded', () => [{ text: 'SELECT $1::jsonb', values: [{ paise: 1n }] }]],
  ])('fails alone, and commits nothing by halves, when %s', async (_what, statements) => {
    const service = testBooks.process();
    const merchants = await testBooks.merchants(4, 100n * RUPEE);
    const results = await together<unknown>(testBooks, service, () =>
      times(21, (i) =>
        i === 9 ? service.writeExtra(merchants[0]!, statements) : service.payOut(merchants[i % 4]!, RUPEE),
      ),
    );
    const [refusal, ...others] = refusalsOf(results);
    expect(others).toEqual([]);
    expect(refusal).not.toBeInstanceOf(Overloaded);
    expect(results[9]!.status).toBe('rejected');
    expect(await testBooks.count('payouts WHERE merchant_id = ANY($1::uuid[])', [merchants.map(({ id }) => id)])).toBe(
      20,
    );
    expect((await service.payOut(merchants[0]!, RUPEE)).status).toBe(201);
  });
});

describe('a batch that loses a race in the database', () => {
  beforeAll(async () => {
    // A sequence is not rolled back with its transaction, so it counts the tries.
    await testBooks.superuser.query(`
      CREATE FUNCTION lose_race(tries text, times integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        IF nextval(tries) <= times THEN RAISE 'could not serialize access' USING ERRCODE = '40001'; END IF;
      END $$`);
  });

  const losing = async (timesLost: number): Promise<{ tries: string; statements: ExtraStatements }> => {
    const tries = `tries_${randomInt(1e9)}`;
    await testBooks.superuser.query(`CREATE SEQUENCE ${tries}`);
    return { tries, statements: () => [{ text: 'SELECT lose_race($1, $2)', values: [tries, timesLost] }] };
  };

  it('is repeated as a whole and has its effect once', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const { statements } = await losing(2);
    const results = await together<unknown>(testBooks, service, () => [
      ...times(10, () => service.payOut(merchant, RUPEE)),
      service.writeExtra(merchant, statements),
    ]);
    expect(refusalsOf(results)).toEqual([]);
    expect(service.decisions).toBe(30);
    expect(await testBooks.payoutCommits([merchant])).toBe(1);
    expect(await payoutsOf(testBooks, merchant)).toBe(10);
  });

  it('is given up in the end; the same keys find out that nothing was done', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const { tries, statements } = await losing(1_000);
    const keys = times(10, () => randomUUID());
    const results = await together<unknown>(testBooks, service, () => [
      ...keys.map((key) => service.payOut(merchant, RUPEE, { key })),
      service.writeExtra(merchant, statements),
    ]);
    expect(refusalsOf(results)).toEqual(times(11, () => expect.any(Overloaded)));
    expect(await testBooks.superuser.query(`SELECT last_value::integer AS tries FROM ${tries}`)).toEqual([
      { tries: 6 },
    ]);
    expect(await payoutsOf(testBooks, merchant)).toBe(0);
    const again = await Promise.all(keys.map((key) => service.payOut(merchant, RUPEE, { key })));
    expect(statusesOf(again)).toEqual(times(10, () => 201));
  });

  it('is repeated when it was the victim of a deadlock', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const [ours, theirs] = [randomInt(1e9), randomInt(1e9)];
    const take = 'SELECT pg_advisory_xact_lock($1)';
    const rival = await testBooks.sqlSession('superuser');
    // Only the batch checks for deadlocks, so the batch is the one that gives way.
    await rival.query(`SET deadlock_timeout = '60s'`);
    await rival.query('BEGIN');
    await rival.query(take, [theirs]);
    const results = Promise.allSettled<unknown>([
      ...times(10, () => service.payOut(merchant, RUPEE)),
      service.writeExtra(merchant, () => [
        { text: take, values: [ours] },
        { text: take, values: [theirs] },
      ]),
    ]);
    await testBooks.isAwaited(theirs);
    await rival.query(take, [ours]);
    await rival.query('COMMIT');
    expect(refusalsOf(await results)).toEqual([]);
    expect(service.decisions).toBe(20);
    expect(await payoutsOf(testBooks, merchant)).toBe(10);
  });
});

describe('a batch that meets a table which was changed', () => {
  it('is repeated with statements that are prepared anew', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const readAs = (type: string): Promise<unknown> =>
      testBooks.superuser.query(
        `ALTER TABLE bank_accounts ALTER COLUMN account_holder_name TYPE ${type};
         ALTER TABLE idempotency_keys ALTER COLUMN content_type TYPE ${type}`,
      );
    const pay = async (): Promise<number> => (await service.payOut(merchant, RUPEE)).status;
    try {
      expect(await pay()).toBe(201);
      await readAs('varchar(500)');
      expect(await pay()).toBe(201);
    } finally {
      await readAs('text');
    }
    expect(await pay()).toBe(201);
    expect(await payoutsOf(testBooks, merchant)).toBe(3);
  });
});

describe('without the row of live time', () => {
  it('nothing is decided, and it says what to do; that done, the next write goes', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    await testBooks.superuser.query('DELETE FROM live_time');
    const clock = new ServerClock(service.database);
    const refused = await Promise.allSettled([service.payOut(merchant, RUPEE), clock.now()]);
    expect(refusalsOf(refused)).toHaveLength(2);
    for (const error of refusalsOf(refused)) {
      expect(error).toBeInstanceOf(BrokenInvariant);
      expect((error as Error).message).toContain('INSERT INTO live_time DEFAULT VALUES');
    }
    expect(await payoutsOf(testBooks, merchant)).toBe(0);
    await testBooks.superuser.query('INSERT INTO live_time DEFAULT VALUES');
    expect((await service.payOut(merchant, RUPEE)).status).toBe(201);
    expect((await clock.now()).liveMs).toBe(0);
  });
});
