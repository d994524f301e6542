import type { Database } from '../database/connections/database.js';

/** What all processes have taken of a quota within a second. */
export abstract class SharedCounts {
  /**
   * Adds to the count of a subject, which begins anew a second after its first addition.
   * @returns the count since then, and how long it still lasts
   * @throws when it cannot be reached
   */
  abstract add(subject: string, points: number): Promise<{ readonly total: number; readonly resetMs: number }>;

  close(): void {}
}

/** A second, and not by a clock that was ahead. Asked when the row is held: `excluded` is from before it was waited for. */
const COUNTS = `c.ends_at BETWEEN clock_timestamp() AND clock_timestamp() + interval '1 second'`;

/** Dated by the database: the library's own table is dated by the clocks of the processes, which differ. */
const ADD = `
  INSERT INTO rate_limit_counts AS c (subject, points, ends_at)
  VALUES ($1, $2, clock_timestamp() + interval '1 second')
  ON CONFLICT (subject) DO UPDATE SET
    points = CASE WHEN ${COUNTS} THEN c.points ELSE 0 END + excluded.points,
    ends_at = CASE WHEN ${COUNTS} THEN c.ends_at ELSE clock_timestamp() + interval '1 second' END
  RETURNING points AS total, extract(epoch FROM ends_at - clock_timestamp())::float8 * 1000 AS reset_ms`;

/** In the database, where there is no Redis: a row for each key and each merchant, two with reads. */
export class DatabaseCounts extends SharedCounts {
  constructor(private readonly database: Pick<Database, 'query'>) {
    super();
  }

  override async add(subject: string, points: number) {
    const [row] = await this.database.query<{ total: number; reset_ms: number }>(ADD, [subject, points]);
    return { total: row!.total, resetMs: row!.reset_ms };
  }
}
