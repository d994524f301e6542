import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrokenInvariant } from '../../../shared/assert.js';
import { DomainError } from '../../../shared/domain-error.js';
import { DoubtfulCommit } from '../../database/connections/commit-warnings.js';
import { isUnreachable } from '../../database/errors/unreachable.js';
import { Overloaded } from '../../group-commit/overloaded.js';
import { EarlierReplies } from '../endpoints/earlier-replies.js';
import { KnownRoutes, pathOf } from './known-routes.js';
import { isRefusal } from '../problems/problems.js';
import { Forbidden, NotFound, ProtocolError } from '../problems/refusals.js';
import { sendProblem } from '../problems/send-problem.js';

/** Turns whatever was thrown into a problem document. The only place where errors meet HTTP. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(
    private readonly routes: KnownRoutes,
    private readonly earlier: EarlierReplies,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = this.translate(exception, request);
    if (!this.earlier.concern(error, request)) return this.answer(error, request, reply);
    // If the database does not answer, nobody can say that the request has done nothing: that failure is sent instead.
    const judged = this.earlier.judge(error, request).catch((failure: unknown) => this.translate(failure, request));
    void judged.then((refusal) => this.answer(refusal, request, reply));
  }

  private answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    this.log(error, request);
    // The answer has begun: it can only be cut off, so that the caller does not take half of it for the whole.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    // Fastify closes the connection on a body that it did not read to its end, and the reset that follows can overtake
    // the answer. Node reads the rest and drops it, for as long as a request may take.
    reply.removeHeader('connection');
    sendProblem(reply, error, request.id);
  }

  /** Turns errors of Nest and Fastify into our own refusals; their messages are not shown. */
  private translate(exception: unknown, request: FastifyRequest): unknown {
    if (exception instanceof DomainError || exception instanceof BrokenInvariant) return exception;
    if (request.is404 && statusOf(exception) === 404) return this.missing(request);
    const original = exception instanceof HttpException ? (exception.cause ?? exception) : exception;
    // Ordinary reads may also find the database unreachable; for writes, the write path has already reported it.
    if (original instanceof DoubtfulCommit)
      return new Overloaded('It is not certain whether this was saved. Check before you repeat the request.');
    if (isUnreachable(original)) return new Overloaded('The database does not answer. Try again in a second.');
    return protocolErrorOf(original) ?? exception;
  }

  private missing(request: FastifyRequest): DomainError {
    const path = pathOf(request.raw.url ?? '/');
    const methods = path === null ? [] : this.routes.methodsOf(path);
    if (methods.length === 0) return new NotFound('There is no such path.');
    const detail = `This path allows ${methods.join(', ')}.`;
    return new ProtocolError('method_not_allowed', detail, { allowed_methods: methods });
  }

  private log(error: unknown, request: FastifyRequest): void {
    if (isRefusal(error)) return;
    const stack = error instanceof Error ? error.stack : String(error);
    const alarm = error instanceof BrokenInvariant || error instanceof DomainError;
    const event = alarm ? 'ALARM: broken invariant' : 'request failed';
    // Without the query, which may contain what should not be in a log.
    this.logger.error(
      `${event}: ${request.method} ${request.raw.url?.split('?', 1)[0]} request_id=${request.id}`,
      stack,
    );
  }
}

/** What Fastify and Node refuse before a handler runs, by their error codes. */
export function protocolErrorOf(error: unknown): DomainError | null {
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ProtocolError('payload_too_large', 'The body has more than 100 kB.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return new ProtocolError('unsupported_media_type', 'Send the body as application/json.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProtocolError('uri_too_long', 'A part of the path is too long.');
    case 'FST_ERR_BAD_URL':
      return new ProtocolError('malformed_request', 'The URL cannot be decoded.');
    case 'HPE_HEADER_OVERFLOW':
      return new ProtocolError('headers_too_large', 'Request line and headers have more than 16 kB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProtocolError('request_timeout', 'The request was not complete in time.');
  }
  const status = statusOf(error);
  if (status === 403) return new Forbidden('This is not allowed.');
  if (status === 404) return new NotFound();
  // The remaining ones are about the framing of the body: a wrong Content-Length, a connection that ended early.
  if (status !== null && status >= 400 && status < 500)
    return new ProtocolError('malformed_request', 'The request is malformed.');
  return null;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null | undefined)?.code;
}

function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null | undefined)?.statusCode;
  return typeof status === 'number' ? status : null;
}
