import type { JobJson, PgQueryResult } from 'bullmq';

/** A worker's request: to end a job, to be given the next one, or both. */
interface Request {
  /** The token under which the worker holds the job that ends, and will hold the next one. */
  readonly token: string;
  readonly ends: string | null;
  readonly takesNext: boolean;
  readonly settle: { resolve(answer: Answer): void; reject(error: unknown): void };
}

interface Answer {
  /** False: no job with this id is held under this token any more. */
  readonly ended: boolean;
  /** Null if no job was asked for, or none waits. */
  readonly next: JobJson | null;
}

interface TakenRow {
  readonly ended: readonly string[] | null;
  readonly lock_token: string | null;
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly opts: JobJson['opts'];
  readonly priority: number;
  readonly attempts_made: number;
  readonly attempts_started: number;
  readonly stalled_count: number;
  readonly added_at_ms: string;
  readonly processed_at_ms: string;
  readonly deferred_failure: string | null;
}

/**
 * $1: the queue; $2 and $3: the ids of the jobs that end, and the tokens under which they are held; $4: a token for
 * each job to be taken; $5: now, and $6: how long locks last, both in milliseconds.
 *
 * Returns at least one row, for `ended`.
 */
const ROUND = `
  WITH ended AS (
      DELETE FROM job
      WHERE queue = $1 AND id = ANY($2::text[]) AND state = 'active'
        AND lock_token = ($3::text[])[array_position($2::text[], id)]
      RETURNING id
    ),
    waiting AS (
      SELECT id FROM job
      WHERE queue = $1 AND state = 'waiting'
        AND NOT EXISTS (SELECT FROM meta WHERE queue = $1 AND field = 'paused' AND value = '1')
      ORDER BY priority, seq LIMIT cardinality($4::text[]) FOR UPDATE SKIP LOCKED
    ),
    next AS (SELECT array_agg(id) AS ids FROM waiting),
    taken AS (
      UPDATE job SET state = 'active', lock_token = ($4::text[])[array_position((SELECT ids FROM next), id)],
        locked_until_ms = $5::bigint + $6::bigint, processed_at_ms = $5::bigint, attempts_started = attempts_started + 1
      WHERE queue = $1 AND id = ANY((SELECT ids FROM next)::text[])
      RETURNING id, name, data::text, opts, priority, attempts_made, attempts_started, stalled_count, added_at_ms,
        processed_at_ms, deferred_failure, lock_token
    )
  SELECT (SELECT array_agg(id) FROM ended) AS ended, taken.* FROM (SELECT) AS one LEFT JOIN taken ON true`;

/**
 * Ends jobs and takes the next ones: all requests of a worker that arrived while the previous statement was in flight
 * share one statement. BullMQ uses a transaction of some twenty statements for each, and writes two events that nobody
 * reads.
 *
 * Only for jobs as Bahi uses them: removed when done, without parents, delays, limits or deduplication.
 */
export class JobRounds {
  private waiting: Request[] = [];
  private running = false;

  constructor(
    private readonly query: (text: string, values: readonly unknown[]) => Promise<PgQueryResult<TakenRow>>,
    private readonly queue: string,
    private readonly lockMs: () => number,
  ) {}

  /** @param ends the id of the job that is done, if there is one */
  ask(token: string, ends: string | null, takesNext: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ token, ends, takesNext, settle: { resolve, reject } });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    // Jobs whose outcomes shared a commit end in the same turn of the event loop.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) await this.round(this.waiting.splice(0));
    this.running = false;
  }

  private async round(requests: readonly Request[]): Promise<void> {
    const ending = requests.filter(({ ends }) => ends !== null);
    const taking = requests.filter(({ takesNext }) => takesNext);
    const values = [
      this.queue,
      ending.map(({ ends }) => ends),
      ending.map(({ token }) => token),
      taking.map(({ token }) => token),
      Date.now(),
      this.lockMs(),
    ];
    try {
      const { rows } = await this.query(ROUND, values);
      const ended = new Set(rows[0]?.ended);
      const taken = new Map(rows.map((row) => [row.lock_token, row]));
      for (const { token, ends, settle } of requests) {
        const row = taken.get(token);
        settle.resolve({ ended: ends === null || ended.has(ends), next: row === undefined ? null : jobOf(row) });
      }
    } catch (error) {
      for (const { settle } of requests) settle.reject(error);
    }
  }
}

function jobOf(row: TakenRow): JobJson {
  const { id, name, data, opts, priority, deferred_failure: failure } = row;
  return {
    id,
    name,
    data,
    opts,
    priority,
    progress: 0,
    failedReason: '',
    returnvalue: 'null',
    attemptsMade: row.attempts_made,
    attemptsStarted: row.attempts_started,
    stalledCounter: row.stalled_count,
    timestamp: Number(row.added_at_ms),
    processedOn: Number(row.processed_at_ms),
    ...(failure === null ? {} : { deferredFailure: failure }),
  };
}
