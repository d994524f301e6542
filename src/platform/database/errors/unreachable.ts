/**
 * The server's answers when it is down or going down: class 08, "too many connections", "shutting down", "starting up";
 * and when a statement took too long (57014), which makes no difference to the caller. The driver's own errors have no
 * SQLSTATE, and no common class.
 */
const UNREACHABLE_STATES = /^(08...|53300|57014|57P0[123])$/;
const UNREACHABLE_MESSAGES =
  /^Connection terminated|^Query read timeout|timeout exceeded when trying to connect|connection error and is not queryable/;
const UNREACHABLE_ERRNOS =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/**
 * Whether PostgreSQL could not be reached, or the connection broke in the middle. The statement may have been carried
 * out.
 */
export function isUnreachable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  // By shape: TypeORM wraps the driver's error, and Node's own errors come from another realm under some test runners.
  const { code, message } = ('driverError' in error ? error.driverError : error) as {
    code?: unknown;
    message?: unknown;
  };
  const known = typeof code === 'string' && (UNREACHABLE_STATES.test(code) || UNREACHABLE_ERRNOS.test(code));
  return known || (typeof message === 'string' && UNREACHABLE_MESSAGES.test(message));
}
