/**
 * SQL: the time of a column, moved by that interval (`-1 hour`). Reckoned in UTC, as what depends on the session's time zone
 * cannot be set from a column where books are distributed.
 */
export function movedBy(column: string, interval: string): string {
  return `(${column} AT TIME ZONE 'UTC' + interval '${interval}') AT TIME ZONE 'UTC'`;
}
