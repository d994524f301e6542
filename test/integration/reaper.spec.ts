import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nextId } from '../../src/shared/ids.js';
import { sha256 } from '../../src/shared/sha256.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { Books } from '../../src/platform/group-commit/books.js';
import { ReapExpiredKeys } from '../../src/modules/idempotency/application/reap-expired-keys.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { ExpiredKeys } from '../../src/modules/idempotency/domain/expired-keys.js';
import { RateLimitsModule } from '../../src/platform/rate-limits/rate-limits.module.js';
import { IdempotencyModule } from '../../src/modules/idempotency/idempotency.module.js';
import { idempotencyRecords, type StoredReply, once } from '../../src/modules/idempotency/idempotency.public.js';
import { startPlatform } from '../support/platform.js';
import { createMigratedDatabase } from '../support/postgres-server.js';

const HOUR_MS = 3_600_000;

let place: Awaited<ReturnType<typeof createMigratedDatabase>>;
let owner: Database;
let api: INestApplicationContext;

beforeAll(async () => {
  place = await createMigratedDatabase();
  owner = new Database(place.ownerUrl, 2);
  await owner.query('UPDATE live_time SET live_ms = $1', [48 * HOUR_MS]);
  api = await startPlatform(place.appUrl, {
    worker: false,
    imports: [RateLimitsModule, HttpModule.forRoot([]), IdempotencyModule],
  });
});

afterEach(() => owner.query('DELETE FROM idempotency_keys'));

afterAll(async () => {
  await api.close();
  await owner.close();
  await place.drop();
});

const reap = (): Promise<number> => api.get(ReapExpiredKeys, { strict: false }).execute();

async function aBook(): Promise<string> {
  const merchantId = nextId(Date.now());
  await owner.query('INSERT INTO books (merchant_id) VALUES ($1)', [merchantId]);
  return merchantId;
}

/** A key whose window ended this many minutes ago. Null for live time: written by a version that did not know it. */
const aKey = (
  merchantId: string,
  key: string,
  byTheClock: number,
  byLiveTime: number | null = byTheClock,
): Promise<unknown> =>
  owner.query(
    `INSERT INTO idempotency_keys VALUES ($1, $2, sha256('the same request'), 201, 'application/json', 'earlier',
       now() - make_interval(mins => $3), (SELECT live_ms FROM live_time) - $4 * 60000)`,
    [merchantId, key, byTheClock, byLiveTime],
  );

const keysOf = async (merchantId: string): Promise<string[]> =>
  (
    await owner.query<{ key: string }>('SELECT key FROM idempotency_keys WHERE merchant_id = $1 ORDER BY key', [
      merchantId,
    ])
  ).map(({ key }) => key);

/** A payout, as far as its key is concerned. */
const pay = (merchantId: string, key: string): Promise<StoredReply> =>
  api.get(Books).write(merchantId, {
    reads: [idempotencyRecords.row(key)],
    decide: (book) =>
      once(
        book,
        {
          key,
          requestHash: sha256('the same request'),
          keys: { windowHours: 24, fullAt: null },
          refusal: () => ({ status: 422, contentType: 'application/problem+json', body: '{}' }),
        },
        () => ({ status: 201, contentType: 'application/json', body: '{"id":"a payout"}' }),
      ),
  });

describe('the reaper of idempotency keys', () => {
  it('removes keys that have been expired for more than an hour, and no others', async () => {
    const merchantId = await aBook();
    await aKey(merchantId, 'long ago', 61);
    await aKey(merchantId, 'just now', 59);
    await aKey(merchantId, 'still valid', -10);

    expect(await reap()).toBe(1);

    expect(await keysOf(merchantId)).toEqual(['just now', 'still valid']);
  });

  it('waits until both measures of time say that the window and the hour are over', async () => {
    const merchantId = await aBook();
    await aKey(merchantId, 'both', 61, 61);
    await aKey(merchantId, 'the clock ran ahead', 61, 59);
    await aKey(merchantId, 'the clock was set back', 59, 61);

    expect(await reap()).toBe(1);

    expect(await keysOf(merchantId)).toEqual(['the clock ran ahead', 'the clock was set back']);
  });

  it('gives keys of a version that knew no live time their whole window, however long live time has been counted', async () => {
    const merchantId = await aBook();
    await aKey(merchantId, 'k', 120, null);
    expect(await reap()).toBe(0);
    await owner.query('UPDATE live_time SET live_ms = live_ms + $1', [24 * HOUR_MS + HOUR_MS]);
    expect(await reap()).toBe(0);
    await owner.query('UPDATE live_time SET live_ms = live_ms + 1');
    expect(await reap()).toBe(1);
    await owner.query('UPDATE live_time SET live_ms = $1', [48 * HOUR_MS]);
  });

  it('leaves a key that was removed and used anew since it was found: the next retry pays nothing', async () => {
    const merchantId = await aBook();
    await aKey(merchantId, 'k', 120);
    const keys = api.get(ExpiredKeys, { strict: false });
    const remove = (): Promise<number | null> => keys.remove(merchantId, ['k']);

    const found = await keys.find(null, 10);
    const byAnother = await remove();
    const renewed = await pay(merchantId, 'k');
    const removed = await remove();
    const retried = await pay(merchantId, 'k');

    expect([found.length, byAnother, removed]).toEqual([1, 1, 0]);
    expect([renewed.status, renewed.replayed]).toEqual([201, false]);
    expect([retried.status, retried.replayed]).toEqual([200, true]);
  });

  it('never lets a key pay twice once it is removed, however it races with retries', async () => {
    const merchants = await Promise.all(Array.from({ length: 5 }, aBook));
    for (let round = 0; round < 20; round++) {
      const key = `k-${round}`;
      for (const merchantId of merchants) await aKey(merchantId, key, 120);
      const replies = await Promise.all([
        reap(),
        ...merchants.flatMap((merchantId) => [1, 2, 3].map(() => pay(merchantId, key))),
        reap(),
      ]);
      const paid = replies.filter((reply) => typeof reply === 'object' && !reply.replayed);
      expect(paid.length).toBeLessThanOrEqual(merchants.length);
      await reap();
      const again = await Promise.all(merchants.map((merchantId) => pay(merchantId, key)));
      expect(again.filter(({ replayed }) => !replayed)).toHaveLength(merchants.length - paid.length);
      expect((await Promise.all(merchants.map((merchantId) => pay(merchantId, key)))).every((r) => r.replayed)).toBe(
        true,
      );
    }
  });

  it('waits for nobody: the keys of a book that is held are left for the next time', async () => {
    const held = await aBook();
    const free = await aBook();
    await aKey(held, 'k', 120);
    await aKey(free, 'k', 120);

    await owner.transaction(async (sql) => {
      await sql.query('SELECT FROM books WHERE merchant_id = $1 FOR NO KEY UPDATE', [held]);
      expect(await reap()).toBe(1);
    });

    expect(await keysOf(held)).toEqual(['k']);
    expect(await keysOf(free)).toEqual([]);
    expect(await reap()).toBe(1);
  });

  it('works through any number of keys in slices', async () => {
    const merchants = [await aBook(), await aBook(), await aBook()];
    for (const merchantId of merchants)
      await owner.query(
        `INSERT INTO idempotency_keys SELECT $1, 'k-' || n, sha256('x'), 201, 'application/json', '{}',
           date_trunc('hour', now()) - interval '3 hours', 0 FROM generate_series(1, 700) n`,
        [merchantId],
      );

    expect(await reap()).toBe(2_100);
    expect(await owner.query('SELECT FROM idempotency_keys')).toEqual([]);
  });
});

describe('a key that was removed', () => {
  it('is a new key', async () => {
    const merchantId = await aBook();
    await aKey(merchantId, 'k', 120);
    await reap();
    expect((await pay(merchantId, 'k')).replayed).toBe(false);
    expect((await pay(merchantId, 'k')).replayed).toBe(true);
  });
});

describe('a worker', () => {
  it('reaps by itself', async () => {
    const merchantId = await aBook();
    await aKey(merchantId, 'k', 120);
    const worker = await startPlatform(place.appUrl, {
      worker: true,
      imports: [RateLimitsModule, HttpModule.forRoot([]), IdempotencyModule],
    });
    // A run that has started ends before the process does.
    await worker.close();
    expect(await keysOf(merchantId)).toEqual([]);
  });
});
