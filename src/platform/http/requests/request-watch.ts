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
    /** The request as the first step of a trace of ours; null where no traces are collected. */
    span: Span | null;
  }
}

/** For what the request sets going, so that its logs and spans lead back here. */
export function originOf({ id, span }: FastifyRequest): Origin {
  return span === null ? { request_id: id } : { request_id: id, traceparent: traceparentOf(span) };
}

/**
 * Measures and logs each request when its answer is sent. By the pattern of its route: paths hold ids, and are
 * without number.
 * @returns counts one that was refused with 503 before the framework has seen it
 */
export function watchRequests(
  fastify: FastifyInstance,
  metrics: Metrics,
  { traced }: { traced: boolean },
): (request: IncomingMessage) => void {
  const logger = new Logger('request');
  const seconds = metrics.histogram({
    name: 'bahi_http_request_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
  });
  fastify.decorateRequest('span', null);
  if (traced) fastify.addHook('onRequest', beginSpan);
  fastify.addHook('onResponse', function report(request, reply, done) {
    const { method, id: request_id, ip: client } = request;
    const { statusCode: status, elapsedTime } = reply;
    const route = routeOf(request);
    // A stream goes on until somebody ends it: how long says nothing.
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

/** Requests to the API only: health and metrics are asked for all day long. */
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
