import {
  assertSchemaCompatibility,
  ConnectionClosedError,
  type JobJson,
  type MinimalJob,
  type PgPool,
  type PgPoolClient,
  type PgQueryResult,
  PostgresConnection,
  PostgresQueueBackend,
} from 'bullmq';
import pg from 'pg';
import { preparedQuery } from '../database/statements/prepared-query.js';
import { WITHOUT_JIT } from '../database/connections/jit.js';
import type { PrimaryServer } from '../database/servers/primary-server.js';
import { clientOptions } from '../database/servers/server-client.js';
import { isUnreachable } from '../database/errors/unreachable.js';
import { JobRounds } from './job-rounds.js';
import { QueueBackend } from './queue-backend.js';
import { withTimeout } from '../waiting/with-timeout.js';

/** The schema of BullMQ's tables, apart from ours: `migrate-queue.ts` builds it. */
export const QUEUE_SCHEMA = 'queue';

/**
 * Shared by all queues and workers of the process. Each worker holds one for LISTEN; a job needs one for a millisecond.
 */
const MAX_CONNECTIONS = 8;

/**
 * Each statement looks jobs up by an index. A plan is kept for as long as its connection, and would otherwise read all
 * jobs when it was made while there were none.
 */
const BY_INDEX_ONLY = '-c enable_seqscan=off';

/** How long a worker sleeps at most when nothing wakes it, as under a pooler that drops notifications. */
const MAX_SLEEP_SECONDS = 1;

const CLOSE_TIMEOUT_MS = 2_000;

/**
 * The process's few connections for its queues. `synchronous_commit` is off: a job that a crash of the server loses is
 * found again by the sweeps, because the database, not the queue, decides what is due. The WAL preserves the order, so
 * that an outbox row is never marked as published while its job is lost.
 *
 * BullMQ pauses before it repeats what a lost connection has interrupted, but knows one by ECONNREFUSED only; at every
 * other error it would ask again at once, for as long as the server takes to start. Here all of them look alike to it.
 */
export class PostgresQueues extends QueueBackend implements PgPool {
  override readonly name = 'postgresql';
  /** One: what spreads a queue in PostgreSQL is its index. */
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
    // Under this name `Queue.getWorkers` finds the connection.
    const blockingName = kind?.withBlockingConnection ? queue : undefined;
    return new SharedBackend(this, queue, { ...options, connection: this }, blockingName);
  }

  /** Not used: the schema is the prefix. */
  override prefixOf(): string {
    return QUEUE_SCHEMA;
  }

  override holdsJobs(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** By how much this process's clock is behind the database's, in milliseconds, as it was at the last look. */
  get behindMs(): number {
    return this.clockBehindMs;
  }

  /** Never finds more than it is, however long the answer takes. */
  async compareClocks(): Promise<void> {
    const { rows } = await this.query<{ now: string }>(`SELECT ${NOW_MS} AS now`);
    this.clockBehindMs = Math.max(0, Number(rows[0]!.now) - Date.now());
  }

  /** The pool finds out by itself, and soon enough. */
  override get reachable(): boolean {
    return true;
  }

  override isUnreachable(error: unknown): boolean {
    return isUnreachable(error);
  }

  query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    return this.translated<PgQueryResult<R>>(this.pool.query<R & pg.QueryResultRow>(text, params as unknown[]));
  }

  /** The same, planned once for each connection: for statements that name their columns. */
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

/** One queue's or worker's view of the shared connections. */
class SharedConnection extends PostgresConnection {
  // BullMQ takes its own default schema for granted when it is given a pool.
  override readonly schema = QUEUE_SCHEMA;
  private ready: Promise<void> | null = null;

  constructor(private readonly queues: PostgresQueues) {
    super(queues);
  }

  /**
   * As BullMQ's own, but a check that failed is made again: otherwise a database that is down at the start would count
   * as down for good.
   */
  override waitUntilReady(): Promise<void> {
    this.ready ??= this.check().catch((error: unknown) => {
      this.ready = null;
      throw error;
    });
    return this.ready;
  }

  private async check(): Promise<void> {
    await assertSchemaCompatibility(this.queues, QUEUE_SCHEMA);
    // Before the first job is locked.
    await this.queues.compareClocks();
    this.emit('ready');
  }
}

/** Of a claim, as BullMQ takes it: the job, its id, and how long to wait for a limit or a delay. */
function resultOf(next: JobJson | null): unknown[] {
  return [next, next?.id ?? '', 0, 0];
}

type StalledOptions = Partial<Record<'lockDuration' | 'stalledInterval' | 'maxStalledCount', number>>;

/** BullMQ's own. A worker of Bahi's sets the first two (`queue-worker.ts`). */
const STALLED_DEFAULTS = { lockDuration: 30_000, stalledInterval: 30_000, maxStalledCount: 1 } as const;

/** Milliseconds, as BullMQ has them. */
const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** $1: the queue, $2: how long a lock lasts, in milliseconds. */
const END_MISDATED = `
  WITH clock AS (SELECT ${NOW_MS} AS now),
    looked AS (
      DELETE FROM meta USING clock
      WHERE queue = $1 AND field = 'stalled-check' AND CASE field WHEN 'stalled-check' THEN value::bigint > now END
    )
  UPDATE job SET locked_until_ms = now + $2::bigint FROM clock
  WHERE queue = $1 AND state = 'active' AND locked_until_ms > now + $2::bigint`;

/** $1: the queue, then a list for each of: ids, names, data, options; whether it goes first; $7: now, in milliseconds. */
const ADD = `
  WITH added AS (
    INSERT INTO job (queue, id, seq, name, state, data, opts, added_at_ms)
    SELECT $1, id, CASE WHEN goes_first THEN -1 ELSE 1 END * nextval('job_seq'), name, 'waiting', data::jsonb, opts::jsonb, $7
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[]) AS given(id, name, data, opts, goes_first)
    ON CONFLICT (queue, id) DO NOTHING
    RETURNING id
  )
  SELECT pg_notify('bullmq_jobs', $1) WHERE EXISTS (SELECT FROM added)`;

const MOVE_STALLED = `SELECT id FROM move_stalled_jobs_to_wait($1, $2, ${NOW_MS}, $3) AS moved(id)`;

/**
 * BullMQ dates locks by the process's own clock, and whoever looks for dead workers goes by the database's: a process that
 * is behind by more than a lock lasts would seem to be dead all the time, and its jobs run twice, then fail. So its locks
 * last longer by as much. A clock that is set back under a running worker shows at the next look, five seconds later.
 */
class SharedBackend extends PostgresQueueBackend {
  private readonly rounds: JobRounds;

  constructor(
    private readonly queues: PostgresQueues,
    queue: string,
    private readonly options: ConstructorParameters<typeof PostgresQueueBackend>[2] & StalledOptions,
    blockingName: string | undefined,
  ) {
    const { lockDuration } = { ...STALLED_DEFAULTS, ...options };
    const dated = Object.defineProperty({ ...options }, 'lockDuration', { get: () => lockDuration + queues.behindMs });
    super(new SharedConnection(queues), queue, dated, true, blockingName);
    this.rounds = new JobRounds(
      (text, values) => queues.prepared(text, values),
      queue,
      () => lockDuration + queues.behindMs,
    );
  }

  /** As BullMQ's own, but in one statement, without temporary tables and events. */
  override async addJobs(entries: Parameters<PostgresQueueBackend['addJobs']>[0]): Promise<string[]> {
    const ids = entries.map(({ jobId }) => jobId);
    const jobs = entries.map(({ job }) => job);
    await this.queues.prepared(ADD, [
      ...[this.queueName, ids, jobs.map(({ name }) => name), jobs.map(({ data }) => data)],
      ...[jobs.map(({ opts }) => JSON.stringify(opts)), jobs.map(({ opts }) => opts.lifo === true), Date.now()],
    ]);
    return ids;
  }

  override async moveToActive(token: string): Promise<unknown[]> {
    await this.waitUntilReady();
    const { next } = await this.rounds.ask(token, null, true);
    return resultOf(next);
  }

  override async moveToCompleted<T, R, N extends string>(
    job: MinimalJob<T, R, N>,
    _returnValue: R,
    _removeOnComplete: unknown,
    token: string,
    fetchNext: boolean,
  ): Promise<{ result: void | unknown[]; finishedOn: number }> {
    const takesNext = fetchNext && !this.closing;
    const { ended, next } = await this.rounds.ask(token, job.id!, takesNext);
    // Another worker has it, because this one seemed to be dead; it is to be known, and the next job is to be done.
    if (!ended) this.emit('error', new Error(`job ${job.id} was not held any more when it ended`));
    return { result: takesNext ? resultOf(next) : undefined, finishedOn: Date.now() };
  }

  /**
   * As BullMQ's own, but by the database's clock. BullMQ dates locks, and when somebody last looked for dead workers,
   * by the clock of each process. What one that ran ahead has dated would keep the jobs of dead workers for as long,
   * and every new job with the same id would be left out.
   */
  override async moveStalledJobsToWait(): Promise<string[]> {
    const { lockDuration, stalledInterval, maxStalledCount } = { ...STALLED_DEFAULTS, ...this.options };
    await this.queues.compareClocks();
    await this.queues.query(END_MISDATED, [this.queueName, lockDuration]);
    const values = [this.queueName, maxStalledCount, stalledInterval];
    const { rows } = await this.queues.query<{ id: string }>(MOVE_STALLED, values);
    return rows.map(({ id }) => id);
  }

  override extendLock(jobId: string, token: string, duration: number): Promise<number> {
    return super.extendLock(jobId, token, duration + this.queues.behindMs);
  }

  override extendLocks(jobIds: string[], tokens: string[], duration: number): Promise<string[]> {
    return super.extendLocks(jobIds, tokens, duration + this.queues.behindMs);
  }

  /** BullMQ's hour would be right if every notification arrived. */
  override get maximumBlockTimeout(): number {
    return MAX_SLEEP_SECONDS;
  }
}
