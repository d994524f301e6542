import pg from 'pg';
import { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../../../shared/problem.js';
import { FairSemaphore } from '../../waiting/fair-semaphore.js';
import { connectionSettings } from '../connections/session.js';
import { sqlStateOf } from '../errors/sql-state.js';
import type { BoundedCount } from '../../../shared/bounded-count.js';
import { type CountStatement, type ListStatement, onItsNode, together } from './list-statement.js';
import { Placement } from '../shards/placement.js';
import type { PrimaryServer } from '../servers/primary-server.js';
import { clientClass } from '../servers/server-client.js';
import type { Sql } from '../statements/sql.js';
import { PLANNED_EACH_TIME, ReadingClient } from './reading-client.js';
import { isSpread, readSpread } from './spread-lists.js';

/** Per process. Pages take milliseconds. Four callers with slow lists at the same time occupy all of them. */
const CONNECTIONS = 8;

/** Per merchant, or per operator's key. */
const LISTS_PER_CALLER = 2;

/**
 * Files that one process sends to one caller at the same time. Each holds about two pages in memory (1.7 MB, measured)
 * until its reader has fetched it, and a reader may not read at all.
 */
export const FILES_PER_CALLER = 4;

/** How long a list waits for a connection. Few ever wait, because pages take milliseconds. */
const TURN_TIMEOUT_MS = 2_000;

/** The server gives up a page that it has not read within this time. */
const LIST_TIMEOUT_MS = 5_000;

/** How much longer to wait for an answer when the server sends none at all, not even an error. */
const NO_ANSWER_MS = 1_000;

/**
 * The only planner switch of the lists. It is needed because a bitmap scan cannot stop at the end of the page: if the
 * planner expects no more rows than the page has (for a merchant with few rows when statistics were last gathered), it
 * would collect all rows and sort them. In index order it reads only the page, whatever it expects.
 */
const IN_INDEX_ORDER = 'enable_bitmapscan';

export class TooManyConcurrentRequests extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_concurrent_requests',
    status: 429,
    title: 'Too many lists at once',
    meaning:
      `At most ${LISTS_PER_CALLER} lists of one merchant, or of one operator’s key, are read at the same time, ` +
      `and at most ${CONNECTIONS} lists of all callers by one process. At most ${FILES_PER_CALLER} files are ` +
      'sent to one caller at the same time. This request waited too long for its turn.',
    remedy: 'Wait as long as `Retry-After` says, and ask for one list after the other.',
  };

  constructor() {
    super(
      'Too many lists or files are being read at the same time, by this caller or by all callers. Try again in a ' +
        'second.',
    );
  }
}

export class ListTooSlow extends DomainError {
  static override readonly problem: Problem = {
    code: 'list_too_slow',
    status: 504,
    title: 'The list takes too long',
    meaning:
      `The database could not read the page within ${LIST_TIMEOUT_MS / 1_000} seconds. The request itself is ` +
      'valid.',
    remedy:
      'Ask for less: `detail` says which filter to add. Follow `next` with a cursor instead of using a high ' +
      '`offset`.',
  };

  constructor(narrowerBy: string) {
    super(`The database could not read this page within ${LIST_TIMEOUT_MS / 1_000} seconds. ${narrowerBy}`);
  }
}

/**
 * Reads the pages of lists, on connections of their own, so that slow lists do not keep the worker's sweeps or reads of
 * a single thing waiting.
 */
export class Lists {
  private readonly pool: pg.Pool;
  private readonly sql: Sql;
  private readonly placement: Placement;
  /** There are as many permits as connections, so that a list with a permit always gets a connection. */
  private readonly permits = new FairSemaphore({
    perName: LISTS_PER_CALLER,
    inAll: CONNECTIONS,
    timeoutMs: TURN_TIMEOUT_MS,
  });

  /** @param pooled the address leads to a pooler, so each page brings its own settings */
  constructor(
    url: string,
    private readonly pooled: boolean,
    primary?: PrimaryServer,
    distributed = false,
  ) {
    this.sql = { query: (text, values) => this.query(text, values ?? []) };
    this.placement = new Placement(this.sql, distributed);
    const settings = connectionSettings(url, pooled, primary);
    this.pool = new pg.Pool({
      ...settings,
      ...(pooled
        ? {}
        : {
            Client: clientClass(ReadingClient),
            options: `${settings.options} ${PLANNED_EACH_TIME} -c ${IN_INDEX_ORDER}=off`,
            statement_timeout: LIST_TIMEOUT_MS,
          }),
      query_timeout: LIST_TIMEOUT_MS + NO_ANSWER_MS,
      max: CONNECTIONS,
      idleTimeoutMillis: 30_000,
    });
    // A broken idle connection is replaced by the pool; without a listener its error would end the process.
    this.pool.on('error', () => undefined);
  }

  /**
   * The rows of a page. The statement is planned each time, because a cached plan would not know the values.
   * @throws TooManyConcurrentRequests, ListTooSlow
   */
  async read<Row>(statement: ListStatement): Promise<Row[]> {
    return this.inTurn(statement, () => this.rowsOf<Row>(statement));
  }

  /** The results of these counts, all from the same moment if the rows lie on one node. @throws as {@link read} */
  async counts(statements: readonly CountStatement[]): Promise<BoundedCount[]> {
    const [first, ...others] = statements;
    if (first === undefined) return [];
    if (this.placement.distributed && statements.some(isSpread))
      return this.inTurn(first, () => this.countsApart(statements));
    const all = together([this.placed(first), ...others.map((statement) => this.placed(statement))]);
    const rows = await this.read<BoundedCount & { readonly place: number }>(all);
    return rows.sort((a, b) => a.place - b.place).map(({ count, isExact }) => ({ count, isExact }));
  }

  /** For the metrics: how many connections there are, and how many lists wait for one. */
  get use(): Readonly<Record<'totalCount' | 'idleCount' | 'waitingCount', number>> {
    return this.pool;
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async inTurn<Result>({ askedBy, narrowerBy }: ListStatement, work: () => Promise<Result>): Promise<Result> {
    const release = await this.permits.acquire(askedBy);
    if (release === null) throw new TooManyConcurrentRequests();
    try {
      return await work();
    } catch (error) {
      if (sqlStateOf(error) !== QUERY_CANCELED) throw error;
      throw new ListTooSlow(narrowerBy);
    } finally {
      release();
    }
  }

  private async rowsOf<Row>(statement: ListStatement): Promise<Row[]> {
    if (this.placement.distributed && isSpread(statement)) return readSpread<Row>(this.sql, this.placement, statement);
    const { text, values } = this.placed(statement);
    return this.query<Row>(text, values);
  }

  private async query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await (this.pooled ? this.inTransaction(text, values) : this.pool.query(text, [...values]));
    return rows as Row[];
  }

  private async countsApart(statements: readonly ListStatement[]): Promise<BoundedCount[]> {
    const counts: BoundedCount[] = [];
    for (const statement of statements) counts.push(...(await this.rowsOf<BoundedCount>(statement)));
    return counts;
  }

  private placed<Statement extends ListStatement>(statement: Statement): Statement {
    return this.placement.distributed ? onItsNode(statement) : statement;
  }

  private async inTransaction(text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const lost = (error: Error): void => void (broken = error);
    client.on('error', lost);
    try {
      await client.query(
        `BEGIN READ ONLY; SET LOCAL jit = off; SET LOCAL ${IN_INDEX_ORDER} = off; ` +
          `SET LOCAL statement_timeout = ${LIST_TIMEOUT_MS}`,
      );
      return await client.query(text, [...values]);
    } finally {
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      client.off('error', lost);
      client.release(broken);
    }
  }
}

/** The SQLSTATE of a statement that took longer than allowed. */
const QUERY_CANCELED = '57014';
