import pg from 'pg';
import { QueryFailedError } from 'typeorm';

/**
 * SQLSTATE of a PostgreSQL error (https://www.postgresql.org/docs/current/errcodes-appendix.html), of one that TypeORM has
 * wrapped too, or null for another.
 */
export function sqlStateOf(error: unknown): string | null {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof pg.DatabaseError && cause.code !== undefined ? cause.code : null;
}
