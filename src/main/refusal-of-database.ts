import { isTlsRefusal, isUnreachable, sqlStateOf } from '../platform/database/database.public.js';

/**
 * Explains an error that a person can fix: TLS that cannot be established, an unreachable server (class 08 and the
 * like), a wrong password or role (28), a missing database (3D), a missing privilege (42501). Null for any other error.
 */
export function refusalOfDatabase(error: unknown): string | null {
  if (!isUnreachable(error) && !isTlsRefusal(error) && !/^(28|3D|42501)/.test(sqlStateOf(error) ?? '')) return null;
  return `PostgreSQL: ${whatOf(error)}. Check that it runs, and DATABASE_URL, MIGRATION_DATABASE_URL and ADMIN_DATABASE_URL.`;
}

/** For a host with several addresses, Node.js gives an empty message and one error for each address. */
function whatOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(whatOf).join(', ');
  return (error as Error).message;
}
