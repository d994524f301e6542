import pg from 'pg';

/** "current transaction is aborted": the error of every statement behind the one that failed. Never the cause. */
export const IN_FAILED_TRANSACTION = '25P02';

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
}

/** What the driver's types leave out. */
interface DriverConnection {
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
 * When one fails, the server passes by the others up to the Sync, as it would in the transaction that has failed.
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
      this.statements.push({ name, text, values: encoded, resolve, reject, rows: [], columns: undefined });
    });
  }

  override submit = (to: pg.Connection): void => {
    const connection = to as unknown as DriverConnection;
    for (const statement of this.statements) this.send(statement, connection);
    connection.sync();
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
    const { columns, rows, reject } = this.current;
    try {
      const row: Record<string, unknown> = {};
      columns!.forEach(([name, parse], i) => (row[name] = fields[i] === null ? null : parse(fields[i]!)));
      rows.push(row);
    } catch (error) {
      reject(error);
    }
  }

  handleCommandComplete(): void {
    const { name, columns = [], resolve, rows } = this.current;
    if (name !== '') this.prepared.set(name, columns);
    this.answered++;
    resolve(rows);
  }

  handleReadyForQuery(): void {
    this.callbackOfDriver();
  }

  /** Also when the connection is lost or falls silent. */
  handleError(cause: Error): void {
    const [failed, ...passedBy] = this.statements.slice(this.answered);
    if (failed !== undefined) {
      this.prepared.delete(failed.name);
      failed.reject(cause);
    }
    const behind = new pg.DatabaseError('a statement before it has failed', 0, 'error');
    behind.code = IN_FAILED_TRANSACTION;
    for (const { reject } of passedBy) reject(behind);
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
