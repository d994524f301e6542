import { createRedisBackend, type IQueueBackend } from 'bullmq';
import { isReady, isRedisUnreachable, openRedis, type RedisClient, withoutStaleTimers } from '../redis/redis.js';
import { MAX_QUEUE_PARTS } from '../redis/redis.settings.js';
import { QueueBackend } from './queue-backend.js';
import type { QueueName } from './queue-names.js';

/**
 * The process's queues in Redis. Queues and workers share one connection; each worker adds one of its own, on which it
 * waits for jobs. Both kinds wait for the server: what a lost connection interrupted is repeated when Redis is back.
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
    // RedisWatch checks the version and the eviction policy once; queues need not check them again.
    const redisOptions = { ...options, connection: this.client, skipVersionCheck: true };
    return createRedisBackend(queue, redisOptions, kind);
  }

  /**
   * The braces make it a hash tag: a cluster keeps all keys that begin with it on one node, so BullMQ's scripts, which
   * use several keys at once, run there too. The first part of a queue has the same keys as a queue with only one part.
   */
  override prefixOf(queue: QueueName, part: number): string {
    return part === 0 ? `{${this.keyPrefix}}` : `{${this.keyPrefix}:${queue}-${part}}`;
  }

  /** These are BullMQ's names of its lists. */
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

  /** BullMQ copies the connection for each worker, and loses track of a copy that ends while Redis is unreachable. */
  private trackCopies(): void {
    const duplicate = this.client.duplicate.bind(this.client) as (...options: unknown[]) => RedisClient;
    this.client.duplicate = (...options: unknown[]): never => {
      const copy = duplicate(...options);
      this.copies.push(withoutStaleTimers(copy));
      return copy as never;
    };
  }
}
