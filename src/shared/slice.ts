/**
 * Which rows of a list to read, by id: `take` rows from `offset`, the newest ones before an id, or the oldest ones
 * after an id. For a list that runs from oldest to newest the directions are reversed: above `after` ascending, below
 * `before` descending.
 */
export interface Slice {
  readonly take: number;
  readonly order: 'ASC' | 'DESC';
  readonly offset: number;
  /** Ids below this one, descending. */
  readonly after: string | null;
  /** Ids above this one, ascending. */
  readonly before: string | null;
  /** The merchant, or the operator's key. Each of them may read only a few lists at the same time. */
  readonly askedBy: string;
}
