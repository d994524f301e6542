import pg from 'pg';

/**
 * The user as whom the driver logs in with this address: it accepts more than `URL` does, such as a bare `%` or
 * `?user=`.
 * @throws URIError
 */
export function userOf(url: string): string | undefined {
  return new pg.Client({ connectionString: url }).user;
}
