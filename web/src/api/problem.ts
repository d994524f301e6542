import type { Problem } from './generated/types.gen.ts';

export type ProblemCode = Problem['code'];

/** A refusal from the service: a problem document (RFC 9457). `detail` is for people, `code` for programs. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    readonly detail: string,
    readonly requestId: string,
    /** Which fields are wrong and why: `#/amount_paise`, `#/query/from`. */
    readonly errors: readonly FieldError[] = [],
    /** How long the service asks to wait before the next try (`Retry-After`). */
    readonly retryAfterMs = 0,
  ) {
    super(`${code}: ${detail}`);
  }
}

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** No answer, or one that did not come from the service: the request may or may not have been carried out. */
export class ConnectionLost extends Error {}

/** The error that an operation throws for a response that is not a success. */
export function errorOf(body: unknown, response: Response | undefined): Error {
  if (body instanceof DOMException && body.name === 'AbortError') return body;
  if (response === undefined || !isProblem(body))
    return new ConnectionLost('no answer of the service', { cause: body });
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : 0;
  return new ProblemError(response.status, body.code, body.detail, body.request_id, body.errors ?? [], retryAfterMs);
}

function isProblem(body: unknown): body is Problem & { errors?: FieldError[] } {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'request_id' in body;
}
