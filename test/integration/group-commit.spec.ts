import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { idempotencyRecords } from '../../src/modules/idempotency/idempotency.public.js';
import { append } from '../../src/modules/ledger/domain/ledger.js';
import { ledgerHeads, ledgerTransactions } from '../../src/modules/ledger/domain/ledger-tables.js';
import { adjustment, headOf, post } from '../../src/modules/ledger/ledger.public.js';
import { stagePayout, payoutIn } from '../../src/modules/payouts/application/stage-payout.js';
import { payoutReferences, payoutRows } from '../../src/modules/payouts/domain/payout-tables.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../../src/platform/group-commit/commit-events.js';
import { Overloaded } from '../../src/platform/group-commit/overloaded.js';
import { BookNotFound } from '../../src/platform/group-commit/write.js';
import { nextId } from '../../src/shared/ids.js';
import { type Fate, PostgresProxy } from '../support/postgres-proxy.js';
import { startOwnServer } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';
import {
  type Errand,
  Gate,
  type PayoutAnswer,
  TestBooks,
  type TestMerchant,
  together,
  type WriteProcess,
} from '../support/write-path.js';

const RUPEE = 100n;

let house: TestBooks;

beforeAll(async () => {
  house = await TestBooks.open();
});

afterAll(async () => {
  await house.close();
});

/** What must hold whatever happened: nothing negative, and no half of a payout without the other. */
afterEach(async () => {
  const halves = await house.superuser.query(`
    SELECT p.id FROM payouts p
    LEFT JOIN ledger_transactions t ON (t.merchant_id, t.reference_id, t.kind) = (p.merchant_id, p.id::text, 'payout_hold')
    WHERE t.seq IS NULL OR p.events <> (SELECT count(*) FROM payout_events e WHERE e.payout_id = p.id)
    UNION ALL
    SELECT t.id FROM ledger_transactions t
    WHERE t.kind = 'payout_hold' AND NOT EXISTS (SELECT FROM payouts p WHERE p.id::text = t.reference_id)`);
  expect(halves).toEqual([]);
});

const statusesOf = (answers: readonly PayoutAnswer[]): number[] => answers.map(({ status }) => status).sort();
const idOf = ({ body }: PayoutAnswer): string => (JSON.parse(body) as { id: string }).id;
const payoutsOf = ({ id }: TestMerchant): Promise<number> => house.count('payouts WHERE merchant_id = $1', [id]);
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** The answers, all of which must have come. */
function answersOf<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

function refusalsOf(results: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
}

async function millisecondsOf(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}

describe('a batch', () => {
  it('is committed at once when a write comes alone: no timer stands before it', async () => {
    const service = house.process({ lanes: 2 });
    const merchant = await house.aMerchant(100n * RUPEE);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'hrtime', 'performance'] });
    try {
      // Whoever waits for a timer now waits for ever.
      for (let i = 0; i < 10; i++) expect((await service.payOut(merchant, RUPEE)).status).toBe(201);
    } finally {
      jest.useRealTimers();
    }
    expect(await house.payoutCommits([merchant])).toBe(10);
  });

  it('takes what arrived while the one before it was in flight, 128 writes at the most', async () => {
    const service = house.process();
    const merchants = await house.merchants(10, 1_000n * RUPEE);
    const results = await together(house, service, () => times(300, (i) => service.payOut(merchants[i % 10]!, RUPEE)));
    expect(statusesOf(answersOf(results))).toEqual(times(300, () => 201));
    expect(await house.payoutCommits(merchants)).toBe(3);
  });

  it('takes what arrives in one turn of the event loop', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(1_000n * RUPEE);
    await Promise.all(times(100, () => service.payOut(merchant, RUPEE)));
    expect(await house.payoutCommits([merchant])).toBe(1);
  });

  it('has as many statements for 128 writes of 32 merchants as for one write', async () => {
    const proxy = await PostgresProxy.to(house.appUrl);
    const service = house.process({ through: proxy });
    const merchants = await house.merchants(32, 1_000n * RUPEE);
    const statementsOf = async (count: number): Promise<number> => {
      const before = proxy.statements;
      await Promise.all(times(count, (i) => service.payOut(merchants[i % 32]!, RUPEE, { referenceId: randomUUID() })));
      return proxy.statements - before;
    };
    await statementsOf(1); // Opens the connection, which is told its settings.
    await statementsOf(1); // Connects.
    const alone = await statementsOf(1);
    expect(await statementsOf(128)).toBe(alone);
    expect(alone).toBeGreaterThan(5);
    await service.close();
    await proxy.close();
  });

  it('holds no more books than it may, where row locks are allowed for one shard only', async () => {
    const service = house.process({ booksPerBatch: 1 });
    const merchants = await house.merchants(4, 1_000n * RUPEE);
    const results = await together(house, service, () =>
      times(20, (i) => service.payOut(merchants[(i % 4) >> 1]!, RUPEE)),
    );
    answersOf(results);
    const [mixed] = await house.superuser.query<{ merchants: number }>(
      `SELECT count(DISTINCT merchant_id)::integer AS merchants FROM ledger_transactions
       WHERE merchant_id = ANY($1::uuid[]) AND kind = 'payout_hold' GROUP BY xmin::text ORDER BY 1 DESC`,
      [merchants.map(({ id }) => id)],
    );
    expect(mixed).toEqual({ merchants: 1 });
  });

  it('keeps the last state of a row that two of its writes change', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const payout = idOf(await service.payOut(merchant, 60n * RUPEE));
    const failure = { code: 'x', reason: 'Refused.', source: 'business', retryable: false } as const;
    const results = await together<unknown>(house, service, () => [
      service.change(merchant, payout, (it, now) => it.sendOff({ now, actor: 'operator:test' })),
      service.change(merchant, payout, (it, now) => it.fail(failure, { now, actor: 'bank:test' })),
      service.payOut(merchant, 90n * RUPEE),
    ]);
    answersOf(results);
    expect(await house.count(`payouts WHERE id = $1 AND status = 'failed' AND events = 3`, [payout])).toBe(1);
    expect(
      await house.superuser.query(`SELECT to_status FROM payout_events WHERE payout_id = $1 ORDER BY seq`, [payout]),
    ).toEqual([{ to_status: 'pending' }, { to_status: 'processing' }, { to_status: 'failed' }]);
    expect(
      await house.count(`(SELECT DISTINCT xmin::text FROM payout_events WHERE payout_id = $1) AS commits`, [payout]),
    ).toBe(2);
    expect(await house.available(merchant)).toBe(10n * RUPEE);
  });

  it('inserts a row that one of its writes makes and the next one changes once, as it stands at the end', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const results = await together<unknown>(house, service, () => [
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
    const rows = await house.superuser.query('SELECT status, events FROM payouts WHERE merchant_id = $1', [
      merchant.id,
    ]);
    expect(rows).toEqual([{ status: 'cancelled', events: 2 }]);
    expect(await house.count(`payouts WHERE id = $1`, [idOf(created)])).toBe(1);
    expect(await house.available(merchant)).toBe(100n * RUPEE);
  });
});

describe('an idempotency key', () => {
  it('that is new has one effect when it comes twice in one batch', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const results = await together(house, service, () => [
      service.payOut(merchant, 40n * RUPEE, { key: 'twice' }),
      service.payOut(merchant, 40n * RUPEE, { key: 'twice' }),
    ]);
    const [first, second] = answersOf(results);
    expect(first).toMatchObject({ status: 201, replayed: false });
    expect(second).toEqual({ ...first, status: 200, replayed: true });
    expect(await house.available(merchant)).toBe(60n * RUPEE);
  });

  it('that has expired has one more effect when it comes twice in one batch', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const earlier = await service.payOut(merchant, 40n * RUPEE, { key: 'expired', windowHours: -1 });
    const results = await together(house, service, () => [
      service.payOut(merchant, 40n * RUPEE, { key: 'expired' }),
      service.payOut(merchant, 40n * RUPEE, { key: 'expired' }),
    ]);
    const [first, second] = answersOf(results);
    expect(first).toMatchObject({ status: 201, replayed: false });
    expect(idOf(first!)).not.toBe(idOf(earlier));
    expect(second).toEqual({ ...first, status: 200, replayed: true });
    expect(await payoutsOf(merchant)).toBe(2);
    expect(await house.count(`idempotency_keys WHERE merchant_id = $1 AND expires_at > now()`, [merchant.id])).toBe(1);
  });

  it('is refused for another request of the same batch', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const results = await together(house, service, () => [
      service.payOut(merchant, 40n * RUPEE, { key: 'other' }),
      service.payOut(merchant, 50n * RUPEE, { key: 'other', requestHash: new Uint8Array(32).fill(1) }),
    ]);
    expect(refusalsOf(results)).toMatchObject([{ code: 'idempotency_key_reused' }]);
    expect(await house.available(merchant)).toBe(60n * RUPEE);
  });
});

describe('a refusal between two successes', () => {
  it('leaves nothing but its recorded answer, which stands when the money is there', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const results = await together(house, service, () => [
      service.payOut(merchant, 60n * RUPEE),
      service.payOut(merchant, 60n * RUPEE, { key: 'refused' }),
      service.payOut(merchant, 40n * RUPEE),
    ]);
    expect(answersOf(results).map(({ status }) => status)).toEqual([201, 422, 201]);
    expect(await house.payoutCommits([merchant])).toBe(1);
    expect(await payoutsOf(merchant)).toBe(2);
    await service.fund(merchant, 500n * RUPEE);
    expect(await service.payOut(merchant, 60n * RUPEE, { key: 'refused' })).toMatchObject({
      status: 422,
      replayed: true,
    });
    expect(await house.available(merchant)).toBe(500n * RUPEE);
  });

  it('that is not recorded leaves nothing at all', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const results = await together<unknown>(house, service, () => [
      service.payOut(merchant, 60n * RUPEE),
      service.books.write(merchant.id, {
        reads: [],
        decide: (book) => {
          post(book, adjustment(book.nextId(), 5n * RUPEE, 'system', 'never posted'));
          throw new BookNotFound();
        },
      }),
      service.payOut(merchant, 40n * RUPEE),
    ]);
    expect(refusalsOf(results)).toEqual([expect.any(BookNotFound)]);
    expect(await house.payoutCommits([merchant])).toBe(1);
    expect(await house.available(merchant)).toBe(0n);
  });
});

describe('a poisoned write', () => {
  /** How a write can be refused by the database though its decision went well, and the SQLSTATE that says so. */
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
              expiresAt: book.now,
            }),
        }),
    ],
    [
      'has data that does not fit its type',
      '22003',
      (service, merchant) => service.errand(merchant, () => [{ text: 'SELECT $1::bigint * 2', values: [2n ** 62n] }]),
    ],
    [
      'carries U+0000',
      '22021',
      (service, merchant) => service.errand(merchant, () => [{ text: 'SELECT length($1::text)', values: ['a\0b'] }]),
    ],
    [
      'is refused by a trigger',
      'P0001',
      (service, merchant) =>
        service.errand(merchant, () => [
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
    const service = house.process();
    const merchants = await house.merchants(16, 100n * RUPEE);
    const results = await together<unknown>(house, service, () =>
      times(128, (i) => (i === 50 ? poisoned(service, merchants[0]!) : service.payOut(merchants[i % 16]!, RUPEE))),
    );
    expect(refusalsOf(results)).toMatchObject([{ code }]);
    expect(results[50]!.status).toBe('rejected');
    const ids = merchants.map(({ id }) => id);
    expect(await house.count('payouts WHERE merchant_id = ANY($1::uuid[])', [ids])).toBe(127);
    expect(await house.count(`idempotency_keys WHERE merchant_id = ANY($1::uuid[])`, [ids])).toBe(127);
    for (const { status, replayed } of answersOf(results.filter((_, i) => i !== 50)) as PayoutAnswer[]) {
      expect({ status, replayed }).toEqual({ status: 201, replayed: false });
    }
  });

  it('fails alone, without spoiling its batch, when its decision breaks', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(1_000n * RUPEE);
    const results = await together<unknown>(house, service, () =>
      times(128, (i) =>
        i === 50
          ? service.books.write(merchant.id, {
              reads: [],
              decide: (book) => {
                post(book, adjustment(book.nextId(), 5n * RUPEE, 'system', 'never posted'));
                throw new TypeError('x is not a function');
              },
            })
          : service.payOut(merchant, RUPEE),
      ),
    );
    expect(refusalsOf(results)).toEqual([new TypeError('x is not a function')]);
    expect(await house.payoutCommits([merchant])).toBe(1);
    expect(await house.available(merchant)).toBe(873n * RUPEE);
  });

  it.each([
    [
      'its rows cannot be turned into a statement',
      () => {
        throw new TypeError('x is undefined');
      },
    ],
    ['its values cannot be encoded', () => [{ text: 'SELECT $1::jsonb', values: [{ paise: 1n }] }]],
  ])('fails alone, and commits nothing by halves, when %s', async (_what, errand) => {
    const service = house.process();
    const merchants = await house.merchants(4, 100n * RUPEE);
    const results = await together<unknown>(house, service, () =>
      times(21, (i) => (i === 9 ? service.errand(merchants[0]!, errand) : service.payOut(merchants[i % 4]!, RUPEE))),
    );
    const [refusal, ...others] = refusalsOf(results);
    expect(others).toEqual([]);
    expect(refusal).not.toBeInstanceOf(Overloaded);
    expect(results[9]!.status).toBe('rejected');
    expect(await house.count('payouts WHERE merchant_id = ANY($1::uuid[])', [merchants.map(({ id }) => id)])).toBe(20);
    expect((await service.payOut(merchants[0]!, RUPEE)).status).toBe(201);
  });
});

describe('a batch that loses a race in the database', () => {
  beforeAll(async () => {
    // A sequence forgets nothing when its transaction is rolled back: it counts the tries.
    await house.superuser.query(`
      CREATE FUNCTION lose_race(tries text, times integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        IF nextval(tries) <= times THEN RAISE 'could not serialize access' USING ERRCODE = '40001'; END IF;
      END $$`);
  });

  const losing = async (timesLost: number): Promise<{ tries: string; errand: Errand }> => {
    const tries = `tries_${randomInt(1e9)}`;
    await house.superuser.query(`CREATE SEQUENCE ${tries}`);
    return { tries, errand: () => [{ text: 'SELECT lose_race($1, $2)', values: [tries, timesLost] }] };
  };

  it('is repeated as a whole and has its effect once', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const { errand } = await losing(2);
    const results = await together<unknown>(house, service, () => [
      ...times(10, () => service.payOut(merchant, RUPEE)),
      service.errand(merchant, errand),
    ]);
    expect(refusalsOf(results)).toEqual([]);
    expect(service.decisions).toBe(30);
    expect(await house.payoutCommits([merchant])).toBe(1);
    expect(await payoutsOf(merchant)).toBe(10);
  });

  it('is given up in the end; the same keys find out that nothing was done', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const { tries, errand } = await losing(1_000);
    const keys = times(10, () => randomUUID());
    const results = await together<unknown>(house, service, () => [
      ...keys.map((key) => service.payOut(merchant, RUPEE, { key })),
      service.errand(merchant, errand),
    ]);
    expect(refusalsOf(results)).toEqual(times(11, () => expect.any(Overloaded)));
    expect(await house.superuser.query(`SELECT last_value::integer AS tries FROM ${tries}`)).toEqual([{ tries: 6 }]);
    expect(await payoutsOf(merchant)).toBe(0);
    const again = await Promise.all(keys.map((key) => service.payOut(merchant, RUPEE, { key })));
    expect(statusesOf(again)).toEqual(times(10, () => 201));
  });

  it('is repeated when it was the victim of a deadlock', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const [ours, theirs] = [randomInt(1e9), randomInt(1e9)];
    const take = 'SELECT pg_advisory_xact_lock($1)';
    const rival = await house.person('superuser');
    // Only the batch looks for deadlocks, so that it is the one who gives way.
    await rival.query(`SET deadlock_timeout = '60s'`);
    await rival.query('BEGIN');
    await rival.query(take, [theirs]);
    const results = Promise.allSettled<unknown>([
      ...times(10, () => service.payOut(merchant, RUPEE)),
      service.errand(merchant, () => [
        { text: take, values: [ours] },
        { text: take, values: [theirs] },
      ]),
    ]);
    await house.isAwaited(theirs);
    await rival.query(take, [ours]);
    await rival.query('COMMIT');
    expect(refusalsOf(await results)).toEqual([]);
    expect(service.decisions).toBe(20);
    expect(await payoutsOf(merchant)).toBe(10);
  });
});

describe('a connection that is lost', () => {
  let proxy: PostgresProxy;
  let service: WriteProcess;

  beforeEach(async () => {
    proxy = await PostgresProxy.to(house.appUrl);
    service = house.process({ through: proxy });
  });

  afterEach(async () => {
    proxy.commit = 'passes';
    proxy.refusing = false;
    await service.close();
    await proxy.close();
  });

  it.each<[Fate, number, number]>([
    ['is lost before the server hears it', 0, 201],
    ['is lost before the client hears the answer', 20, 200],
  ])('when COMMIT %s: all are told to repeat, nothing runs twice', async (fate, committed, statusOfRepeat) => {
    const merchants = await house.merchants(4, 100n * RUPEE);
    const keys = times(20, () => randomUUID());
    const payAll = (): Promise<PayoutAnswer>[] =>
      keys.map((key, i) => service.payOut(merchants[i % 4]!, RUPEE, { key }));
    const all = merchants.map(({ id }) => id);

    proxy.commit = fate;
    const results = await Promise.allSettled(payAll());
    expect(refusalsOf(results)).toEqual(times(20, () => expect.any(Overloaded)));
    expect(proxy.cuts).toBe(1);
    expect(service.decisions).toBe(20);
    expect(await house.count('payouts WHERE merchant_id = ANY($1::uuid[])', [all])).toBe(committed);

    proxy.commit = 'passes';
    expect(statusesOf(await Promise.all(payAll()))).toEqual(times(20, () => statusOfRepeat));
    expect(await house.count('payouts WHERE merchant_id = ANY($1::uuid[])', [all])).toBe(20);
  });

  it('while the server still works on a batch: all are told to repeat, and repeating has one effect', async () => {
    const merchant = await house.aMerchant(100n * RUPEE);
    const gate = await Gate.closed(house);
    const results = Promise.allSettled<unknown>([
      ...times(10, (i) => service.payOut(merchant, RUPEE, { key: `cut ${i}` })),
      service.errand(merchant, gate.errand),
    ]);
    await gate.reached();
    proxy.cutAll();
    expect(refusalsOf(await results)).toEqual(times(11, () => expect.any(Overloaded)));
    // The server has got the COMMIT already, and has not noticed that nobody listens any more.
    const again = times(10, (i) => service.payOut(merchant, RUPEE, { key: `cut ${i}` }));
    await house.isLockedFor(service, 2);
    await gate.open();
    expect(statusesOf(await Promise.all(again))).toEqual(times(10, () => 200));
    expect(await payoutsOf(merchant)).toBe(10);
  });

  it('while nothing is written costs nothing: the next write takes a new one', async () => {
    const merchant = await house.aMerchant(100n * RUPEE);
    await service.payOut(merchant, RUPEE);
    proxy.cutAll();
    await until('the connection is known to be gone', () => !service.database.connections[0]!.alive);
    expect((await service.payOut(merchant, RUPEE)).status).toBe(201);
    expect(service.database.connections).toHaveLength(2);
  });

  it('by the decision of an administrator is replaced', async () => {
    const merchant = await house.aMerchant(100n * RUPEE);
    const gate = await Gate.closed(house);
    const results = Promise.allSettled<unknown>([
      service.payOut(merchant, RUPEE, { key: 'terminated' }),
      service.errand(merchant, gate.errand),
    ]);
    await gate.reached();
    await house.superuser.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      service.name,
    ]);
    expect(refusalsOf(await results)).toEqual([expect.any(Overloaded), expect.any(Overloaded)]);
    await gate.open();
    expect((await service.payOut(merchant, RUPEE, { key: 'terminated' })).status).toBe(201);
    expect(await payoutsOf(merchant)).toBe(1);
  });

  it('for as long as the server is away: each write is told at once, and the first one after it succeeds', async () => {
    const merchant = await house.aMerchant(100n * RUPEE);
    await service.payOut(merchant, RUPEE);
    proxy.refusing = true;
    proxy.cutAll();
    for (let i = 0; i < 5; i++) {
      const write = service.payOut(merchant, RUPEE, { key: 'away' });
      expect(await millisecondsOf(expect(write).rejects.toThrow(Overloaded))).toBeLessThan(3_000);
    }
    proxy.refusing = false;
    expect((await service.payOut(merchant, RUPEE, { key: 'away' })).status).toBe(201);
    expect(await payoutsOf(merchant)).toBe(2);
  });

  it('without a word, as behind a dead router, is given up: all are told to repeat, and the lane goes on', async () => {
    const merchant = await house.aMerchant(100n * RUPEE);
    await service.payOut(merchant, RUPEE);
    proxy.silent = true;
    const write = service.payOut(merchant, RUPEE, { key: 'silent' });
    const patience = new Promise((resolve) => setTimeout(resolve, 22_000, 'nothing was heard'));
    const heard = await Promise.race([write.catch((error: unknown) => error), patience]);
    proxy.silent = false;
    proxy.cutAll();
    await write.catch(() => undefined);
    expect(heard).toBeInstanceOf(Overloaded);
    expect((await service.payOut(merchant, RUPEE, { key: 'silent' })).status).toBeLessThan(300);
    expect(await payoutsOf(merchant)).toBe(2);
  });

  it('while books are waited for takes no place away from the books that are waited for later', async () => {
    const held = await house.merchants(6, 100n * RUPEE);
    const holder = await house.person();
    await holder.lock(...held);
    const gate = await Gate.closed(house);
    const other = await house.aMerchant(100n * RUPEE);
    for (const merchant of held) {
      // Found locked by a batch whose own connection stands; the one that would wait for the book is refused.
      proxy.refusing = false;
      await service.payOut(other, RUPEE);
      proxy.refusing = true;
      await expect(service.payOut(merchant, RUPEE)).rejects.toThrow(Overloaded);
    }
    proxy.refusing = false;
    await gate.open();
    const waiting = service.payOut(held[0]!, RUPEE);
    await house.isLockedFor(service);
    await holder.letGo();
    expect((await waiting).status).toBe(201);
  });
});

describe('a server that dies and is started again', () => {
  it('has what was answered, and serves the same lanes', async () => {
    const server = await startOwnServer();
    const database = await server.createDatabase();
    const proxy = await PostgresProxy.to(database.appUrl);
    const own = await TestBooks.open(database);
    try {
      const service = own.process({ through: proxy, lanes: 2 });
      const merchants = await own.merchants(8, 100n * RUPEE);
      const pay = (i: number): Promise<PayoutAnswer> =>
        service.payOut(merchants[i % 8]!, RUPEE, { key: `restart ${i}` });
      await Promise.all(times(8, pay));
      await server.kill();
      expect(refusalsOf(await Promise.allSettled(times(16, pay)))).toEqual(times(16, () => expect.any(Overloaded)));
      await server.restart();
      const { port } = new URL((await server.urls()).appUrl);
      proxy.leadTo(Object.assign(new URL(database.appUrl), { port }).href);
      expect(statusesOf(await Promise.all(times(16, pay)))).toEqual([...times(8, () => 200), ...times(8, () => 201)]);
      expect(await service.database.query('SELECT count(*)::integer AS payouts FROM payouts')).toEqual([
        { payouts: 16 },
      ]);
    } finally {
      await own.leave();
      await proxy.close();
      await server.stop();
    }
  });
});

describe('a book that somebody else holds', () => {
  it('stalls only its own merchant, who is served when it is free again', async () => {
    const service = house.process();
    const [held, ...others] = (await house.merchants(11, 100n * RUPEE)) as [TestMerchant, ...TestMerchant[]];
    const holder = await house.person();
    await holder.lock(held);
    let served = 0;
    const waiting = times(20, () => service.payOut(held, RUPEE).finally(() => served++));
    const latencies: number[] = [];
    for (let round = 0; round < 20; round++) {
      const writes = others.map((merchant) => millisecondsOf(service.payOut(merchant, RUPEE)));
      latencies.push(...(await Promise.all(writes)));
    }
    expect(served).toBe(0);
    // Half of the time that the held book is waited for.
    expect(Math.max(...latencies)).toBeLessThan(1_500);
    await holder.letGo();
    expect(statusesOf(await Promise.all(waiting))).toEqual(times(20, () => 201));
  });

  it('is waited for some seconds; then its writes are told to repeat, and repeating has one effect', async () => {
    const service = house.process();
    const held = await house.aMerchant(100n * RUPEE);
    const holder = await house.person();
    await holder.lock(held);
    const keys = times(5, () => randomUUID());
    const begun = performance.now();
    const results = await Promise.allSettled(keys.map((key) => service.payOut(held, RUPEE, { key })));
    const waited = performance.now() - begun;
    expect(refusalsOf(results)).toEqual(times(5, () => expect.any(Overloaded)));
    expect(waited).toBeGreaterThan(1_000);
    expect(waited).toBeLessThan(6_000);
    await holder.letGo();
    expect(statusesOf(await Promise.all(keys.map((key) => service.payOut(held, RUPEE, { key }))))).toEqual(
      times(5, () => 201),
    );
    expect(await payoutsOf(held)).toBe(5);
  });

  it('is waited for by one write at a time once it is known to be held; the others are told at once', async () => {
    const service = house.process();
    const held = await house.aMerchant(100n * RUPEE);
    const holder = await house.person();
    await holder.lock(held);
    const first = service.payOut(held, RUPEE);
    await house.isLockedFor(service);
    const behind = times(300, () => service.payOut(held, RUPEE));
    // Whoever came behind the first one does not wait for a time-out of their own.
    expect(await millisecondsOf(Promise.allSettled([first, ...behind]))).toBeLessThan(5_000);
    await expect(first).rejects.toThrow(Overloaded);
    expect(refusalsOf(await Promise.allSettled(behind))).toHaveLength(300);

    const oneWhoFindsOut = service.payOut(held, RUPEE);
    await house.isLockedFor(service);
    const others = Promise.allSettled(times(300, () => service.payOut(held, RUPEE)));
    // Told while the one still waits: nobody of them has waited for the lock.
    const answered = await Promise.race([
      oneWhoFindsOut.then(
        () => 'the one',
        () => 'the one',
      ),
      others.then(() => 'the others'),
    ]);
    expect(answered).toBe('the others');
    expect(refusalsOf(await others)).toEqual(times(300, () => expect.any(Overloaded)));
    await holder.letGo();
    expect(await oneWhoFindsOut).toMatchObject({ status: 201 });
    expect(statusesOf(await Promise.all(times(20, () => service.payOut(held, RUPEE))))).toEqual(times(20, () => 201));
    expect(await payoutsOf(held)).toBe(21);
  });

  it('is one of eight: nobody else is stalled, and all eight are answered', async () => {
    const service = house.process();
    const held = await house.merchants(8, 100n * RUPEE);
    const others = await house.merchants(8, 100n * RUPEE);
    const holder = await house.person();
    await holder.lock(...held);
    const waiting = Promise.allSettled(held.map((merchant) => service.payOut(merchant, RUPEE)));
    const latencies: number[] = [];
    for (let round = 0; round < 20; round++) {
      const writes = others.map((merchant) => millisecondsOf(service.payOut(merchant, RUPEE)));
      latencies.push(...(await Promise.all(writes)));
    }
    expect(Math.max(...latencies)).toBeLessThan(1_500);
    // Books that are waited for are few, or every connection of the server would soon be waiting.
    expect(await house.waitingFor(service)).toBeLessThanOrEqual(4);
    expect(refusalsOf(await waiting)).toEqual(times(8, () => expect.any(Overloaded)));
    await holder.letGo();
    const after = await Promise.all(held.map((merchant) => service.payOut(merchant, RUPEE)));
    expect(statusesOf(after)).toEqual(times(8, () => 201));
  });

  it('for a moment is not kept waiting by four that somebody holds for long', async () => {
    const service = house.process();
    const [brief, ...held] = (await house.merchants(5, 1_000n * RUPEE)) as [TestMerchant, ...TestMerchant[]];
    const [holder, passerBy] = [await house.person(), await house.person()];
    await holder.lock(...held);
    await passerBy.lock(brief);
    // Their clients repeat as they are told to, and other requests come in between.
    let stopped = false;
    const impatient = held.flatMap((merchant) =>
      times(3, async (i) => {
        await new Promise((resolve) => setTimeout(resolve, i * 1_000));
        while (!stopped) {
          await service.payOut(merchant, RUPEE).catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
    );
    await house.isLockedFor(service, 4);
    const write = service.payOut(brief, RUPEE);
    await service.payOut(await house.aMerchant(RUPEE), RUPEE);
    await passerBy.letGo();
    // Three time-outs would be patience enough.
    const answer = await Promise.race([write, new Promise((resolve) => setTimeout(resolve, 10_000, 'kept waiting'))]);
    stopped = true;
    await holder.letGo();
    await Promise.all(impatient);
    await write;
    expect(answer).toMatchObject({ status: 201 });
  });

  it('is not the one that does not exist', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const nobody = { id: nextId(Date.now()), bankAccountId: nextId(Date.now()) };
    const results = await together(house, service, () => [
      service.payOut(merchant, RUPEE),
      service.payOut(nobody, RUPEE),
      service.payOut(merchant, RUPEE),
    ]);
    expect(refusalsOf(results)).toEqual([expect.any(BookNotFound)]);
    expect(await payoutsOf(merchant)).toBe(2);
  });
});

describe('the waiting line', () => {
  it('refuses at once what comes beyond 5,000 and serves the rest', async () => {
    const service = house.process();
    const [merchant, another] = (await house.merchants(2, RUPEE)) as [TestMerchant, TestMerchant];
    const gate = await Gate.closed(house);
    const first = service.errand(another, gate.errand);
    await gate.reached();
    let answered = 0;
    const read = { reads: [], decide: () => (answered++, 'served') };
    const line = times(4_999, () => service.books.write(merchant.id, read));
    await expect(service.books.write(another.id, read)).rejects.toThrow(Overloaded);
    expect(answered).toBe(0);
    await gate.open();
    await first;
    expect(new Set(await Promise.all(line))).toEqual(new Set(['served']));
    expect(answered).toBe(4_999);
    expect(await service.books.write(another.id, read)).toBe('served');
  });

  it('of one lane does not wait for the other', async () => {
    const service = house.process({ lanes: 2 });
    const merchants = await house.merchants(40, 100n * RUPEE);
    const gate = await Gate.closed(house);
    const first = service.errand(await house.aMerchant(), gate.errand);
    await gate.reached();
    let served = 0;
    const writes = merchants.map((merchant) => service.payOut(merchant, RUPEE).finally(() => served++));
    // Forty merchants all in one lane: once in 10^12.
    await until('the other lane has served its merchants', () => served > 0);
    const [beside] = await house.superuser.query<{ commits: number }>(
      'SELECT count(DISTINCT xmin::text)::integer AS commits FROM payouts WHERE merchant_id = ANY($1::uuid[])',
      [merchants.map(({ id }) => id)],
    );
    expect(beside).toEqual({ commits: 1 });
    expect(served).toBeLessThan(40);
    await gate.open();
    await first;
    expect(statusesOf(await Promise.all(writes))).toEqual(times(40, () => 201));
  });

  it('is committed to its end when the service closes, and takes no more', async () => {
    const service = house.process({ lanes: 2 });
    const merchants = await house.merchants(5, 100n * RUPEE);
    const held = await house.aMerchant(100n * RUPEE);
    const holder = await house.person();
    await holder.lock(held);
    const gate = await Gate.closed(house);
    const first = service.errand(merchants[0]!, gate.errand);
    await gate.reached();
    const line = [...times(50, (i) => service.payOut(merchants[i % 5]!, RUPEE)), service.payOut(held, RUPEE)];
    let closed = false;
    const closing = service.close().then(() => (closed = true));
    await expect(service.payOut(merchants[0]!, RUPEE)).rejects.toThrow(Overloaded);
    await gate.open();
    await first;
    await house.isLockedFor(service);
    const open = (): number => service.database.connections.filter(({ alive }) => alive).length;
    await until(
      'only the book that is held is waited for',
      async () => open() === 1 && (await house.waitingFor(service)) === 1,
    );
    expect(closed).toBe(false);
    await holder.letGo();
    expect(statusesOf(await Promise.all(line))).toEqual(times(51, () => 201));
    await closing;
    await until('its connections are gone', () => service.database.connections.every(({ alive }) => !alive));
  });
});

describe('two processes on one database', () => {
  const twoServices = (): [WriteProcess, WriteProcess] => [house.process({ lanes: 2 }), house.process({ lanes: 2 })];

  /** The second process asks for the book while the first one has decided and not committed. */
  async function overlapping(merchant: TestMerchant): Promise<PayoutAnswer[]> {
    const [first, second] = twoServices();
    const gate = await Gate.closed(house);
    const [payout, held] = [first.payOut(merchant, 60n * RUPEE), first.errand(merchant, gate.errand)];
    await gate.reached();
    const rival = second.payOut(merchant, 60n * RUPEE);
    await house.isLockedFor(second);
    await gate.open();
    await held;
    return Promise.all([payout, rival]);
  }

  it('do not spend the same rupee', async () => {
    const merchant = await house.aMerchant(100n * RUPEE);
    expect((await overlapping(merchant)).map(({ status }) => status)).toEqual([201, 422]);
    expect(await house.available(merchant)).toBe(40n * RUPEE);
  });

  it('do not spend the same rupee where the server would have every transaction repeat its reads', async () => {
    const [{ name } = { name: '' }] = await house.superuser.query<{ name: string }>(
      'SELECT current_database() AS name',
    );
    const forService = `ALTER ROLE bahi_app IN DATABASE ${name}`;
    await house.superuser.query(`${forService} SET default_transaction_isolation = 'repeatable read'`);
    try {
      const merchant = await house.aMerchant(100n * RUPEE);
      const person = await house.person();
      expect(await person.query('SHOW transaction_isolation')).toEqual([{ transaction_isolation: 'repeatable read' }]);
      expect((await overlapping(merchant)).map(({ status }) => status)).toEqual([201, 422]);
      expect(await house.available(merchant)).toBe(40n * RUPEE);
    } finally {
      await house.superuser.query(`${forService} RESET default_transaction_isolation`);
    }
  });

  it('let exactly one of two ₹60 payouts through on ₹100, every time', async () => {
    const services = twoServices();
    const merchants = await house.merchants(50, 100n * RUPEE);
    for (const merchant of merchants) {
      const answers = await Promise.all(services.map((service) => service.payOut(merchant, 60n * RUPEE)));
      expect(statusesOf(answers)).toEqual([201, 422]);
    }
  });

  it('let exactly ten of fifty payouts through on a balance for ten', async () => {
    const services = twoServices();
    const merchant = await house.aMerchant(100n * RUPEE);
    const answers = await Promise.all(times(50, (i) => services[i % 2]!.payOut(merchant, 10n * RUPEE)));
    expect(statusesOf(answers)).toEqual([...times(10, () => 201), ...times(40, () => 422)]);
    expect(await payoutsOf(merchant)).toBe(10);
    expect(await house.available(merchant)).toBe(0n);
  });

  it('pass by what the other one holds for a moment, and come back to it, without a connection for each book', async () => {
    // Patience without end: however slow the machine is, nothing of this needs more than a lane's own connection.
    const services = times(2, () => house.process({ lanes: 2, tryAgainMs: 600_000 }));
    const merchants = await house.merchants(50, 100n * RUPEE);
    const storms = times(20, () =>
      Promise.all(merchants.flatMap((merchant) => services.map((service) => service.payOut(merchant, RUPEE)))),
    );
    for (const answers of await Promise.all(storms)) expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(services.map(({ database }) => database.connections.length)).toEqual([2, 2]);
  });

  it('do once what is asked twenty times with one key, though the balance covers no second one', async () => {
    const services = twoServices();
    const merchant = await house.aMerchant(60n * RUPEE);
    const answers = await Promise.all(times(20, (i) => services[i % 2]!.payOut(merchant, 60n * RUPEE, { key: 'one' })));
    expect(statusesOf(answers)).toEqual([...times(19, () => 200), 201]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(await payoutsOf(merchant)).toBe(1);
  });

  it('give out ids that increase in the order of the commits', async () => {
    const services = twoServices();
    const merchant = await house.aMerchant(10_000n * RUPEE);
    await Promise.all(times(600, (i) => services[i % 2]!.payOut(merchant, RUPEE)));
    const rows = await house.superuser.query<{ id: string; payout: string; at: Date }>(
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
    const service = house.process();
    const merchant = await house.aMerchant();
    const ahead = Date.now() + 3_600_000;
    await service.books.write(merchant.id, {
      reads: [],
      decide: (book) => {
        const posting = adjustment('ahead', 100n * RUPEE, 'system', 'test');
        const { transaction, head } = append(book.merchantId, headOf(book), posting, nextId(ahead), new Date(ahead));
        book.put(ledgerHeads, '', head);
        book.put(ledgerTransactions, '1', transaction);
      },
    });
    await service.payOut(merchant, RUPEE);
    const rows = await house.superuser.query<{ id: string; created_at: Date }>(
      'SELECT id, created_at FROM ledger_transactions WHERE merchant_id = $1 ORDER BY seq',
      [merchant.id],
    );
    expect(rows[1]!.id > rows[0]!.id).toBe(true);
    expect(rows[1]!.created_at.getTime()).toBeGreaterThanOrEqual(ahead);
  });
});

describe('a listener', () => {
  it('is notified after the commit and before the answer', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    const seen: { payouts: number; answered: boolean }[] = [];
    let answered = false;
    service.events.on(BOOKS_COMMITTED, async (committed: BooksCommitted) => {
      expect(committed.staged(payoutRows)).toHaveLength(1);
      seen.push({ payouts: await payoutsOf(merchant), answered });
    });
    await service.payOut(merchant, RUPEE).then(() => (answered = true));
    expect(seen).toEqual([{ payouts: 1, answered: false }]);
  });

  it('that fails, or never ends, changes nothing and delays little', async () => {
    const service = house.process();
    const merchant = await house.aMerchant(100n * RUPEE);
    service.events.on(BOOKS_COMMITTED, () => {
      throw new Error('a listener failed');
    });
    service.events.on(BOOKS_COMMITTED, (): unknown => new Promise(() => undefined));
    expect(await millisecondsOf(service.payOut(merchant, RUPEE))).toBeLessThan(1_000);
    expect(await payoutsOf(merchant)).toBe(1);
  });
});
