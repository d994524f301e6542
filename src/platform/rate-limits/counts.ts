import type { Database } from '../database/connections/database.js';

/** How much of a quota all processes together have used within a second. */
export abstract class SharedCounts {
  /**
   * Adds to the count of a subject; a count starts again one second after its first addition.
   * @returns the current count, and how long it still lasts
   * @throws when it cannot be reached
   */
  abstract add(subject: string, points: number): Promise<{ readonly total: number; readonly resetMs: number }>;

  close(): void {}
}

/**
 * Whether the count is still within its second, and was not dated by a clock that was ahead. Evaluated when the row is
 * locked, because `excluded` is from before the wait for the lock.
 */
const COUNTS = `c.ends_at BETWEEN clock_timestamp() AND clock_timestamp() + interval '1 second'`;

/** Dated by the database: the library's own table is dated by the clocks of the processes, which differ. */
const ADD = `
  INSERT INTO rate_limit_counts AS c (subject, points, ends_at)
  VALUES ($1, $2, clock_timestamp() + interval '1 second')
  ON CONFLICT (subject) DO UPDATE SET
    points = CASE WHEN ${COUNTS} THEN c.points ELSE 0 END + excluded.points,
    ends_at = CASE WHEN ${COUNTS} THEN c.ends_at ELSE clock_timestamp() + interval '1 second' END
  RETURNING points AS total, extract(epoch FROM ends_at - clock_timestamp())::float8 * 1000 AS reset_ms`;

/**
 * Counts in the database, for installations without Redis: one row for each key and each merchant, two if they read
 * too.
 */
export class DatabaseCounts extends SharedCounts {
  constructor(private readonly database: Pick<Database, 'query'>) {
    super();
  }

  override async add(subject: string, points: number) {
    const [row] = await this.database.query<{ total: number; reset_ms: number }>(ADD, [subject, points]);
    return { total: row!.total, resetMs: row!.reset_ms };
  }
}
