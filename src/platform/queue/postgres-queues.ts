import {
  ConnectionClosedError,
  type PgPool,
  type PgPoolClient,
  type PgQueryResult,
  type PostgresQueueBackend,
} from 'bullmq';
import pg from 'pg';
import { preparedQuery } from '../database/statements/prepared-query.js';
import { WITHOUT_JIT } from '../database/connections/jit.js';
import type { PrimaryServer } from '../database/servers/primary-server.js';
import { clientOptions } from '../database/servers/server-client.js';
import { isUnreachable } from '../database/errors/unreachable.js';
import { SharedBackend } from './postgres-queue-backend.js';
import { QueueBackend } from './queue-backend.js';
import { NOW_MS, QUEUE_SCHEMA } from './queue-schema.js';
import { withTimeout } from '../waiting/with-timeout.js';

/**
 * Shared by all queues and workers of the process. Each worker holds one connection for LISTEN; a job needs one for a
 * millisecond.
 */
const MAX_CONNECTIONS = 8;

/**
 * Every statement finds jobs by an index. A plan lives as long as its connection; made while there were no jobs, it
 * would otherwise read the whole table later.
 */
const BY_INDEX_ONLY = '-c enable_seqscan=off';

const CLOSE_TIMEOUT_MS = 2_000;

/**
 * The few connections of a process for its queues. `synchronous_commit` is off: the sweeps find a job again that was
 * lost in a crash of the server, because the database, not the queue, decides what is due. The WAL preserves the order,
 * so an outbox row is never marked as published while its job is lost.
 *
 * BullMQ pauses before it repeats what a lost connection interrupted, but it recognises a lost connection only by
 * ECONNREFUSED. After any other error it would ask again without a pause, for as long as the server takes to start.
 * Here all such errors are translated into one that it recognises.
 */
export class PostgresQueues extends QueueBackend implements PgPool {
  override readonly name = 'postgresql';
  /** One: in PostgreSQL an index spreads the queue. */
  override readonly parts = 1;
  override readonly mostParts = 1;
  private readonly pool: pg.Pool;
  private clockBehindMs = 0;

  constructor(url: string, primary?: PrimaryServer) {
    super();
    this.pool = new pg.Pool({
      connectionString: url,
      ...clientOptions(url, primary),
      application_name: 'bahi-queue',
      options: `${WITHOUT_JIT} ${BY_INDEX_ONLY} -c search_path=${QUEUE_SCHEMA} -c synchronous_commit=off`,
      max: MAX_CONNECTIONS,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      statement_timeout: 15_000,
    });
    // Every queue and every worker listens for errors of the pool.
    this.pool.setMaxListeners(50);
    this.pool.on('error', () => undefined);
  }

  override open(...[queue, options, kind]: Parameters<QueueBackend['open']>): PostgresQueueBackend {
    // `Queue.getWorkers` finds the connection by this name.
    const blockingName = kind?.withBlockingConnection ? queue : undefined;
    return new SharedBackend(this, queue, { ...options, connection: this }, blockingName);
  }

  /** Not used: the schema takes the place of a prefix. */
  override prefixOf(): string {
    return QUEUE_SCHEMA;
  }

  override holdsJobs(): Promise<boolean> {
    return Promise.resolve(true);
  }

  get behindMs(): number {
    return this.clockBehindMs;
  }

  /** Never overestimates the difference, however long the answer takes. */
  async compareClocks(): Promise<void> {
    const { rows } = await this.query<{ now: string }>(`SELECT ${NOW_MS} AS now`);
    this.clockBehindMs = Math.max(0, Number(rows[0]!.now) - Date.now());
  }

  /** The pool notices by itself, and soon enough. */
  override get reachable(): boolean {
    return true;
  }

  override isUnreachable(error: unknown): boolean {
    return isUnreachable(error);
  }

  query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    return this.translated<PgQueryResult<R>>(this.pool.query<R & pg.QueryResultRow>(text, params as unknown[]));
  }

  prepared<R>(text: string, params: readonly unknown[]): Promise<PgQueryResult<R>> {
    return this.translated<PgQueryResult<R>>(this.pool.query<R & pg.QueryResultRow>(preparedQuery(text, params)));
  }

  connect(): Promise<PgPoolClient> {
    return this.translated(this.pool.connect());
  }

  override async end(): Promise<void> {
    await withTimeout(CLOSE_TIMEOUT_MS, this.pool.end());
  }

  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'connect', listener: (client: PgPoolClient) => void): this;
  on(event: 'error' | 'connect', listener: (argument: never) => void): this {
    this.pool.on(event as 'error', listener as (error: Error) => void);
    return this;
  }

  removeAllListeners(event?: string): this {
    this.pool.removeAllListeners(event);
    return this;
  }

  private async translated<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw isUnreachable(error) ? new ConnectionClosedError(undefined, error) : error;
    }
  }
}
