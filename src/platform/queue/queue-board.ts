import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';
import type { createBullBoard } from '@bull-board/api';
import type { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { Overloaded } from '../group-commit/overloaded.js';
import { principalOf } from '../http/access/authentication.js';
import type { Authenticator } from '../http/access/principal.js';
import { Forbidden, NotFound, Unauthenticated } from '../http/problems/refusals.js';
import { sendProblem } from '../http/problems/send-problem.js';
import type { WrongKeys } from '../http/access/wrong-keys.js';
import type { JobQueues } from './job-queues.js';
import { QUEUE_NAMES, type QueueName } from './queue-names.js';
import { orTimeout } from '../waiting/with-timeout.js';

const BASE = '/admin/queues';

const TIMEOUT_MS = 3_000;

const UI = dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json'));

/** Allows the board's own files and its requests to this service. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

type Board = Parameters<typeof createBullBoard>[0]['serverAdapter'];
type ApiRoutes = Parameters<Board['setApiRoutes']>[0];
type EntryRoute = Parameters<Board['setEntryRoute']>[0];
type Queues = Parameters<Board['setQueues']>[0];
type UiConfig = Parameters<Board['setUIConfig']>[0];

/** What bull-board hands to its server adapter; Fastify itself serves it below. */
class BoardSetup {
  queues: Queues = new Map();
  uiConfig: UiConfig = {};
  entry: EntryRoute | null = null;
  api: ApiRoutes = [];

  readonly adapter: Board = {
    setQueues: (queues) => this.take({ queues }),
    setUIConfig: (uiConfig) => this.take({ uiConfig }),
    setEntryRoute: (entry) => this.take({ entry }),
    setApiRoutes: (api) => this.take({ api }),
    setViewsPath: () => this.adapter,
    setStaticPath: () => this.adapter,
    setErrorHandler: () => this.adapter,
  };

  private take(given: Partial<Pick<BoardSetup, 'queues' | 'uiConfig' | 'entry' | 'api'>>): Board {
    Object.assign(this, given);
    return this.adapter;
  }
}

/**
 * The board of the queues (bull-board): read-only and for operators. The database decides what is due, so moving a job
 * by hand would mean nothing. The browser asks for a password, which is an operator's key. The package is loaded here,
 * because workers and the command line do not need it.
 */
export async function serveQueueBoard(
  fastify: FastifyInstance,
  queues: JobQueues,
  authenticator: Authenticator,
  wrongKeys: WrongKeys,
): Promise<void> {
  const { createBullBoard } = await import('@bull-board/api');
  const { BullMQAdapter: Adapter } = await import('@bull-board/api/bullMQAdapter');
  const setup = new BoardSetup();
  createBullBoard({
    queues: QUEUE_NAMES.map((name) => boardQueue(Adapter, queues, name)),
    serverAdapter: setup.adapter,
    options: { uiBasePath: UI, uiConfig: { boardTitle: 'Bahi queues', hideDocsLink: true } },
  });
  const onRequest = operatorsOnly(authenticator, wrongKeys);
  serveFiles(fastify, onRequest);
  servePages(fastify, onRequest, setup);
  // The other routes change something.
  for (const route of setup.api.filter(({ method }) => method === 'get'))
    for (const path of [route.route].flat())
      fastify.get(`${BASE}${path}`, { onRequest }, (request, reply) => answer(request, reply, setup, route, queues));
}

/** A queue as the board shows it, with its parts merged. The oldest jobs of each part come first. */
function boardQueue(Adapter: typeof BullMQAdapter, queues: JobQueues, name: QueueName): BullMQAdapter {
  const parts = async () =>
    (await queues.partsOf(name)).map((part) => new Adapter(part as never, { readOnlyMode: true }));
  return new (class extends Adapter {
    override async getJob(id: string) {
      const found = await Promise.all((await parts()).map((part) => part.getJob(id)));
      return found.find((job) => job !== undefined);
    }

    override async getJobs(...[statuses, start = 0, end = 0]: Parameters<BullMQAdapter['getJobs']>) {
      const found = await Promise.all((await parts()).map((part) => part.getJobs(statuses, 0, end)));
      return found.flat().slice(start, end + 1);
    }

    override async getJobCounts() {
      const counts = await Promise.all((await parts()).map((part) => part.getJobCounts()));
      const sum: Record<string, number> = {};
      for (const [status, count] of counts.flatMap((part) => Object.entries(part)))
        sum[status] = (sum[status] ?? 0) + count;
      return sum as Awaited<ReturnType<BullMQAdapter['getJobCounts']>>;
    }
  })(queues.usedPartsOf(name)[0] as never, { readOnlyMode: true });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { queues, uiConfig }: BoardSetup,
  route: ApiRoutes[number],
  jobs: JobQueues,
): Promise<FastifyReply> {
  const { params, query } = request as { params: Record<string, string>; query: Record<string, string> };
  // PostgreSQL accepts no text with U+0000 or an unpaired surrogate; nothing of ours has such a name.
  if (/[\p{Cc}\p{Cs}]/u.test(Object.values({ ...params, ...query }).join())) {
    sendProblem(reply, new NotFound(), request.id);
    return reply;
  }
  try {
    // A waiting connection would wait until Redis is back.
    jobs.assertReachable();
    const asked = Promise.resolve(route.handler({ queues, uiConfig, params, query, body: {}, headers: {} }));
    const { status, body } = await orTimeout(TIMEOUT_MS, 'the queue', asked);
    return await reply.status(status ?? 200).send(body);
  } catch (error) {
    new Logger('queue board').warn(`${request.raw.url?.split('?', 1)[0]}: ${String(error)}`);
    sendProblem(reply, new Overloaded('The queue has not answered this. Try again in a second.'), request.id);
    return reply;
  }
}

function servePages(fastify: FastifyInstance, onRequest: onRequestHookHandler, { entry, uiConfig }: BoardSetup): void {
  if (entry === null) return;
  const { name, params } = entry.handler({ basePath: BASE, uiConfig });
  // The template only inserts names. Its fonts would come from another host, which the policy does not allow.
  const page = readFileSync(join(UI, 'dist', name), 'utf8')
    .replace(/<link href="https:[^>]*>/g, '')
    .replace(/<%[=-] *(\w+) *%>/g, (_, word: string) => params[word] ?? '');
  for (const path of [entry.route].flat())
    fastify.get(`${BASE}${path === '/' ? '' : path}`, { onRequest }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(page),
    );
}

/** A closed list, read at the start: a requested path is only looked up in it. */
function serveFiles(fastify: FastifyInstance, onRequest: onRequestHookHandler): void {
  const root = join(UI, 'dist/static');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => join(root, file))
    .filter((file) => statSync(file).isFile());
  for (const file of files)
    fastify.get(`${BASE}/static/${relative(root, file)}`, { onRequest }, (_request, reply) =>
      reply.type(TYPES[extname(file)] ?? 'application/octet-stream').send(readFileSync(file)),
    );
}

/** Makes a browser ask for a name and a password (RFC 7617). */
const ASK_FOR_PASSWORD = { 'www-authenticate': 'Basic realm="Bahi: any name, an operator key", charset="UTF-8"' };

function operatorsOnly(authenticator: Authenticator, wrongKeys: WrongKeys): onRequestHookHandler {
  const check = async (request: FastifyRequest): Promise<void> => {
    const { authorization, 'x-api-key': header } = request.headers;
    const password = passwordOf(authorization);
    const headers = password === null ? { authorization, 'x-api-key': header } : { 'x-api-key': password };
    const principal = await principalOf(request, headers, authenticator, wrongKeys);
    if (principal.kind !== 'operator') throw new Forbidden('The queues are for operators.');
  };
  return (request, reply, done) => {
    check(request).then(
      () => done(),
      (refusal: unknown) =>
        sendProblem(reply, refusal, request.id, refusal instanceof Unauthenticated ? ASK_FOR_PASSWORD : {}),
    );
  };
}

function passwordOf(authorization: string | undefined): string | null {
  const encoded = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const [, ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return password.join(':');
}
