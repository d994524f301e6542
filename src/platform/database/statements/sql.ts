/** Plain SQL on one connection, or on any free one of a pool. */
export interface Sql {
  /**
   * Runs one statement. Each distinct text is prepared once per connection, so that the same statement must always
   * have the same text: values go through `$1`, lists through arrays, never into the text.
   */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}
