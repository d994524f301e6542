import { openRedis, type RedisClient } from '../redis/redis.js';
import { CacheStore } from './cache-store.js';

/** No caller waits this long; it only ends commands that a silent connection would hold for ever. */
const COMMAND_TIMEOUT_MS = 1_000;

/** Shared by all processes. Without a connection every call fails at once. */
export class RedisStore extends CacheStore {
  override readonly shared = true;
  private readonly client: RedisClient;

  constructor(url: string) {
    super();
    this.client = openRedis(url, { name: 'bahi-cache', waitsForServer: false, commandTimeoutMs: COMMAND_TIMEOUT_MS });
  }

  override get(key: string): Promise<string | null> {
    return this.client.get(key);
  }

  override async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    await this.client.set(key, value, 'EX', ttlSeconds);
  }

  override async setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<string> {
    const taken = await this.client.set(key, value, 'EX', ttlSeconds, 'NX');
    return taken === 'OK' ? value : ((await this.client.get(key)) ?? value);
  }

  override onReturn(back: () => void): void {
    this.client.on('ready', back);
  }

  override close(): void {
    this.client.disconnect();
  }
}
