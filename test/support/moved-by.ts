/**
 * SQL: the time of a column, moved by this interval (`-1 hour`). It is computed in UTC, because on distributed books a
 * column cannot be set to an expression that depends on the session's time zone.
 */
export function movedBy(column: string, interval: string): string {
  return `(${column} AT TIME ZONE 'UTC' + interval '${interval}') AT TIME ZONE 'UTC'`;
}
