import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IdempotencyStore } from '../../src/modules/idempotency/infrastructure/idempotency-store.js';
import { bankAccounts, merchants } from '../../src/modules/merchants/infrastructure/merchant-rows.js';
import { paymentEventRows, payments, refunds } from '../../src/modules/payments/infrastructure/payment-row.js';
import { payoutEventRows, payouts } from '../../src/modules/payouts/infrastructure/payout-row.js';
import { entries, transactions } from '../../src/modules/ledger/infrastructure/ledger-rows.js';
import { WAITING_FOR } from '../../src/shared/submissions/waiting.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import type { Statement } from '../../src/platform/group-commit/book-table-store.js';
import type { Rows, StoredRow } from '../../src/platform/group-commit/rows.js';
import { OutboxRoutes } from '../../src/platform/outbox/outbox-routes.js';
import { OutboxEventStore } from '../../src/platform/outbox/outbox-stores.js';
import { Money } from '../../src/shared/money.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';

let place: TestDatabase;
let database: Database;

/**
 * Any state must be writable, not only those that the domain allows, so the tables' checks and triggers are removed.
 */
beforeAll(async () => {
  place = await createDatabase();
  await migrate(place.ownerUrl);
  database = new Database(place.superuserUrl, 1);
  await database.query(`DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS "table", conname FROM pg_constraint
      WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c."table", c.conname); END LOOP;
    FOR c IN SELECT tgrelid::regclass AS "table", tgname FROM pg_trigger
      WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    LOOP EXECUTE format('DROP TRIGGER %I ON %s', c.tgname, c."table"); END LOOP; END $$`);
});

afterAll(async () => {
  await database.close();
  await place.drop();
});

type States<S> = { readonly [Key in keyof S]-?: fc.Arbitrary<S[Key]> };

const uuid = fc.uuid();
const text = fc.stringMatching(/^[A-Za-z0-9 €"'\\]{1,20}$/);
const count = fc.integer({ min: 0, max: 2_000_000_000 });
const paise = fc.bigInt({ min: 0n, max: 9_007_199_254_740_991n });
const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const json = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(text, count, fc.constant(null)));
const flag = fc.boolean();
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const any = <T extends string>(): fc.Arbitrary<T> => text as fc.Arbitrary<T>;

/** The arbitrary for the value itself, by the arbitrary that may also give null. */
const behind = new Map<unknown, fc.Arbitrary<unknown>>();
function orNull<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  const arbitrary = fc.option(value);
  behind.set(arbitrary, value);
  return arbitrary;
}

/** States with every nullable value set, with all of them null, and with any mixture. */
function anyOf<S>(states: States<S>): fc.Arbitrary<S> {
  const each = (instead: (value: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>) =>
    fc.record(
      Object.fromEntries(
        Object.entries<fc.Arbitrary<unknown>>(states).map(([key, value]) => [
          key,
          behind.has(value) ? instead(value) : value,
        ]),
      ),
    );
  return fc.oneof(
    each((value) => behind.get(value)!),
    each(() => fc.constant(null)),
    each((value) => value),
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<S>;
}

const failure = fc.record({ code: text, reason: text, source: any<'gateway'>(), retryable: flag });

const liveMs = fc.nat({ max: Number.MAX_SAFE_INTEGER });

const submission = {
  attempts: count,
  nextStep: orNull(fc.constantFrom('submit' as const, 'inquire' as const)),
  nextAttemptAt: orNull(time),
  nextAttemptLiveMs: orNull(liveMs),
  submissionEndsAt: orNull(time),
  submissionEndsLiveMs: orNull(liveMs),
  notFoundAt: orNull(time),
  inquiries: count,
  waitingFor: orNull(fc.constantFrom(...WAITING_FOR)),
  waitingAt: orNull(text),
  needsAttention: flag,
};
const answers = fc.record({ last: orNull(text), unchanged: count, unchangedAt: orNull(time) });
const destination = fc.oneof(fc.record({ accountNumber: text, ifsc: text }), fc.record({ vpa: text }));
const event = { seq: count, type: text, at: time, actor: text, reason: orNull(text), data: json, hash: orNull(hash) };

/** Each row is written, read, written again with different values, and read again: fixed columns must have stayed. */
function survives<S extends object>(rows: Rows<S>, states: States<S>, key: (keyof S)[], stays: (keyof S)[]): void {
  const named = (row: S, isNew: boolean) => ({ merchantId: merchantOf(row), key: '', row, isNew });
  const partOf = (row: S, names: (keyof S)[]) =>
    Object.fromEntries(names.map((name) => [name, row[name]])) as Partial<S>;
  // A single row has its own statements.
  it.each([1, 3])(`come back from ${rows.table} as they were written, %s together`, async (count) => {
    const some = fc.array(fc.tuple(anyOf(states), anyOf(states)), { minLength: count, maxLength: count });
    await fc.assert(
      fc.asyncProperty(some, async (pairs) => {
        await run(
          rows.write(
            pairs.map(([first]) => named(first, true)),
            null,
          ),
        );
        for (const [first] of pairs) expect(await stored(rows, first)).toEqual(first);
        if (stays.length === Object.keys(states).length - key.length) return;
        const changed = pairs.map(([first, second]) => ({ ...second, ...partOf(first, key) }));
        await run(
          rows.write(
            changed.map((row) => named(row, false)),
            null,
          ),
        );
        for (const [i, [first]] of pairs.entries())
          expect(await stored(rows, first)).toEqual({ ...changed[i], ...partOf(first, [...key, ...stays]) });
      }),
      { numRuns: 60 / count },
    );
  });
}

const BOOK = '01980000-0000-7000-8000-00000000000a';

function merchantOf(row: object): string {
  return 'merchantId' in row ? (row.merchantId as string) : BOOK;
}

/** Rows can only be written into a book, so their merchant's book is made first. */
async function run(statements: readonly Statement[]): Promise<void> {
  for (const { text, values } of statements) {
    // A list of merchants, or the one of the first row.
    const merchants = [values[0]].flat();
    await database.query('INSERT INTO books SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING', [merchants]);
    await database.query(text, values);
  }
}

/** The only row of the table with the ids of this state; ids are random, so each run has its own. */
async function stored<S extends object>(rows: Rows<S>, { ...wanted }: S): Promise<S | undefined> {
  const all = await database.query<StoredRow>(`SELECT ${rows.list('t')} FROM ${rows.table} t`);
  const ids = ['merchantId', 'id', 'orderId', 'seq', 'account'] as (keyof S)[];
  const found = all
    .map(rows.fromRow)
    .filter((row) => ids.every((name) => !(name in wanted) || row[name] === wanted[name]));
  expect(found).toHaveLength(1);
  return found[0];
}

describe('rows of the write path', () => {
  const ids = { merchantId: uuid, id: uuid };
  survives(
    payouts,
    {
      ...ids,
      ...submission,
      bankAccountId: uuid,
      recipient: fc.tuple(text, destination).map(([name, to]) => ({ name, ...to })),
      amount: paise.map((amount) => Money.ofPaise(amount)),
      mode: any(),
      referenceId: orNull(fc.uuid()),
      narration: orNull(text),
      status: any(),
      gateway: orNull(text),
      utr: orNull(text),
      failure: orNull(failure),
      completedBy: orNull(fc.constantFrom('bank' as const, 'operator' as const)),
      firstRejectedAt: orNull(time),
      firstRejectedLiveMs: orNull(liveMs),
      firstRejectedBy: orNull(fc.constantFrom('inquiry' as const, 'callback' as const)),
      bankDisagrees: flag,
      bankHasAnotherSince: orNull(time),
      answers,
      archivedAt: orNull(time),
      watchedFrom: orNull(time),
      watchNextAt: orNull(time),
      events: count,
      timelineHash: orNull(hash),
      createdAt: time,
      updatedAt: time,
      revision: fc.nat(),
    },
    ['merchantId', 'id'],
    ['bankAccountId', 'recipient', 'amount', 'mode', 'referenceId', 'narration', 'createdAt'],
  );
  const progress = {
    ...submission,
    providerId: orNull(text),
    failure: orNull(failure),
    gatewayDisagrees: flag,
    gatewayHasAnotherSince: orNull(time),
    failedAt: orNull(time),
    answers,
    createdAt: time,
    updatedAt: time,
    revision: fc.nat(),
  };
  const fees = { feePaise: paise, taxPaise: paise };
  survives(
    payments,
    {
      ...ids,
      ...progress,
      amountMinor: paise,
      currency: fc.constantFrom('USD', 'EUR'),
      description: orNull(text),
      customer: orNull(fc.record({ name: orNull(text), email: orNull(text), paymentMethod: orNull(text) })),
      purposeCode: orNull(text),
      referenceId: orNull(fc.uuid()),
      status: any(),
      gateway: orNull(text),
      credit: orNull(fc.record({ rate: text, grossPaise: paise, netPaise: paise, ...fees })),
      quoteId: orNull(text),
      claimed: fc.record({ minor: paise, paise, ...fees }),
      refunded: fc.record({ minor: paise, paise }),
      events: count,
      timelineHash: orNull(hash),
    },
    ['merchantId', 'id'],
    ['amountMinor', 'currency', 'description', 'customer', 'purposeCode', 'referenceId', 'createdAt'],
  );
  survives(
    refunds,
    { ...ids, ...progress, ...fees, paymentId: uuid, amountMinor: paise, amountPaise: paise, status: any() },
    ['merchantId', 'id'],
    ['paymentId', 'amountMinor', 'amountPaise', 'feePaise', 'taxPaise', 'createdAt'],
  );
  const perSecond = fc.integer({ min: 1, max: 1_000_000 });
  survives(
    merchants,
    {
      ...{ id: uuid, name: text, email: fc.uuid(), isActive: flag, createdAt: time, updatedAt: time },
      ...{ readsPerSecond: orNull(perSecond), writesPerSecond: orNull(perSecond) },
    },
    ['id'],
    ['createdAt'],
  );
  survives(
    bankAccounts,
    { ...ids, holderName: text, destination, isActive: flag, createdAt: time },
    ['merchantId', 'id'],
    ['holderName', 'destination', 'createdAt'],
  );
  const eventFields = ['from', 'to', 'type', 'at', 'actor', 'reason', 'data', 'hash'] as const;
  survives(
    payoutEventRows,
    { ...event, orderId: uuid, from: orNull(any()), to: any() },
    ['orderId', 'seq'],
    [...eventFields],
  );
  survives(
    paymentEventRows,
    { ...event, orderId: uuid, from: orNull(any()), to: any() },
    ['orderId', 'seq'],
    [...eventFields],
  );
  const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  survives(
    transactions,
    {
      ...ids,
      seq,
      kind: any(),
      cause: fc.record({ type: any<'payout'>(), id: text }),
      reversesSeq: orNull(seq),
      reason: orNull(text),
      actor: text,
      requestDigest: orNull(hash.map((bytes) => Buffer.from(bytes).toString('hex'))),
      prevHash: hash,
      hash,
      createdAt: time,
    },
    ['merchantId', 'seq'],
    ['id', 'kind', 'cause', 'reversesSeq', 'reason', 'actor', 'requestDigest', 'prevHash', 'hash', 'createdAt'],
  );
  survives(
    entries,
    { merchantId: uuid, account: fc.constantFrom('available', 'held'), seq, amountPaise: paise, balancePaise: paise },
    ['merchantId', 'account', 'seq'],
    ['amountPaise', 'balancePaise'],
  );

  it('come back from idempotency_keys as they were written', async () => {
    const store = new IdempotencyStore();
    const record = fc.record({
      requestHash: hash,
      status: fc.integer({ min: 200, max: 499 }),
      contentType: text,
      body: text,
      expiresAt: time,
      expiresAtLiveMs: fc.option(fc.nat(), { nil: null }),
    });
    await fc.assert(
      fc.asyncProperty(uuid, uuid, record, async (merchantId, key, row) => {
        await run(store.flush([{ merchantId, key, row, isNew: true }], null));
        const loaded = await store.load(database, [merchantId], [key], null);
        expect(loaded).toEqual([{ merchantId, key, row }]);
      }),
      { numRuns: 60 },
    );
  });

  it('reach the outbox, as history where nobody listens', async () => {
    const routes = new OutboxRoutes();
    routes.route('payout.completed', () => []);
    const store = new OutboxEventStore(routes);
    const type = fc.constantFrom('payout.completed', 'payout.failed');
    const origin = orNull(fc.record({ request_id: text }));
    const known = { merchantId: uuid, id: uuid, type, payload: json, createdAt: time, origin };
    const shown = { sequence: fc.integer({ min: 1 }), objectId: uuid, object: text, previousStatus: orNull(text) };
    const nothing = { sequence: null, objectId: null, object: null, previousStatus: null };
    const event = fc.tuple(fc.record(known), fc.oneof(fc.constant(nothing), fc.record(shown)));
    await fc.assert(
      fc.asyncProperty(event, async ([about, show]) => {
        const row = { ...about, ...show };
        const { merchantId, id, createdAt } = row;
        await run(store.flush([{ merchantId, key: id, row, isNew: true }], null));
        const read = 'SELECT * FROM outbox WHERE merchant_id = $1 AND id = $2';
        expect(await database.query(read, [merchantId, id])).toMatchObject([
          {
            type: row.type,
            payload: row.payload,
            created_at: createdAt,
            published_at: expect.any(Date),
            origin: row.origin,
            sequence: row.sequence === null ? null : String(row.sequence),
            object_id: row.objectId,
            object: row.object,
            previous_status: row.previousStatus,
          },
        ]);
        const queued = await database.query('SELECT FROM outbox_queue WHERE merchant_id = $1 AND id = $2', [
          merchantId,
          id,
        ]);
        expect(queued).toHaveLength(row.type === 'payout.completed' ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });
});
