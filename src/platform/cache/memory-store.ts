import { CacheStore } from './cache-store.js';
import { ExpiringCache } from './expiring-cache.js';

/** Pages of a hundred payouts take some 70 kB each. */
const MAX_ENTRIES = 1_000;

/** In this process only, so for a service that is one process. Every entry lives equally long. */
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

  /** Memory is always there. */
  override onReturn(): void {}

  override close(): void {}
}
