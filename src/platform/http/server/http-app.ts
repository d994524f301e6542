import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Abstract, DynamicModule, LoggerService, Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import { jsonOf } from '../../../shared/json.js';
import { Overloaded } from '../../group-commit/overloaded.js';
import { Metrics } from '../../metrics/metrics.js';
import { API_PREFIX } from '../documentation/api-prefix.js';
import { authentication, type KeyHolders } from '../access/authentication.js';
import { EarlierReplies } from '../endpoints/earlier-replies.js';
import { Health } from './health.js';
import type { HttpSettings } from '../http.settings.js';
import { parseJsonBody } from '../requests/json-body.js';
import { markDeclaredQueries, refuseBrokenQuery, refuseUnknownQuery } from '../requests/known-query.js';
import { KnownRoutes, pathOf } from './known-routes.js';
import { answerInPlaceOfNode, answerMalformedHttp, MAX_URL_LENGTH } from './malformed-http.js';
import { type ConnectionLimits, Connections } from '../overload/connections.js';
import { serveDocs } from '../documentation/docs.js';
import { Authenticator } from '../access/principal.js';
import { refusalOfHeaders } from '../requests/plain-headers.js';
import { ProblemFilter, protocolErrorOf } from './problem-filter.js';
import { ProtocolError } from '../problems/refusals.js';
import { RequestLimits } from '../access/request-limits.js';
import { RequestPipe } from '../requests/request-pipe.js';
import { watchRequests } from '../requests/request-watch.js';
import { sendProblem } from '../problems/send-problem.js';
import { Shedding } from '../overload/shedding.js';
import { WrongKeys } from '../access/wrong-keys.js';

/** No request of the API comes near it; a larger one is a mistake or an attack. */
const BODY_LIMIT_BYTES = 100_000;

/** Node's own limit for request line and headers, set explicitly because the answer (431) names it. */
const MAX_HEADER_BYTES = 16_384;

/** How soon a request must have arrived as a whole; otherwise slow senders could hold every connection. */
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUTS_CHECKED_EVERY_MS = 5_000;

/**
 * A connection on which nothing has moved for so many request timeouts is closed; otherwise a client that does not read
 * its answers could hold it for good. No answer takes a minute: lists are given up after five seconds, gateways after
 * ten.
 */
const STUCK_AFTER_TIMEOUTS = 2;

/** Paths that are not part of the API and have no prefix. */
const OUTSIDE_THE_API = ['health', 'health/live', 'health/ready', 'problems', 'problems/:code', 'metrics'];

const NO_LIMITS: ConnectionLimits = { trustProxy: false, maxConnections: Infinity, maxConnectionsPerAddress: Infinity };

interface HttpAppOptions {
  readonly logger?: LoggerService | false;
  /** Wires the controllers and starts nothing, for the OpenAPI document: no database, no queue, no key. */
  readonly preview?: boolean;
  /** False: without `/docs`, where there is no API to document. */
  readonly docs?: boolean;
  /** Whose `X-Forwarded-For` is trusted, and how many connections there may be. Left out: nobody's, any number. */
  readonly limits?: ConnectionLimits;
  /** Each request to the API is a step of a trace. */
  readonly traced?: boolean;
  /** How soon a request must have arrived as a whole; left out: within 30 seconds. */
  readonly requestTimeoutMs?: number;
}

/**
 * The service's HTTP side, ready to listen. `module` must provide {@link HttpModule} and an {@link Authenticator};
 * without one it does not start.
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions = {},
): Promise<NestFastifyApplication> {
  const nextRequestId = requestIds();
  const { trustProxy } = options.limits ?? NO_LIMITS;
  const adapter = fastifyAdapter(trustProxy, nextRequestId, options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    abortOnError: false,
    preview: options.preview ?? false,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  app.setGlobalPrefix(API_PREFIX, { exclude: OUTSIDE_THE_API });
  app.useGlobalPipes(new RequestPipe());
  const fastify: FastifyInstance = adapter.getInstance();
  answerInPlaceOfNode(fastify.server, nextRequestId);
  readJsonOnly(fastify);
  fastify.setReplySerializer(jsonOf);
  if (options.preview !== true) takeRequests(app, fastify, options, nextRequestId);
  if (options.docs !== false) serveDocs(app, fastify);
  return app;
}

/**
 * Puts everything around the controllers that needs the providers of the modules, which a preview lacks. Each step adds
 * hooks, which Fastify runs in the order of these steps.
 */
function takeRequests(
  app: NestFastifyApplication,
  fastify: FastifyInstance,
  options: HttpAppOptions,
  nextRequestId: () => string,
): void {
  const provided = <T>(provider: Type<T> | Abstract<T>): T => app.get<T>(provider, { strict: false });
  const health = provided(Health);
  const shedding = provided(Shedding);
  const routes = new KnownRoutes();
  app.useGlobalFilters(new ProblemFilter(routes, provided(EarlierReplies)));
  const watched = watchRequests(fastify, provided(Metrics), { traced: options.traced === true });
  const connections = new Connections(fastify.server, options.limits ?? NO_LIMITS);
  refuseSurplus(fastify, connections);
  const keyHolders = authentication(provided(Authenticator), provided(WrongKeys), provided(RequestLimits));
  markDeclaredQueries(app.get(ModulesContainer));
  guardRoutes(fastify, keyHolders, routes, shedding);
  shedding.putBefore(fastify.server, {
    idOf: (request) => requestIdOf(request, nextRequestId),
    refused: watched,
    endsWithAnswer: ({ socket }) => health.isStopping || connections.isSurplus(socket),
  });
  closeWithoutWaiting(fastify, connections, health);
}

function fastifyAdapter(
  trustProxy: HttpSettings['trustProxy'],
  nextRequestId: () => string,
  requestTimeout: number,
): FastifyAdapter {
  const options: FastifyHttpOptions<RawServerDefault> & { skipMiddie: boolean } = {
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    requestTimeout,
    connectionTimeout: STUCK_AFTER_TIMEOUTS * requestTimeout,
    // Requests that still arrive on open connections during the shutdown are served, with the notice that the
    // connection closes.
    return503OnClosing: false,
    // Nest's middleware layer copies each request; nothing here uses it.
    skipMiddie: true,
    schemaController: { compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema } },
    genReqId: (raw: IncomingMessage) => requestIdOf(raw, nextRequestId),
    // An id of any length is looked up and answered 404; only the length of the URL is limited.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_URL_LENGTH },
    // Node answers a missing Host with an empty 400; it is checked in `receive` instead.
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
      // Fastify sets only the first. Node applies the longer of the two to the whole request, and its default for the
      // head is a minute.
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(TIMEOUTS_CHECKED_EVERY_MS, requestTimeout),
    },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, protocolErrorOf(error) ?? error, request.id),
    clientErrorHandler: (error: Error, socket: Socket) => answerMalformedHttp(nextRequestId(), error, socket),
  };
  return new PunctualAdapter(options);
}

/**
 * Replaces Fastify's compilers of JSON schemas, which are a hundred modules: the pipe validates requests, and answers
 * are written by {@link jsonOf}.
 */
function refuseSchema(): never {
  throw new Error('a route has a schema: its request belongs into a DTO class');
}

/**
 * Closes the server before anything else. Nest would destroy the modules first and close the server last, so that
 * requests in flight would find the database closed.
 */
class PunctualAdapter extends FastifyAdapter {
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- Nest awaits it, despite its type
  override async beforeClose(): Promise<void> {
    super.beforeClose();
    await this.close();
  }
}

/** Ids that are unique across processes by their random part, and cheap: each takes one step of a counter. */
function requestIds(): () => string {
  const ofProcess = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${ofProcess}-${(count++).toString(36)}`;
}

/** The caller's `X-Request-Id`, if it can be used in a log line and a header as it is. */
function requestIdOf({ headers }: IncomingMessage, next: () => string): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : next();
}

function readJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (request.routeOptions.config.rawBody === true) return done(null, bytes);
    try {
      done(null, parseJsonBody(request, bytes));
    } catch (refusal) {
      done(refusal as Error);
    }
  });
}

function refuseSurplus(fastify: FastifyInstance, connections: Connections): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!connections.isSurplus(request.raw.socket)) return done();
    const refusal = new Overloaded('There are too many connections. Close some, or try again in a second.');
    sendProblem(reply, refusal, request.id, { connection: 'close' });
  });
}

/** Registers what happens to each request before its route, and who may use which route. */
function guardRoutes(fastify: FastifyInstance, keyHolders: KeyHolders, routes: KnownRoutes, shedding: Shedding): void {
  fastify.decorateRequest('principal', null);
  fastify.addHook('onRoute', (route) => {
    routes.add(route.url, route.method);
    const access = route.config?.access ?? 'any';
    if (!isApiPath(route.url)) return;
    // A gateway may append any query to the address that it was given.
    if (access === 'public' && route.method === 'POST') return;
    const hooks = [route.onRequest ?? []].flat();
    const query = refuseUnknownQuery(route.config?.query);
    const guards = access === 'public' ? [] : [...shedding.hooksFor(route), keyHolders(access)];
    const ours = [...guards, refuseBrokenQuery, ...(query === null ? [] : [query])];
    // A HEAD route inherits the hooks of its GET.
    route.onRequest = [...hooks, ...ours.filter((hook) => !hooks.includes(hook))];
  });
  const anyKeyHolder = keyHolders('any');
  fastify.addHook('onRequest', function receive(request, reply, done) {
    const { url = '/', headers, httpVersionMinor } = request.raw;
    const refusal = refusalOfHeaders(request.raw);
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'no-store');
    if (url.length > MAX_URL_LENGTH)
      done(new ProtocolError('uri_too_long', `The URL has more than ${MAX_URL_LENGTH} characters.`));
    else if (refusal !== null) done(refusal);
    // RFC 9112 §3.2.
    else if (headers.host === undefined && httpVersionMinor === 1)
      done(new ProtocolError('malformed_request', 'The Host header is missing.'));
    // Without a key nobody learns which paths exist.
    else if (request.is404 && isApiPath(pathOf(url) ?? '/')) anyKeyHolder.call(this, request, reply, done);
    else done();
  });
}

function isApiPath(path: string): boolean {
  return path === `/${API_PREFIX}` || path.startsWith(`/${API_PREFIX}/`);
}

/**
 * Lets the server close as soon as the last request is answered. Node closes the connections that are idle at that
 * moment, but would wait for two other kinds: up to a minute for those on which nothing was ever sent (browsers open
 * them in advance), and for those whose request is answered later, which would then stay open for another request.
 */
function closeWithoutWaiting(fastify: FastifyInstance, connections: Connections, health: Health): void {
  let stopping = false;
  fastify.addHook('preClose', async () => {
    stopping = true;
    health.markStopping();
    await connections.stop();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done();
  });
}
