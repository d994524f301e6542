/**
 * The service cannot start, for a reason that the person at the terminal can correct. `message` is one line that says
 * how.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
