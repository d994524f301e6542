import type { Duplex } from 'node:stream';
import pg from 'pg';

/**
 * "current transaction is aborted": what all other statements fail with when one has failed. Never the cause. A group makes
 * it up, and where the connection was lost too (`handleError`): it does not say that the server has rolled back.
 */
export const IN_FAILED_TRANSACTION = '25P02';

/**
 * Whether what a connection has prepared is out of date: a table was changed since ("cached plan must not change result
 * type"), or the server has forgotten a statement. It has rolled back, and prepared anew the statement will run.
 */
export function isStalePlan(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  // Other features that are not there have the same code; the message is in the server's language.
  return error.code === '26000' || (error.code === '0A000' && error.routine === 'RevalidateCachedQuery');
}

/** How a column's text becomes a value. */
type Column = readonly [name: string, parse: (text: string) => unknown];

/** The columns of each statement that a connection has prepared, by the statement's name. */
export type PreparedStatements = Map<string, readonly Column[]>;

/** @param name empty: prepared anew each time, as behind a pooler */
interface GroupedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly resolve: (rows: Record<string, unknown>[]) => void;
  readonly reject: (reason: unknown) => void;
  readonly rows: Record<string, unknown>[];
  columns: readonly Column[] | undefined;
  /** Why its rows cannot be given out, though the server has carried it out. */
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
 * Statements that the server answers in one piece. The driver ends each statement of its own with a Sync, at which the
 * server calls the system to send, sets its timers anew and wakes this process; here one Sync stands behind all. What a
 * prepared statement's columns are is asked once for each connection and not each time.
 *
 * None is answered before the Sync: outside a transaction the server commits there. When one fails, the server passes by
 * those behind it and has undone those before it, so that all are rejected.
 */
export class StatementGroup extends pg.Query {
  private readonly statements: GroupedStatement[] = [];
  private answered = 0;

  constructor(private readonly prepared: PreparedStatements) {
    // The driver puts its time limit around the callback.
    super('', () => undefined);
  }

  get isEmpty(): boolean {
    return this.statements.length === 0;
  }

  add(name: string, text: string, values: readonly unknown[]): Promise<Record<string, unknown>[]> {
    // Before anything is sent: a value that cannot be encoded fails its own statement alone.
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
      // Whether one that failed had been prepared is not known; to close one that is not there is no error.
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

  /** In place of the other, where a statement's text is empty. */
  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  /** No limit of rows was asked for. */
  handlePortalSuspended(): void {
    this.current.failure = new Error('PostgreSQL has kept back rows of a statement');
    this.answered++;
  }

  /** The server waits for rows, and has passed over the Sync. */
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

  /** Also when the connection is lost or falls silent. */
  handleError(cause: Error): void {
    const failed = this.statements[this.answered];
    if (failed !== undefined) this.prepared.delete(failed.name);
    if (isStalePlan(cause)) this.prepared.clear();
    const undone = new pg.DatabaseError('another statement of its group has failed', 0, 'error');
    undone.code = IN_FAILED_TRANSACTION;
    // Behind the last one it was the commit that failed, and nobody knows whose fault it is.
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
