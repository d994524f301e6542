import pg from 'pg';
import { committed, recordWarnings, withWarnings } from './commit-warnings.js';
import { Connection } from './connection.js';
import { DURABLE } from './durability.js';
import { Placement } from '../shards/placement.js';
import { queryOf } from '../statements/prepared-query.js';
import type { PrimaryServer } from '../servers/primary-server.js';
import { ServerClient } from '../servers/server-client.js';
import {
  connectionSettings,
  eachTransaction,
  eachWritingTransaction,
  NO_ANSWER_MS,
  STATEMENT_TIMEOUT_MS,
  writingSession,
} from './session.js';
import type { Sql } from '../statements/sql.js';
import { isStalePlan } from '../statements/statement-group.js';

/**
 * A statement that had to wait compares with the time at which it began. A claim that was made while it waited may end
 * later than expected, by as much as it waited. Only a claim that ends later than by this margin was dated by a wrong
 * clock.
 */
export const CLAIM_MARGIN_SECONDS = STATEMENT_TIMEOUT_MS / 1_000;

/** A connection that was opened for a burst is closed when it has been idle for so long. */
const IDLE_MS = 30_000;

/** A connection of the pool while it is in use. */
interface Lent {
  readonly client: pg.PoolClient;
  /** Whether statements are sent without a name, so that nothing stays prepared. */
  readonly unprepared: boolean;
  /** Marks the connection as broken: the pool closes it and never lends it again. */
  readonly breaks: (error: Error) => void;
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
    /** Whether the address leads to a pooler: see pooler.ts. */
    readonly pooled = false,
    /** How long a connection may be unused before it is closed, and how many stay open anyway. */
    idle: { readonly ms: number; readonly kept: number } = { ms: IDLE_MS, kept: 0 },
    /** What is known about the server that takes commits. Left out if nothing is, as in a command. */
    private readonly primary?: PrimaryServer,
    /** Whether the books are on several nodes: see distribution.ts. */
    distributed = false,
  ) {
    this.placement = new Placement(this, distributed);
    this.pool = new pg.Pool({
      ...connectionSettings(url, pooled, primary),
      max: poolSize,
      idleTimeoutMillis: idle.ms,
      min: idle.kept,
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it; its type leaves that out
      ...(pooled ? {} : { onConnect: (client) => client.query(`${DURABLE}; ${withWarnings(distributed)}`) }),
    });
    // A broken idle connection is replaced by the pool; without a listener its error would end the process.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', recordWarnings);
  }

  /** One statement, which is its own transaction. @throws DoubtfulCommit */
  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.withClient(async ({ client, unprepared, breaks }) => {
      try {
        return await committed(client, () => client.query(queryOf(text, values, unprepared)));
      } catch (error) {
        // The server may still be executing the statement: nobody may use this connection again.
        breaks(error as Error);
        throw error;
      }
    });
    return result.rows as Row[];
  }

  /**
   * Runs `work` in one READ COMMITTED transaction, or in the given mode. Rolls back if it throws.
   * @param work runs a second time, from its beginning, if a migration has outdated a prepared statement
   * @throws DoubtfulCommit
   */
  async transaction<T>(
    work: (sql: Sql) => Promise<T>,
    mode = 'ISOLATION LEVEL READ COMMITTED',
    statementTimeoutMs = STATEMENT_TIMEOUT_MS,
  ): Promise<T> {
    return this.withClient(async ({ client, unprepared, breaks }) => {
      try {
        const settings = this.pooled ? [eachTransaction(this.placement.distributed)] : [];
        // A caller whose statements take long also takes long between them. It holds no locks on books.
        if (statementTimeoutMs !== STATEMENT_TIMEOUT_MS)
          settings.push(
            `SET LOCAL statement_timeout = ${statementTimeoutMs}`,
            `SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
          );
        await client.query([`BEGIN ${mode}`, ...settings].join('; '));
        const result = await work(sqlOn(client, unprepared, statementTimeoutMs));
        await committed(client, () => client.query('COMMIT'));
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(breaks);
        throw error;
      }
    });
  }

  private async withClient<T>(work: (lent: Lent) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // The statement in flight is rejected too. The pool listens only to idle connections, and without a listener the
    // loss of this one would end the process.
    const breaks = (error: Error): void => void (broken = error);
    client.on('error', breaks);
    try {
      return await work({ client, unprepared: this.pooled, breaks });
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      // Everything was rolled back. Other statements that this connection has prepared may be out of date too.
      breaks(error as Error);
      return await work({ client, unprepared: true, breaks });
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
    const { distributed } = this.placement;
    const connection = new Connection(client, this.pooled, this.pooled ? eachWritingTransaction(distributed) : null);
    await client.connect();
    if (!options.pipeline || this.pooled) return connection;
    try {
      await connection.command(writingSession(distributed));
    } catch (error) {
      // The caller gets no connection that it could close, so it is closed here.
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

function sqlOn(client: pg.PoolClient, unprepared: boolean, statementTimeoutMs: number): Sql {
  // pg accepts a timeout for a single query too; its types leave that out.
  const timeout = { query_timeout: statementTimeoutMs + NO_ANSWER_MS };
  return {
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(Object.assign(queryOf(text, values, unprepared), timeout))).rows as Row[],
  };
}
