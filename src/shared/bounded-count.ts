/** How many there are, as far as they were looked at: where that was not all, there are at least so many. */
export interface BoundedCount {
  readonly count: number;
  readonly isExact: boolean;
}
