/** Which rows of a list to read, by id: `take` from `offset`, or from the newest before / the oldest after an id. */
export interface Slice {
  readonly take: number;
  readonly order: 'ASC' | 'DESC';
  readonly offset: number;
  /** Ids below this one, descending. */
  readonly after: string | null;
  /** Ids above this one, ascending. */
  readonly before: string | null;
}
