import pg from 'pg';
import { QueryFailedError } from 'typeorm';

/**
 * SQLSTATE of a PostgreSQL error (https://www.postgresql.org/docs/current/errcodes-appendix.html), even if TypeORM has
 * wrapped it; null for any other error.
 */
export function sqlStateOf(error: unknown): string | null {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof pg.DatabaseError && cause.code !== undefined ? cause.code : null;
}
