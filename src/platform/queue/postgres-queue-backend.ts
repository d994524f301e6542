import {
  assertSchemaCompatibility,
  type JobJson,
  type MinimalJob,
  type PgPool,
  type PgQueryResult,
  PostgresConnection,
  PostgresQueueBackend,
} from 'bullmq';
import { JobRounds } from './job-rounds.js';
import { NOW_MS, QUEUE_SCHEMA } from './queue-schema.js';

/** How long a worker sleeps at most if nothing wakes it, as under a pooler that drops notifications. */
const MAX_SLEEP_SECONDS = 1;

/** What the queues and workers of a process share: its connections, and how wrong its clock is. */
interface SharedQueues extends PgPool {
  /** By how many milliseconds this process's clock is behind the database's, as last measured. */
  readonly behindMs: number;
  compareClocks(): Promise<void>;
  /** As `query`, planned once per connection: for statements that name their columns. */
  prepared<R>(text: string, params: readonly unknown[]): Promise<PgQueryResult<R>>;
}

/** The shared connections, as one queue or worker sees them. */
class SharedConnection extends PostgresConnection {
  // Given a pool, BullMQ assumes its own default schema.
  override readonly schema = QUEUE_SCHEMA;
  private ready: Promise<void> | null = null;

  constructor(private readonly queues: SharedQueues) {
    super(queues);
  }

  /**
   * As BullMQ's own, but a check that failed is repeated: otherwise a database that is down at the start would be
   * treated as down for ever.
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

/** The result of a claim in BullMQ's form: the job, its id, and how long to wait for a limit or a delay. */
function resultOf(next: JobJson | null): unknown[] {
  return [next, next?.id ?? '', 0, 0];
}

type StalledOptions = Partial<Record<'lockDuration' | 'stalledInterval' | 'maxStalledCount', number>>;

/** BullMQ's defaults. Bahi's workers set the first two (`queue-worker.ts`). */
const STALLED_DEFAULTS = { lockDuration: 30_000, stalledInterval: 30_000, maxStalledCount: 1 } as const;

/** $1: the queue; $2: how long a lock lasts, in milliseconds. */
const END_MISDATED = `
  WITH clock AS (SELECT ${NOW_MS} AS now),
    looked AS (
      DELETE FROM meta USING clock
      WHERE queue = $1 AND field = 'stalled-check' AND CASE field WHEN 'stalled-check' THEN value::bigint > now END
    )
  UPDATE job SET locked_until_ms = now + $2::bigint FROM clock
  WHERE queue = $1 AND state = 'active' AND locked_until_ms > now + $2::bigint`;

/**
 * $1: the queue; $2 to $6: arrays of ids, names, data, options, and whether each job goes first; $7: now, in
 * milliseconds.
 */
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
 * BullMQ dates locks by the process's own clock, but looks for dead workers by the database's. A process whose clock is
 * behind by more than a lock lasts would always seem dead, and its jobs would run twice and then fail. So its locks
 * last longer by that difference. A clock that is set back while a worker runs is noticed at the next check, five
 * seconds later.
 */
export class SharedBackend extends PostgresQueueBackend {
  private readonly rounds: JobRounds;

  constructor(
    private readonly queues: SharedQueues,
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
      this.queueName,
      ids,
      jobs.map(({ name }) => name),
      jobs.map(({ data }) => data),
      jobs.map(({ opts }) => JSON.stringify(opts)),
      jobs.map(({ opts }) => opts.lifo === true),
      Date.now(),
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
    // Another worker has the job, because this one seemed dead. Report that, and continue with the next job.
    if (!ended) this.emit('error', new Error(`job ${job.id} was not held any more when it ended`));
    return { result: takesNext ? resultOf(next) : undefined, finishedOn: Date.now() };
  }

  /**
   * As BullMQ's own, but by the database's clock. BullMQ uses the clock of each process to date locks and the last
   * check for dead workers. Dates by a clock that ran ahead would keep the jobs of dead workers locked for as long, and
   * every new job with the same id would be dropped.
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

  /** BullMQ's default of an hour would be right if every notification arrived. */
  override get maximumBlockTimeout(): number {
    return MAX_SLEEP_SECONDS;
  }
}
