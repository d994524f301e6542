import pg from 'pg';

/**
 * As whom the driver logs in with this address: it reads more than `URL` does, such as a bare `%` or `?user=`.
 * @throws URIError
 */
export function userOf(url: string): string | undefined {
  return new pg.Client({ connectionString: url }).user;
}
