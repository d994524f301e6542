/**
 * When a decision is made, by three measures of time: a clock that has run ahead and was set back must neither reorder
 * what is written, nor put off what is due, nor let anything be forgotten.
 */
export interface Moment {
  /** Never before what the book has already written: ids, `created_at`, `updated_at`, and the timeline's `at`. */
  readonly orderTime: Date;
  /** The database server's clock as it is: leases, due dates, next steps. */
  readonly clockTime: Date;
  /** How long workers have lived in all, by monotonic time: no clock that is set changes it. Milliseconds. */
  readonly liveMs: number;
}
