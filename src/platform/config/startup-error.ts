/** The service cannot start, and the person at the terminal can mend it. `message` is one line that says how. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
