import { createRedisBackend, type IQueueBackend } from 'bullmq';
import { isReady, isRedisUnreachable, openRedis, type RedisClient, withoutStaleTimers } from '../redis/redis.js';
import { MAX_QUEUE_PARTS } from '../redis/redis.settings.js';
import { QueueBackend } from './queue-backend.js';
import type { QueueName } from './queue-names.js';

/**
 * The process's queues in Redis. Queues and workers share one connection; each worker adds one of its own, on which it
 * waits for jobs. Both wait for the server: what a lost connection has interrupted is repeated when Redis is back.
 */
export class RedisQueues extends QueueBackend {
  override readonly name = 'redis';
  private readonly client: RedisClient;
  private readonly copies: RedisClient[] = [];
  override readonly mostParts = MAX_QUEUE_PARTS;

  constructor(
    url: string,
    private readonly keyPrefix: string,
    override readonly parts: number,
  ) {
    super();
    this.client = openRedis(url, { name: 'bahi-queue', waitsForServer: true });
    this.trackCopies();
  }

  override open(...[queue, options, kind]: Parameters<QueueBackend['open']>): IQueueBackend {
    // Version and eviction policy are looked at once, by RedisWatch, and not by each queue.
    const redisOptions = { ...options, connection: this.client, skipVersionCheck: true };
    return createRedisBackend(queue, redisOptions, kind);
  }

  /**
   * The braces make it a hash tag: a cluster holds all keys that begin with it on one node, so that BullMQ's scripts,
   * which touch several keys at once, run there too. The first parts are those of a queue that is in one.
   */
  override prefixOf(queue: QueueName, part: number): string {
    return part === 0 ? `{${this.keyPrefix}}` : `{${this.keyPrefix}:${queue}-${part}}`;
  }

  /** BullMQ's own names of its lists. */
  override async holdsJobs(queue: QueueName, part: number, which: 'any' | 'waiting'): Promise<boolean> {
    const lists = (which === 'any' ? ['wait', 'active'] : ['wait']).map(
      (list) => `${this.prefixOf(queue, part)}:${queue}:${list}`,
    );
    return (await this.client.exists(...lists)) > 0;
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
      this.copies.push(withoutStaleTimers(copy));
      return copy as never;
    };
  }
}
