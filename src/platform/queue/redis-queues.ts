import { createRedisBackend, type IQueueBackend } from 'bullmq';
import { isReady, isRedisUnreachable, openRedis, type RedisClient, withoutStaleTimer } from '../redis/redis.js';
import { QueueBackend } from './queue-backend.js';

/**
 * The process's queues in Redis. Queues and workers share one connection; each worker adds one of its own, on which it
 * waits for jobs. Both wait for the server: what a lost connection has interrupted is repeated when Redis is back.
 */
export class RedisQueues extends QueueBackend {
  override readonly name = 'redis';
  private readonly client: RedisClient;
  private readonly copies: RedisClient[] = [];
  /**
   * The braces make it a hash tag: a cluster holds all keys that begin with it on one node, so that BullMQ's scripts,
   * which touch several keys at once, run there too.
   */
  private readonly prefix: string;

  constructor(url: string, keyPrefix: string) {
    super();
    this.prefix = `{${keyPrefix}}`;
    this.client = openRedis(url, { name: 'bahi-queue', waitsForServer: true });
    this.trackCopies();
  }

  override open(...[queue, options, kind]: Parameters<QueueBackend['open']>): IQueueBackend {
    // Version and eviction policy are looked at once, by RedisWatch, and not by each queue.
    const redisOptions = { ...options, connection: this.client, prefix: this.prefix, skipVersionCheck: true };
    return createRedisBackend(queue, redisOptions, kind);
  }

  override get reachable(): boolean {
    return isReady(this.client);
  }

  override isUnreachable(error: unknown): boolean {
    return isRedisUnreachable(error);
  }

  override async end(): Promise<void> {
    for (const client of [this.client, ...this.copies]) client.disconnect();
  }

  /**
   * BullMQ copies the connection for each worker, and loses track of a copy that is ended while Redis is unreachable.
   */
  private trackCopies(): void {
    const duplicate = this.client.duplicate.bind(this.client) as (...options: unknown[]) => RedisClient;
    this.client.duplicate = (...options: unknown[]): never => {
      const copy = duplicate(...options);
      this.copies.push(withoutStaleTimer(copy));
      return copy as never;
    };
  }
}
