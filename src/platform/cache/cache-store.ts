/** Stores pages and versions. A lost entry costs one read of the database, and nothing else. */
export abstract class CacheStore {
  /** Whether other processes use it too. */
  abstract readonly shared: boolean;

  /** @returns null when there is nothing under the key */
  abstract get(key: string): Promise<string | null>;

  abstract set(key: string, value: string, ttlSeconds: number): Promise<void>;

  /** Like `set`, but keeps an existing value. @returns the value that is stored now */
  abstract setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<string>;

  /** Calls `back` whenever earlier values may not have arrived: after a lost connection. */
  abstract onReturn(back: () => void): void;

  abstract close(): void;
}
