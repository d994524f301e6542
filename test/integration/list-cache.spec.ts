import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { ListCache } from '../../src/platform/cache/list-cache.js';
import { MemoryStore } from '../../src/platform/cache/memory-store.js';
import { FailFast } from '../../src/platform/waiting/fail-fast.js';
import { RedisStore } from '../../src/platform/cache/redis-store.js';
import { type OwnRedis, redisEnvironment, startOwnRedis } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

const TTL_SECONDS = 30;

/** On a busy machine Redis may be slower than a caller would wait, which is not what most of these tests are about. */
const asUsual = (): FailFast => new FailFast({ timeoutMs: 50, maxFailures: 2, tryAgainMs: 1_000 });
const allTheTime = (): FailFast => new FailFast({ timeoutMs: 10_000, maxFailures: 2, tryAgainMs: 1_000 });

/** The rows in the database, and how often they were read. */
class PageSource {
  rows = 1;
  readings = 0;
  private gate: Promise<void> | null = null;
  open = (): void => undefined;

  /** Readers stop, with what they have read, until `open`. */
  close(): void {
    this.gate = new Promise((resolve) => {
      this.open = () => {
        this.gate = null;
        resolve();
      };
    });
  }

  readonly read = async (): Promise<string> => {
    this.readings++;
    const body = `${this.rows} rows`;
    await this.gate;
    return body;
  };
}

let source: PageSource;
let prefix: string;
const caches: ListCache[] = [];

beforeEach(() => {
  source = new PageSource();
  prefix = redisEnvironment().REDIS_KEY_PREFIX;
});

afterEach(() => {
  for (const cache of caches.splice(0)) cache.close();
});

function closedAfter(cache: ListCache): ListCache {
  caches.push(cache);
  return cache;
}

const inRedis = async (url: string, timeoutMs = allTheTime(), release = '1.0.0'): Promise<ListCache> => {
  const store = new RedisStore(url);
  const cache = closedAfter(new ListCache(store, prefix, release, TTL_SECONDS, timeoutMs));
  await until('the connection stands', () =>
    store.get('x').then(
      () => true,
      () => false,
    ),
  );
  return cache;
};

const look = (cache: ListCache, page = 'first', scope = 'acme') => cache.page(scope, page, source.read);

async function untilCached(cache: ListCache, page = 'first'): Promise<void> {
  await until('the page is kept', async () => (await look(cache, page)).hit);
}

describe.each([
  ['memory', async () => closedAfter(new ListCache(new MemoryStore(TTL_SECONDS), 'test', '1.0.0', TTL_SECONDS))],
  ['Redis', () => inRedis(redisEnvironment().REDIS_URL)],
])('a page in %s', (_name, open) => {
  it('is read once, and cached', async () => {
    const cache = await open();
    expect(await look(cache)).toEqual({ body: '1 rows', hit: false });
    await untilCached(cache);
    const { readings } = source;
    expect(await look(cache)).toEqual({ body: '1 rows', hit: true });
    expect(source.readings).toBe(readings);
  });

  it('is not shown once a commit has changed its list', async () => {
    const cache = await open();
    await untilCached(cache);
    source.rows = 2;
    await cache.changed(['acme']);
    expect(await look(cache)).toEqual({ body: '2 rows', hit: false });
  });

  it('is cached apart from other pages and from other lists, whose changes leave it alone', async () => {
    const cache = await open();
    await untilCached(cache, 'first');
    expect((await look(cache, 'second')).hit).toBe(false);
    expect((await look(cache, 'first', 'fiaz')).hit).toBe(false);
    await cache.changed(['fiaz']);
    expect((await look(cache, 'first')).hit).toBe(true);
  });

  it('that a commit overtakes while it is read is shown to nobody who comes after the commit', async () => {
    const cache = await open();
    source.close();
    const early = look(cache);
    await until('it is being read', () => source.readings === 1);
    source.rows = 2;
    await cache.changed(['acme']);
    source.open();
    expect((await early).body).toBe('1 rows');
    expect((await look(cache)).body).toBe('2 rows');
    await untilCached(cache);
    expect((await look(cache)).body).toBe('2 rows');
  });

  it('is read once for all who ask at the same time', async () => {
    const cache = await open();
    await untilCached(cache, 'another');
    source.readings = 0;
    source.close();
    const all = Array.from({ length: 20 }, () => look(cache));
    // Redis answers in order: once these have their answers, the twenty have looked in vain, and share one read.
    for (let i = 0; i < 3; i++) expect((await look(cache, 'another')).hit).toBe(true);
    source.open();
    await Promise.all(all);
    expect(source.readings).toBe(1);
  });

  it('that could not be read is nobody’s page, and the next reader reads again', async () => {
    const cache = await open();
    const failing = cache.page('acme', 'first', () => Promise.reject(new Error('the database is away')));
    await expect(failing).rejects.toThrow('the database is away');
    expect((await look(cache)).body).toBe('1 rows');
  });
});

describe('two releases on one Redis', () => {
  it('show their own pages alone, and both learn of a commit', async () => {
    const { REDIS_URL } = redisEnvironment();
    const before = await inRedis(REDIS_URL);
    const after = await inRedis(REDIS_URL, allTheTime(), '1.1.0');
    await untilCached(before);
    expect((await look(after)).hit).toBe(false);

    await untilCached(after);
    await before.changed(['acme']);
    expect((await look(after)).hit).toBe(false);
  });
});

describe('without a store', () => {
  it('every page is read', async () => {
    const cache = closedAfter(new ListCache(null, 'test', '1.0.0', TTL_SECONDS));
    await look(cache);
    expect(await look(cache)).toEqual({ body: '1 rows', hit: false });
    expect(source.readings).toBe(2);
    await cache.changed(['acme']);
  });
});

describe('two processes on one Redis', () => {
  it('see each other’s pages and changes', async () => {
    const [one, other] = [await inRedis(redisEnvironment().REDIS_URL), await inRedis(redisEnvironment().REDIS_URL)];
    await untilCached(one);
    expect((await look(other)).hit).toBe(true);
    source.rows = 2;
    await other.changed(['acme']);
    expect(await look(one)).toEqual({ body: '2 rows', hit: false });
  });

  it('cache a page that one of them has read, not the one that the other has', async () => {
    const [one, other] = [await inRedis(redisEnvironment().REDIS_URL), await inRedis(redisEnvironment().REDIS_URL)];
    source.close();
    const first = look(one);
    await until('the first is reading', () => source.readings === 1);
    const second = look(other);
    await until('the second is reading', () => source.readings === 2);
    source.open();
    await Promise.all([first, second]);
    const cli = new Redis(redisEnvironment().REDIS_URL);
    await until('a page is kept', async () => (await cli.keys(`{${prefix}:acme}:page:*`)).length === 2);
    cli.disconnect();
    expect((await look(other)).hit).toBe(true);
  });

  it('let versions outlive pages', async () => {
    const cache = await inRedis(redisEnvironment().REDIS_URL);
    await untilCached(cache);
    const cli = new Redis(redisEnvironment().REDIS_URL);
    const [page] = (await cli.keys(`{${prefix}:acme}:page:*`)).filter((key) => !key.endsWith(':filling'));
    const ages = { page: await cli.ttl(page!), version: await cli.ttl(`{${prefix}:acme}:version`) };
    cli.disconnect();
    expect(ages.page).toBeGreaterThan(0);
    expect(ages.page).toBeLessThanOrEqual(TTL_SECONDS);
    expect(ages.version).toBeGreaterThan(10 * TTL_SECONDS);
  });
});

describe('while Redis is', () => {
  let redis: OwnRedis;

  beforeAll(async () => {
    redis = await startOwnRedis();
  });

  afterAll(() => redis.stop());

  it('frozen, a reader waits a moment, and those behind him do not wait at all', async () => {
    const cache = await inRedis(redis.url, asUsual());
    await untilCached(cache);
    redis.freeze();
    try {
      const waits: number[] = [];
      for (let i = 0; i < 10; i++) {
        const start = performance.now();
        expect(await look(cache)).toEqual({ body: '1 rows', hit: false });
        waits.push(performance.now() - start);
      }
      // Two readers wait 50 ms each until it is known. A busy machine may hold up some more.
      const waited = waits.filter((ms) => ms > 45).length;
      expect(waited).toBeGreaterThanOrEqual(2);
      expect(waited).toBeLessThanOrEqual(6);
      expect(Math.max(...waits)).toBeLessThan(3_000);
    } finally {
      redis.thaw();
    }
    await untilCached(cache);
  });

  it('frozen, a writer waits a moment, and those behind him do not wait at all', async () => {
    const cache = await inRedis(redis.url, asUsual());
    redis.freeze();
    try {
      const waits: number[] = [];
      for (let i = 0; i < 10; i++) {
        const start = performance.now();
        await cache.changed(['acme']);
        waits.push(performance.now() - start);
      }
      const waited = waits.filter((ms) => ms > 45).length;
      expect(waited).toBeGreaterThanOrEqual(2);
      expect(waited).toBeLessThanOrEqual(6);
    } finally {
      redis.thaw();
    }
  });

  it('unreachable, nothing fails; what changed meanwhile is not shown old when it is back, in no process', async () => {
    const other = await inRedis(redis.url);
    const cache = await inRedis(redis.url);
    await untilCached(other);
    // Only this process loses its connection: the old page is still where the other one looks.
    await redis.cli.config('SET', 'requirepass', 'changed');
    await redis.cli.auth('changed');
    await redis.cli.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    source.rows = 2;
    await cache.changed(['acme']);
    expect(await look(cache)).toEqual({ body: '2 rows', hit: false });
    await redis.cli.config('SET', 'requirepass', '');
    await until('the other process shows it too', async () => (await look(other)).body === '2 rows');
    await untilCached(other);
    expect((await look(other)).body).toBe('2 rows');
    await untilCached(cache);
  });
});

/** A store in which some keys are unreachable, as when a cluster has lost a master; nothing says when they are back. */
class LosingStore extends MemoryStore {
  lost = '';

  override set(key: string, value: string): Promise<void> {
    return this.lost !== '' && key.includes(this.lost)
      ? Promise.reject(new Error('CLUSTERDOWN'))
      : super.set(key, value);
  }
}

describe('of a store that was missing in part', () => {
  it('a list that changed meanwhile has a new version when that part is back, though nobody looks at it here', async () => {
    // Longer than the test waits: no page expires.
    const ttlSeconds = 600;
    const store = new LosingStore(ttlSeconds);
    const [here, elsewhere] = [1, 2].map(() =>
      closedAfter(new ListCache(store, prefix, '1.0.0', ttlSeconds, allTheTime())),
    );
    await look(elsewhere!);
    await untilCached(elsewhere!);
    store.lost = 'acme';
    source.rows = 2;
    await here!.changed(['acme', 'others']);
    expect((await look(elsewhere!)).body).toBe('1 rows');

    store.lost = '';
    await until('the change is seen', async () => (await look(elsewhere!)).body === '2 rows');
  });
});
