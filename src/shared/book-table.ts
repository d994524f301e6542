/**
 * The name of one kind of row of the write path, and the type of its rows in memory.
 * Use cases refer to rows through it; the module's infrastructure registers how the rows are read and written.
 */
export class BookTable<Row> {
  /** Only there so that tables of different rows are different types. */
  declare private readonly rowType: Row;

  constructor(readonly name: string) {}

  /** Names a row that a decision must be able to read. */
  row(key: string): Read {
    return { table: this, key };
  }
}

export interface Read {
  readonly table: BookTable<unknown>;
  readonly key: string;
}
