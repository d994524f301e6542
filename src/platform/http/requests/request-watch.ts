import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../../../shared/origin.js';
import type { Metrics } from '../../metrics/metrics.js';
import { startSpan, traceparentOf } from '../../tracing/spans.js';
import { API_PREFIX } from '../documentation/api-prefix.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request as the first step of one of our traces; null if no traces are collected. */
    span: Span | null;
  }
}

/** The origin of the work that the request starts, so that the logs and spans of the work lead back to the request. */
export function originOf({ id, span }: FastifyRequest): Origin {
  return span === null ? { request_id: id } : { request_id: id, traceparent: traceparentOf(span) };
}

/**
 * Measures and logs each request when its answer is sent, under the pattern of its route: paths contain ids, and there
 * is no end of them.
 * @returns a function that counts a request which was refused with 503 before the framework saw it
 */
export function watchRequests(
  fastify: FastifyInstance,
  metrics: Metrics,
  { traced }: { traced: boolean },
): (request: IncomingMessage) => void {
  const logger = new Logger('request');
  const seconds = metrics.histogram({
    name: 'bahi_http_request_seconds',
    help: 'Time from the arrival of a request to the end of its answer, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
  });
  fastify.decorateRequest('span', null);
  if (traced) fastify.addHook('onRequest', beginSpan);
  fastify.addHook('onResponse', function report(request, reply, done) {
    const { method, id: request_id, ip: client } = request;
    const { statusCode: status, elapsedTime } = reply;
    const route = routeOf(request);
    // A stream goes on until somebody ends it: its duration means nothing.
    if (!isStream(reply)) seconds.observe({ method, route, status }, elapsedTime / 1_000);
    logger.debug({ msg: `${method} ${route}`, status, duration_ms: Math.round(elapsedTime), request_id, client });
    if (request.span !== null) endSpan(request.span, status);
    done();
  });
  return ({ method, url }) => seconds.observe({ method: method!, route: url!, status: 503 }, 0);
}

const isStream = (reply: FastifyReply): boolean =>
  String(reply.getHeader('content-type')).startsWith('text/event-stream');

function routeOf({ is404, routeOptions: { url } }: FastifyRequest): string {
  return is404 || url === undefined ? 'none' : url;
}

/** Traces only requests to the API: health and metrics are asked for all day long. */
function beginSpan(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  const { method, headers } = request;
  const route = routeOf(request);
  if (route.startsWith(`/${API_PREFIX}/`)) {
    const attributes = { 'http.request.method': method, 'http.route': route, 'bahi.request_id': request.id };
    request.span = startSpan(`${method} ${route}`, SpanKind.SERVER, attributes, headers['traceparent']);
  }
  done();
}

function endSpan(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
