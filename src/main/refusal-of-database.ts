import { isTlsRefusal, isUnreachable, sqlStateOf } from '../platform/database/database.public.js';

/**
 * TLS that cannot be established, unreachable (class 08 and the like), wrong password or role (28), no such database
 * (3D), no right to do it (42501). Null: it is something else.
 */
export function refusalOfDatabase(error: unknown): string | null {
  if (!isUnreachable(error) && !isTlsRefusal(error) && !/^(28|3D|42501)/.test(sqlStateOf(error) ?? '')) return null;
  return `PostgreSQL: ${whatOf(error)}. Check that it runs, and DATABASE_URL, MIGRATION_DATABASE_URL and ADMIN_DATABASE_URL.`;
}

/** Of a host with several addresses Node.js says nothing itself, but has an error for each of them. */
function whatOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(whatOf).join(', ');
  return (error as Error).message;
}
