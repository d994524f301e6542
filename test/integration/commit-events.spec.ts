import { type INestApplicationContext, Injectable, Module, type Type } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OnEvent } from '@nestjs/event-emitter';
import { FundMerchant } from '../../src/modules/ledger/ledger.public.js';
import { LedgerModule } from '../../src/modules/ledger/ledger.module.js';
import { CacheModule, ListCache } from '../../src/platform/cache/cache.public.js';
import { listsOf } from '../../src/platform/cache/book-lists.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../../src/platform/group-commit/commit-events.js';
import { Books } from '../../src/platform/group-commit/group-commit.public.js';
import { announce, OutboxRoutes } from '../../src/platform/outbox/outbox.public.js';
import { nextId } from '../../src/shared/ids.js';
import { startPlatform } from '../support/platform.js';
import { createDatabase } from '../support/postgres-server.js';
import { redisEnvironment } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

let place: Awaited<ReturnType<typeof createDatabase>>;
let owner: Database;
const processes: INestApplicationContext[] = [];

beforeAll(async () => {
  place = await createDatabase();
  await migrate(place.ownerUrl);
  owner = new Database(place.ownerUrl, 2);
});

afterEach(async () => {
  for (const process of processes.splice(0)) await process.close();
});

afterAll(async () => {
  await owner.close();
  await place.drop();
});

async function aProcess(imports: Type[], environment: Record<string, string> = {}, worker = false) {
  const process = await startPlatform(place.appUrl, {
    worker,
    imports,
    environment: { ADMIN_DATABASE_URL: place.adminUrl, ...environment },
  });
  processes.push(process);
  return process;
}

async function aBook(): Promise<string> {
  const merchantId = nextId(Date.now());
  await owner.query('INSERT INTO books (merchant_id) VALUES ($1)', [merchantId]);
  return merchantId;
}

const fund = (process: INestApplicationContext, merchantId: string): Promise<unknown> =>
  process
    .get(FundMerchant, { strict: false })
    .execute({ merchantId, amountPaise: 100n, reason: 'test', actor: 'test', key: 'first' });

const transactionsOf = async (merchantId: string): Promise<number> =>
  (await owner.query('SELECT FROM ledger_transactions WHERE merchant_id = $1', [merchantId])).length;

/** Records what it is notified of: the merchant, and whether the commit was visible to others by then. */
@Injectable()
class Witness {
  readonly seen: string[] = [];

  @OnEvent(BOOKS_COMMITTED)
  async onCommitted({ merchantIds }: BooksCommitted): Promise<void> {
    for (const id of merchantIds) this.seen.push(`${id} ${await transactionsOf(id)}`);
  }
}

@Module({ providers: [Witness] })
class WitnessModule {}

@Injectable()
class Hangs {
  @OnEvent(BOOKS_COMMITTED)
  onCommitted(): Promise<void> {
    return new Promise(() => undefined);
  }
}

@Module({ providers: [Hangs] })
class HangingModule {}

@Injectable()
class Throws {
  @OnEvent(BOOKS_COMMITTED)
  onCommitted(): void {
    throw new Error('a listener that is broken');
  }

  @OnEvent(BOOKS_COMMITTED)
  async onCommittedToo(): Promise<void> {
    await Promise.reject(new Error('another listener that is broken'));
  }
}

@Module({ providers: [Throws] })
class ThrowingModule {}

/** Commits before `@OnEvent` methods are registered, as the demo's seed does. */
@Injectable()
class Seed {
  static merchantId = '';

  constructor(
    private readonly books: Books,
    private readonly funding: FundMerchant,
  ) {}

  async onModuleInit(): Promise<void> {
    const { merchantId } = Seed;
    await this.funding.execute({ merchantId, amountPaise: 100n, reason: 'seed', actor: 'test', key: 'seed' });
    const decide = (book: Parameters<typeof announce>[0]): void =>
      announce(book, { type: 'payout.requested', payload: { payout_id: merchantId } });
    await this.books.write(merchantId, { reads: [], decide });
  }
}

@Module({ imports: [LedgerModule], providers: [Seed] })
class SeedModule {}

/** Requests one page of the merchant's list. @returns whether it came from the cache */
async function isCached(process: INestApplicationContext, merchantId: string | null): Promise<boolean> {
  const page = await process.get(ListCache).page(listsOf(merchantId), 'first', async () => 'a page');
  return page.hit;
}

/** Like `isCached`, but a page that is not found is not read either, so it is not found the next time. */
function isStillCached(process: INestApplicationContext, merchantId: string): Promise<boolean> {
  const notFound = (): Promise<string> => Promise.reject(new Error('not in the cache'));
  const page = process.get(ListCache).page(listsOf(merchantId), 'first', notFound);
  return page.then(
    ({ hit }) => hit,
    () => false,
  );
}

const untilCached = (process: INestApplicationContext, merchantId: string | null): Promise<void> =>
  until('the page is in the cache', () => isCached(process, merchantId));

function cacheEnvironment(): Record<string, string> {
  const { REDIS_URL, REDIS_KEY_PREFIX } = redisEnvironment();
  return { REDIS_CACHE_URL: REDIS_URL, REDIS_KEY_PREFIX };
}

describe('a listener of commits', () => {
  it('is notified once per batch, when the commit is visible to all and the writer has no answer yet', async () => {
    const process = await aProcess([LedgerModule, WitnessModule]);
    const merchantId = await aBook();
    await fund(process, merchantId);
    expect(process.get(Witness, { strict: false }).seen).toEqual([`${merchantId} 1`]);
  });

  it('is notified of a repeated request too, which changes nothing', async () => {
    const process = await aProcess([LedgerModule, WitnessModule]);
    const merchantId = await aBook();
    await fund(process, merchantId);
    await fund(process, merchantId);
    expect(process.get(Witness, { strict: false }).seen).toEqual([`${merchantId} 1`, `${merchantId} 1`]);
  });

  it('that hangs delays the answer by its hundred milliseconds and no more', async () => {
    const process = await aProcess([LedgerModule, HangingModule, WitnessModule]);
    const merchantId = await aBook();
    const began = performance.now();
    await fund(process, merchantId);
    const ms = performance.now() - began;
    expect(ms).toBeGreaterThan(90);
    expect(ms).toBeLessThan(5_000);
    expect(process.get(Witness, { strict: false }).seen).toEqual([`${merchantId} 1`]);
  });

  it('that throws is logged, and changes nothing for the writer or for the others', async () => {
    const process = await aProcess([LedgerModule, ThrowingModule, WitnessModule]);
    const errors: unknown[] = [];
    const ignore = (): void => undefined;
    const error = (message: unknown): unknown => errors.push(message);
    process.useLogger({ log: ignore, warn: ignore, error });
    const merchantId = await aBook();
    await fund(process, merchantId);
    expect(await transactionsOf(merchantId)).toBe(1);
    expect(process.get(Witness, { strict: false }).seen).toEqual([`${merchantId} 1`]);
    expect(errors.sort()).toEqual(['a listener that is broken', 'another listener that is broken']);
  });
});

describe('funding, which announces no event', () => {
  it('gives the merchant’s lists and the operators’ a new version before the answer', async () => {
    const process = await aProcess([LedgerModule, CacheModule], cacheEnvironment());
    const [merchantId, other] = [await aBook(), await aBook()];
    await untilCached(process, merchantId);
    await untilCached(process, other);
    await untilCached(process, null);
    await fund(process, merchantId);
    expect(await isCached(process, merchantId)).toBe(false);
    expect(await isCached(process, null)).toBe(false);
    // The cache may be too slow for a reader. This look-up does not fill it, so a page that was dropped is never found.
    await until('the page of the other one is still in the cache', () => isStillCached(process, other));
    expect(await owner.query('SELECT FROM outbox WHERE merchant_id = $1', [merchantId])).toEqual([]);
  });
});

describe('a commit before the listeners are registered', () => {
  it('reaches them when they are: no page that was cached before is shown any more, and its event is carried', async () => {
    const environment = cacheEnvironment();
    const earlier = await aProcess([CacheModule], environment);
    const merchantId = (Seed.merchantId = await aBook());
    await untilCached(earlier, merchantId);

    @Module({})
    class RouteModule {
      constructor(routes: OutboxRoutes) {
        routes.route('payout.requested', () => []);
      }
    }
    const seeded = await aProcess([SeedModule, CacheModule, RouteModule, WitnessModule], environment, true);
    const { seen } = seeded.get(Witness, { strict: false });
    await until('both commits were published', () => seen.length === 2);
    expect(seen).toEqual([`${merchantId} 1`, `${merchantId} 1`]);
    await until('the version is new in every process', async () => !(await isCached(earlier, merchantId)));
    await until('the event is carried', async () => {
      const ofMerchant = (table: string) => owner.query(`SELECT FROM ${table} WHERE merchant_id = $1`, [merchantId]);
      return (await ofMerchant('outbox')).length === 1 && (await ofMerchant('outbox_queue')).length === 0;
    });
  });
});
