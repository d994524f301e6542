import { CacheStore } from './cache-store.js';
import { ExpiringCache } from './expiring-cache.js';

/** A page of a hundred payouts takes about 70 kB. */
const MAX_ENTRIES = 1_000;

/** In the memory of this process, so only for a service that is one process. All entries have the same lifetime. */
export class MemoryStore extends CacheStore {
  override readonly shared = false;
  private readonly entries: ExpiringCache<string>;

  constructor(ttlSeconds: number) {
    super();
    this.entries = new ExpiringCache(MAX_ENTRIES, ttlSeconds * 1000, () => performance.now());
  }

  override async get(key: string): Promise<string | null> {
    return this.entries.get(key) ?? null;
  }

  override async set(key: string, value: string): Promise<void> {
    this.entries.set(key, value, performance.now());
  }

  override async setIfAbsent(key: string, value: string): Promise<string> {
    const there = this.entries.get(key);
    if (there === undefined) this.entries.set(key, value, performance.now());
    return there ?? value;
  }

  /** Memory is always available. */
  override onReturn(): void {}

  override close(): void {}
}
