import { Redis } from 'ioredis';
import { Database } from '../../src/platform/database/connections/database.js';
import { createMigratedDatabase, type TestDatabase } from './postgres-server.js';
import { PostgresProxy } from './postgres-proxy.js';
import { redisEnvironment } from './redis-server.js';
import { TcpProxy } from './tcp-proxy.js';

type Environment = Readonly<Record<string, string>>;

/** A place where queues are stored, seen from outside. */
export interface QueuePlace {
  /** The settings that make a service use it. */
  readonly environment: Environment;
  /** The ids of the jobs that wait or run, sorted. */
  kept(): Promise<string[]>;
  /** How many of BullMQ's events are kept. */
  events(): Promise<number>;
  connections(): Promise<number>;
  /** Makes a waiting job look as if a dead worker had taken it, whose own clock was ahead. */
  giveToDeadWorker(id: string, clockAheadMs?: number): Promise<void>;
  /** A proxy that can cut a service off from the queue, but not from anything else that the test needs. */
  proxy(): Promise<{ readonly environment: Environment; refusing: boolean; cutAll(): void; close(): Promise<void> }>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

export const QUEUE_PLACES: Readonly<Record<'PostgreSQL' | 'Redis', () => Promise<QueuePlace>>> = {
  PostgreSQL: async () => new InPostgres(await createMigratedDatabase()),
  Redis: async () => new InRedis(await createMigratedDatabase()),
};

class InPostgres implements QueuePlace {
  private readonly owner: Database;

  constructor(private readonly database: TestDatabase) {
    this.owner = new Database(database.ownerUrl, 2);
  }

  get environment(): Environment {
    return { DATABASE_URL: this.database.appUrl };
  }

  async kept(): Promise<string[]> {
    return (await this.owner.query<{ id: string }>('SELECT id FROM queue.job ORDER BY id')).map(({ id }) => id);
  }

  async events(): Promise<number> {
    const [row] = await this.owner.query<{ count: number }>('SELECT count(*)::integer AS count FROM queue.event');
    return row!.count;
  }

  async connections(): Promise<number> {
    const ours = await this.owner.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name IN ('bahi-queue', 'payouts')`,
    );
    return ours.length;
  }

  async giveToDeadWorker(id: string, clockAheadMs = 0): Promise<void> {
    const workerNow = Date.now() + clockAheadMs;
    await this.owner.query(
      `UPDATE queue.job SET state = 'active', lock_token = 'gone', locked_until_ms = $2, attempts_started = 1
       WHERE id = $1`,
      [id, workerNow],
    );
    if (clockAheadMs === 0) return;
    await this.owner.query(
      `INSERT INTO queue.meta (queue, field, value) VALUES ('payouts', 'stalled-check', $1::bigint::text)
       ON CONFLICT (queue, field) DO UPDATE SET value = excluded.value`,
      [workerNow],
    );
  }

  async proxy() {
    const proxy = await PostgresProxy.to(this.database.appUrl);
    return Object.assign(proxy, { environment: { DATABASE_URL: proxy.url } });
  }

  async empty(): Promise<void> {
    await this.owner.query('DELETE FROM queue.job');
  }

  async close(): Promise<void> {
    await this.owner.close();
    await this.database.drop();
  }
}

class InRedis implements QueuePlace {
  private readonly redisSettings = redisEnvironment();
  private readonly cli = new Redis(this.redisSettings.REDIS_URL);

  constructor(private readonly database: TestDatabase) {}

  get environment(): Environment {
    return { DATABASE_URL: this.database.appUrl, ...this.redisSettings };
  }

  async kept(): Promise<string[]> {
    const [wait, active] = await Promise.all([
      this.cli.lrange(this.key('wait'), 0, -1),
      this.cli.lrange(this.key('active'), 0, -1),
    ]);
    return [...wait, ...active].sort();
  }

  events(): Promise<number> {
    return this.cli.xlen(this.key('events'));
  }

  /** A worker's second connection, on which it waits, has the prefix in its name. */
  async connections(): Promise<number> {
    const clients = String(await this.cli.client('LIST')).split('\n');
    return clients.filter((client) => client.includes(this.redisSettings.REDIS_KEY_PREFIX)).length + 1;
  }

  /** Redis dates everything by its own clock, so the worker's does not matter. */
  async giveToDeadWorker(id: string): Promise<void> {
    await this.cli.lrem(this.key('wait'), 1, id);
    await this.cli.lpush(this.key('active'), id);
    // As a worker does at every check: a job that is still in the list at the next check, without a lock, was
    // abandoned.
    await this.cli.sadd(this.key('stalled'), id);
  }

  async proxy() {
    const proxy = await TcpProxy.to(this.redisSettings.REDIS_URL);
    return Object.assign(proxy, { environment: { ...this.environment, REDIS_URL: proxy.url } });
  }

  async empty(): Promise<void> {
    const keys = await this.cli.keys(`{${this.redisSettings.REDIS_KEY_PREFIX}}*`);
    if (keys.length > 0) await this.cli.del(...keys);
  }

  async close(): Promise<void> {
    await this.empty();
    this.cli.disconnect();
    await this.database.drop();
  }

  private key(name: string): string {
    return `{${this.redisSettings.REDIS_KEY_PREFIX}}:payouts:${name}`;
  }
}
