import { createHash } from 'node:crypto';
import pg from 'pg';
import { withBinaryArrays } from './binary-arrays.js';
import { committed, recordWarnings, WITH_WARNINGS } from './commit-warnings.js';
import { DURABLE, DURABLE_NOW } from './durability.js';
import { WITHOUT_JIT } from './jit.js';
import { Placement } from './placement.js';
import type { PrimaryServer } from './primary-server.js';
import { clientOptions, ServerClient, type ServerClientConfig } from './server-client.js';
import type { Sql } from './sql.js';
import { type PreparedStatements, StatementGroup } from './statement-group.js';

export { sqlStateOf } from './sql-state.js';

/** A statement that runs longer than this is broken or attacked; none of ours needs a second. */
const STATEMENT_TIMEOUT_MS = 15_000;

/**
 * A statement that has to wait judges by the time at which it began. What others have claimed meanwhile ends later than
 * that explains, by as much as it waited: only what ends later than by this was dated by a wrong clock.
 */
export const CLAIM_MARGIN_SECONDS = STATEMENT_TIMEOUT_MS / 1_000;

/** No answer at all, not even an error: the connection is given up, and what was written on it is unknown. */
const NO_ANSWER_MS = 1_000;

/**
 * The write path's statements look rows up by index, and the last row of a book by the index's order, whatever the
 * planner estimates. Its plans are made once per connection: one that was made while the tables were small would read
 * them whole, or would gather and sort a merchant's history, when they are large.
 */
const BY_INDEX_ONLY =
  'SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off';

/**
 * For a batch of a few books PostgreSQL takes a plan with the values to be cheaper than the one that it keeps, and makes
 * it anew each time. Distributed tables (Citus) need the values to find their shards. And PostgreSQL 15 keeps a plan of
 * empty tables, without statistics, that reads all payouts of a merchant later on: left alone before 18.
 */
const PLANNED_ONCE = `
  SELECT set_config('plan_cache_mode', 'force_generic_plan', false)
  WHERE current_setting('server_version_num')::int >= 180000
    AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')`;

/** A batch decides in memory between its reads and its writes; that takes milliseconds. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000;

/**
 * Behind a pooler a connection holds no state, so that each transaction of the write path brings its settings along.
 * They travel with its BEGIN.
 */
const BY_INDEX_ONLY_NOW = BY_INDEX_ONLY.replaceAll('SET ', 'SET LOCAL ');
const SESSION_NOW =
  'SET LOCAL jit = off; ' +
  `SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}; ` +
  `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}; ${DURABLE_NOW}`;

/** What was opened for a burst is closed again. */
const IDLE_MS = 30_000;

/** A commit that waits longer than this for a connection is refused: the server is gone or far too small. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Prepared statement names by their text. PostgreSQL cuts names off at 63 bytes, so a digest stands for the text. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    names.set(text, name);
  }
  return name;
}

/**
 * The service's connections to PostgreSQL.
 *
 * `query` and `transaction` serve reads and the odd single-row change. The write path does not use them: it has its own
 * pipelined connections (`connect`), one per lane.
 */
export class Database implements Sql {
  readonly placement: Placement;
  private readonly pool: pg.Pool;

  constructor(
    readonly url: string,
    poolSize: number,
    /** The address leads to a pooler: see pooler.ts. */
    readonly pooled = false,
    /** How long a connection may be unused before it is closed, and how many stay open all the same. */
    idle: { readonly ms: number; readonly kept: number } = { ms: IDLE_MS, kept: 0 },
    /** What is known of the server that takes commits; left out: nothing is, as in a command. */
    private readonly primary?: PrimaryServer,
    /** The books lie on several nodes: see distribution.ts. */
    distributed = false,
  ) {
    this.placement = new Placement(this, distributed);
    this.pool = new pg.Pool({
      ...connectionSettings(url, pooled, primary),
      max: poolSize,
      idleTimeoutMillis: idle.ms,
      min: idle.kept,
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it; its type leaves that out
      ...(pooled ? {} : { onConnect: (client) => client.query(`${DURABLE}; ${WITH_WARNINGS}`) }),
    });
    // A broken idle connection is replaced by the pool; without a listener its error would end the process.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', recordWarnings);
  }

  /** One statement, which is its own transaction. @throws DoubtfulCommit */
  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.withClient(async (client, breaks) => {
      try {
        return await committed(client, () => client.query(queryOf(text, values, this.pooled)));
      } catch (error) {
        // It may be at it still: nobody gets this connection any more.
        breaks(error as Error);
        throw error;
      }
    });
    return result.rows as Row[];
  }

  /**
   * Runs `work` in one READ COMMITTED transaction, or in the mode that is given. Rolls back when it throws.
   * @throws DoubtfulCommit
   */
  async transaction<T>(
    work: (sql: Sql) => Promise<T>,
    mode = 'ISOLATION LEVEL READ COMMITTED',
    statementTimeoutMs = STATEMENT_TIMEOUT_MS,
  ): Promise<T> {
    return this.withClient(async (client, breaks) => {
      try {
        const settings = this.pooled ? [SESSION_NOW] : [];
        // Who takes long over statements takes long between them too, and holds no book.
        if (statementTimeoutMs !== STATEMENT_TIMEOUT_MS)
          settings.push(
            `SET LOCAL statement_timeout = ${statementTimeoutMs}`,
            `SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
          );
        await client.query([`BEGIN ${mode}`, ...settings].join('; '));
        const result = await work(sqlOn(client, this.pooled, statementTimeoutMs));
        await committed(client, () => client.query('COMMIT'));
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(breaks);
        throw error;
      }
    });
  }

  /** @param work calls `breaks` when nobody may use the connection any more */
  private async withClient<T>(work: (client: pg.PoolClient, breaks: (error: Error) => void) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // The statement in flight is rejected too. The pool listens only to idle connections, and without a listener the
    // loss of this one would end the process.
    const breaks = (error: Error): void => void (broken = error);
    client.on('error', breaks);
    try {
      return await work(client, breaks);
    } finally {
      client.off('error', breaks);
      client.release(broken);
    }
  }

  /** A connection of its own, outside the pool. `pipeline`: statements are sent without waiting for earlier answers. */
  async connect(options: { pipeline: boolean }): Promise<Connection> {
    const client = new ServerClient({
      ...connectionSettings(this.url, this.pooled, this.primary),
      pipeline: options.pipeline,
    });
    const connection = new Connection(client, this.pooled);
    await client.connect();
    if (!options.pipeline || this.pooled) return connection;
    try {
      await connection.command(`${BY_INDEX_ONLY}; ${PLANNED_ONCE}; ${DURABLE}; ${WITH_WARNINGS}`);
    } catch (error) {
      // Nobody else would: who asked for it gets none.
      await connection.close();
      throw error;
    }
    return connection;
  }

  /** For the metrics: how many connections there are, and how many requests wait for one. */
  get use(): Readonly<Record<'totalCount' | 'idleCount' | 'waitingCount', number>> {
    return this.pool;
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

/** One connection outside the pool. When it breaks, `alive` turns false for good. */
export class Connection implements Sql {
  private broken = false;
  private readonly prepared: PreparedStatements = new Map();
  /** What is started while it is held; null: it is not held. */
  private held: StatementGroup | null = null;

  constructor(
    private readonly client: pg.Client,
    private readonly pooled: boolean,
  ) {
    client.on('error', () => (this.broken = true));
    client.on('end', () => (this.broken = true));
    recordWarnings(client);
  }

  get alive(): boolean {
    return !this.broken;
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const group = this.held ?? new StatementGroup(this.prepared);
    const rows = group.add(this.pooled ? '' : nameOf(text), text, withBinaryArrays(text, values));
    if (group !== this.held) this.client.query(group);
    return (await rows) as Row[];
  }

  /** What each transaction of the write path has to begin with; null where the connection holds its settings. */
  get transactionSettings(): string | null {
    if (!this.pooled) return null;
    return `${SESSION_NOW}; ${BY_INDEX_ONLY_NOW}; ${WITH_WARNINGS.replace('SET ', 'SET LOCAL ')}`;
  }

  /** A statement without parameters and without a prepared plan; answers its command tag (`COMMIT`, `ROLLBACK`). */
  async command(text: string): Promise<string> {
    this.sendHeld();
    return (await this.client.query(text)).command;
  }

  /**
   * Ends the transaction.
   * @returns COMMIT, or ROLLBACK where a statement has failed
   * @throws DoubtfulCommit
   */
  commit(): Promise<string> {
    return committed(this.client, () => this.command('COMMIT'));
  }

  /**
   * Sends what is started until `release` is called in one piece: one call to the system, and the server wakes up once
   * and not for every statement. What is queried without a command between is answered in one piece too.
   */
  hold(): { release(): void } {
    const { stream } = this.client.connection;
    stream.cork();
    this.held = new StatementGroup(this.prepared);
    return {
      release: () => {
        this.sendHeld();
        this.held = null;
        stream.uncork();
      },
    };
  }

  private sendHeld(): void {
    if (this.held === null || this.held.isEmpty) return;
    this.client.query(this.held);
    this.held = new StatementGroup(this.prepared);
  }

  onNotification(listener: (payload?: string) => void): void {
    this.client.on('notification', ({ payload }) => listener(payload));
  }

  onEnd(listener: () => void): void {
    this.client.once('end', listener);
  }

  async close(): Promise<void> {
    this.broken = true;
    await this.client.end().catch(() => undefined);
  }
}

function sqlOn(client: pg.PoolClient, pooled: boolean, statementTimeoutMs: number): Sql {
  // pg takes it for one query too; its types leave that out.
  const timeout = { query_timeout: statementTimeoutMs + NO_ANSWER_MS };
  return {
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(Object.assign(queryOf(text, values, pooled), timeout))).rows as Row[],
  };
}

/** Prepared under a name, once for each connection; behind a pooler anew each time. */
function queryOf(text: string, values: readonly unknown[], pooled: boolean): pg.QueryConfig {
  const query = { text, values: withBinaryArrays(text, values) };
  return pooled ? query : { name: nameOf(text), ...query };
}

/** For connections of another kind, none of which leads to a pooler. */
export const preparedQuery = (text: string, values: readonly unknown[]): pg.QueryConfig => queryOf(text, values, false);

/** How the service connects. Settings that a pooler does not know are left out behind one. */
export function connectionSettings(url: string, pooled: boolean, primary?: PrimaryServer): ServerClientConfig {
  const everywhere = {
    connectionString: url,
    ...clientOptions(url, primary),
    application_name: 'bahi',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + NO_ANSWER_MS,
    keepAlive: true,
  };
  if (pooled) return everywhere;
  return {
    ...everywhere,
    options: WITHOUT_JIT,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // The server lets go of the books of a process that fell silent in the middle of a batch.
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  };
}
