/**
 * What is said when the server is away or going: class 08, "too many connections", "shutting down", "starting up"; and
 * when it took too long over a statement (57014), which is no different for whoever waits for it.
 * The driver's own errors have no SQLSTATE, and no common class.
 */
const AWAY_STATES = /^(08...|53300|57014|57P0[123])$/;
const AWAY_MESSAGES =
  /^Connection terminated|^Query read timeout|timeout exceeded when trying to connect|connection error and is not queryable/;
const AWAY_ERRNOS = /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** Whether PostgreSQL could not be reached, or went away in the middle. What was asked of it may have been done. */
export function isUnreachable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  // By shape: TypeORM wraps the driver's error, and Node's own errors come from another realm under some test runners.
  const { code, message } = ('driverError' in error ? error.driverError : error) as {
    code?: unknown;
    message?: unknown;
  };
  const known = typeof code === 'string' && (AWAY_STATES.test(code) || AWAY_ERRNOS.test(code));
  return known || (typeof message === 'string' && AWAY_MESSAGES.test(message));
}
