import type { Duplex } from 'node:stream';
import pg from 'pg';
import { sqlStateOf } from '../errors/sql-state.js';

/**
 * "current transaction is aborted": the error of all other statements when one has failed. Never the cause. A group
 * makes this error itself (`handleError`), also when the connection was lost, so it does not prove that the server has
 * rolled back.
 */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * Whether a prepared statement is out of date: a table was changed since ("cached plan must not change result type"),
 * or the server has forgotten the statement. The server has rolled back, and the statement will run if it is prepared
 * again.
 */
export function isStalePlan(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  // Other unsupported features have the same code, and the message is in the server's language.
  return error.code === '26000' || (error.code === '0A000' && error.routine === 'RevalidateCachedQuery');
}

/** Waits for all, then throws the first cause: not the complaints of the statements behind it. */
export async function allOrCause(statements: readonly Promise<unknown>[]): Promise<void> {
  const failures = (await Promise.allSettled(statements)).flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length > 0) throw failures.find((error) => sqlStateOf(error) !== IN_FAILED_TRANSACTION) ?? failures[0];
}

/** How a column's text becomes a value. */
type Column = readonly [name: string, parse: (text: string) => unknown];

/** The columns of each statement that a connection has prepared, by the statement's name. */
export type PreparedStatements = Map<string, readonly Column[]>;

/** A statement of a group. An empty `name`: it is prepared each time, as behind a pooler. */
interface GroupedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly resolve: (rows: Record<string, unknown>[]) => void;
  readonly reject: (reason: unknown) => void;
  readonly rows: Record<string, unknown>[];
  columns: readonly Column[] | undefined;
  /** Why its rows cannot be returned although the server has executed it. */
  failure: Error | null;
}

/** What the driver's types leave out. */
interface DriverConnection {
  readonly stream: Duplex;
  parse(statement: { text: string; name: string }): void;
  bind(portal: { statement: string; values: readonly unknown[] }): void;
  describe(what: { type: 'P' }): void;
  execute(portal: object): void;
  close(what: { type: 'S'; name: string }): void;
  sync(): void;
}

/**
 * Statements that the server answers in one piece. The driver ends each of its own statements with a Sync, at which the
 * server makes a system call to send, resets its timers and wakes this process; here one Sync follows all statements.
 * The columns of a prepared statement are requested once for each connection and not each time.
 *
 * None is resolved before the Sync: outside a transaction, the server commits there. When one fails, the server skips
 * those after it and undoes those before it, so that all are rejected.
 */
export class StatementGroup extends pg.Query {
  private readonly statements: GroupedStatement[] = [];
  private answered = 0;

  constructor(private readonly prepared: PreparedStatements) {
    // The driver wraps the callback to end its time limit.
    super('', () => undefined);
  }

  get isEmpty(): boolean {
    return this.statements.length === 0;
  }

  add(name: string, text: string, values: readonly unknown[]): Promise<Record<string, unknown>[]> {
    // Encoded before anything is sent, so that a value that cannot be encoded fails its own statement alone.
    const encoded = values.map(prepareValue);
    return new Promise((resolve, reject) => {
      this.statements.push({
        name,
        text,
        values: encoded,
        resolve,
        reject,
        rows: [],
        columns: undefined,
        failure: null,
      });
    });
  }

  override submit = (to: pg.Connection): void => {
    const connection = to as unknown as DriverConnection;
    // One write to the socket.
    connection.stream.cork();
    try {
      for (const statement of this.statements) this.send(statement, connection);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  };

  private send(statement: GroupedStatement, connection: DriverConnection): void {
    const { name, text, values } = statement;
    statement.columns = this.prepared.get(name);
    if (statement.columns === undefined) {
      // A statement that failed before may have been prepared or not; closing one that does not exist is no error.
      if (name !== '') connection.close({ type: 'S', name });
      connection.parse({ text, name });
    }
    connection.bind({ statement: name, values });
    if (statement.columns === undefined) connection.describe({ type: 'P' });
    connection.execute({});
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.current.columns = fields.map(({ name, dataTypeID }) => [name, pg.types.getTypeParser(dataTypeID, 'text')]);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const { current } = this;
    const { columns, rows } = current;
    try {
      const row: Record<string, unknown> = {};
      columns!.forEach(([name, parse], i) => (row[name] = fields[i] === null ? null : parse(fields[i]!)));
      rows.push(row);
    } catch (error) {
      current.failure = error as Error;
    }
  }

  handleCommandComplete(): void {
    const { name, columns = [] } = this.current;
    if (name !== '') this.prepared.set(name, columns);
    this.answered++;
  }

  /** Comes instead of CommandComplete if a statement's text is empty. */
  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  /** Never comes, since no limit of rows was asked for. */
  handlePortalSuspended(): void {
    this.current.failure = new Error('PostgreSQL has kept back rows of a statement');
    this.answered++;
  }

  /** The server waits for rows, and has ignored the Sync. */
  handleCopyInResponse({ stream }: DriverConnection): void {
    this.handleError(new Error('a group of statements has no rows to copy'));
    stream.destroy();
  }

  handleReadyForQuery(): void {
    this.statements.forEach(({ resolve, reject, rows, failure }, i) => {
      if (i >= this.answered) reject(new Error('PostgreSQL has ended a group without an answer to this statement'));
      else if (failure !== null) reject(failure);
      else resolve(rows);
    });
    this.callbackOfDriver();
  }

  /** Called also when the connection is lost or falls silent. */
  handleError(cause: Error): void {
    const failed = this.statements[this.answered];
    if (failed !== undefined) this.prepared.delete(failed.name);
    if (isStalePlan(cause)) this.prepared.clear();
    const undone = new pg.DatabaseError('another statement of its group has failed', 0, 'error');
    undone.code = IN_FAILED_TRANSACTION;
    // After the last statement, it was the commit that failed, and any of them may be the cause.
    for (const one of this.statements) one.reject(failed === undefined || one === failed ? cause : undone);
    this.callbackOfDriver();
  }

  private get current(): GroupedStatement {
    return this.statements[this.answered]!;
  }

  private callbackOfDriver(): void {
    (this as unknown as { callback: () => void }).callback();
  }
}

const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } }).utils;
