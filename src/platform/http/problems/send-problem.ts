import type { FastifyReply } from 'fastify';
import { DomainError } from '../../../shared/domain-error.js';
import { problemOf } from './problems.js';
import { RateLimited } from './refusals.js';

/** Sends the problem document of an error, with the headers that its code asks for. */
export function sendProblem(
  reply: FastifyReply,
  error: unknown,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { status, contentType, body } = problemOf(error, requestId);
  reply.header('x-request-id', requestId);
  reply.headers({ ...headersOf(status, error), ...headers });
  // As bytes: Fastify adds a charset to the type of a text, and problem+json has none (RFC 8259 §11).
  reply.status(status).type(contentType).send(Buffer.from(body));
}

function headersOf(status: number, error: unknown): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Api-Key realm="bahi", Bearer realm="bahi"' };
  if (status === 405 && error instanceof DomainError)
    return { allow: (error.extensions['allowed_methods'] as readonly string[]).join(', ') };
  if (error instanceof RateLimited) return { 'retry-after': String(error.retryAfterSeconds) };
  // One second: batches and pages take milliseconds, so what kept this request waiting is over by then, or needs a
  // person.
  if (status === 503 || status === 429) return { 'retry-after': '1' };
  return {};
}
