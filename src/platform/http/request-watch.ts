import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/metrics.js';

/** Measures each request when its answer is sent. By the pattern of its route: paths hold ids, and are without number. */
export function watchRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const seconds = metrics.histogram({
    name: 'bahi_http_request_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
  });
  fastify.addHook('onResponse', function measure(request, reply, done) {
    const { method, routeOptions, is404 } = request;
    const route = is404 || routeOptions.url === undefined ? 'none' : routeOptions.url;
    seconds.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
}
