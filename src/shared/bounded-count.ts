/** The count of a list that is counted only up to a bound. If `isExact` is false, there are at least this many. */
export interface BoundedCount {
  readonly count: number;
  readonly isExact: boolean;
}
