/**
 * The `code` of a system error (`EACCES`), or null for any other error. Judged by its shape: in a separate JavaScript
 * context, as under Jest, Node's own errors are not `instanceof Error`.
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
