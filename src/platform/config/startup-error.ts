/** The service cannot start, and the person at the terminal can correct that. `message` is one line that says how. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
