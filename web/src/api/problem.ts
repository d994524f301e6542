import type { Problem } from './generated/types.gen.ts';

export type ProblemCode = Problem['code'];

/** A refusal of the service: a problem document (RFC 9457). `detail` is for people, `code` for programs. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    readonly detail: string,
    readonly requestId: string,
    /** What is wrong with which field: `#/amount_paise`, `#/query/from`. */
    readonly errors: readonly FieldError[] = [],
    /** The service asks to wait for so long (`Retry-After`) before the next try. */
    readonly retryAfterMs = 0,
  ) {
    super(`${code}: ${detail}`);
  }
}

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** There was no answer, or none of the service: what was asked for may have been done, or not. */
export class ConnectionLost extends Error {}

/** What an operation throws, from what came instead of an answer. */
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
