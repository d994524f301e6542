/**
 * The `code` of a system error (`EACCES`), or null for any other error. Judged by its shape: Node's own errors are no
 * `instanceof Error` for code that runs in a context of its own, as under Jest.
 */
export function systemCodeOf(error: unknown): string | null {
  return hasText(error, 'code') ? error.code : null;
}

/** An error's message, without its stack. */
export function messageOf(error: unknown): string {
  return hasText(error, 'message') ? error.message : String(error);
}

function hasText<Name extends string>(error: unknown, name: Name): error is Record<Name, string> {
  return typeof error === 'object' && error !== null && typeof (error as Record<Name, unknown>)[name] === 'string';
}
