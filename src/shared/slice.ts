/**
 * Which rows of a list to read, by id: `take` rows from `offset`, or from the newest before / the oldest after an id. Of a
 * list that runs from the oldest to the newest it is the other way round: above `after` ascending, below `before`
 * descending.
 */
export interface Slice {
  readonly take: number;
  readonly order: 'ASC' | 'DESC';
  readonly offset: number;
  /** Ids below this one, descending. */
  readonly after: string | null;
  /** Ids above this one, ascending. */
  readonly before: string | null;
  /** The merchant, or the operator's key: of each of them a few lists at a time are read. */
  readonly askedBy: string;
}
