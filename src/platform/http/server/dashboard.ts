import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HOME } from '../../config/release.js';
import { pathOf } from './known-routes.js';
import { sendProblem } from '../problems/send-problem.js';
import { NotFound } from '../problems/refusals.js';

/** The result of `make build` for `web/`. */
const BUILT = join(HOME, 'web', 'dist');

/**
 * Allows files of this service and requests to it, and nothing else: no inline script or style, no frame around the
 * page, and no text that becomes HTML or code (Trusted Types, without a policy that would make an exception).
 */
const POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'img', 'font', 'connect'].map((what) => `${what}-src 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((what) => `${what} 'none'`),
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The smaller one first. The build writes both next to each text file. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Paths that are never pages of the dashboard. */
const OUTSIDE = /^\/(?:api|docs|docs-json|health|metrics|problems|admin|assets)(?:\/|$)/;

/**
 * Serves the dashboard at `/`, and at every other path that a browser opens (`Accept: text/html`) and that has no other
 * use: the page itself reads the path. Its files have their hash in their names and are cached for ever, the page
 * never.
 * @returns false if the dashboard is not built
 */
export function serveDashboard(fastify: FastifyInstance, folder = BUILT): boolean {
  if (!existsSync(join(folder, 'index.html'))) return false;
  const files = new BuiltFiles(folder);
  const sendPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    files.send('index.html', request, reply.headers({ 'content-security-policy': POLICY, ...ISOLATION }));

  fastify.get('/', sendPage);
  fastify.get<{ Params: { '*': string } }>('/assets/*', (request, reply) => {
    const name = `assets/${request.params['*']}`;
    if (!files.has(name)) return sendProblem(reply, new NotFound('There is no such file.'), request.id);
    return files.send(name, request, reply.header('cache-control', 'public, max-age=31536000, immutable'));
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.is404 && opensPage(request)) sendPage(request, reply);
    else done();
  });
  return true;
}

/** Other sites learn nothing about the ids in the address, and get no access to the window. */
const ISOLATION = { 'referrer-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin' };

function opensPage({ method, headers, raw }: FastifyRequest): boolean {
  const path = pathOf(raw.url ?? '/');
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && path !== null && !OUTSIDE.test(path) && (headers.accept ?? '').includes('text/html');
}

/**
 * Reads each file once, when it is first needed: a file opened for each answer is never closed if the connection is
 * reset.
 */
class BuiltFiles {
  private readonly names: ReadonlySet<string>;
  private readonly bytes = new Map<string, Buffer>();

  constructor(private readonly folder: string) {
    this.names = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  send(name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const accepted = request.headers['accept-encoding'];
    const [encoding, ending] = ENCODINGS.find(([it, end]) => takes(accepted, it) && this.has(name + end)) ?? [];
    void reply.type(TYPES[extname(name)] ?? 'application/octet-stream').header('vary', 'Accept-Encoding');
    if (encoding !== undefined) void reply.header('content-encoding', encoding);
    return reply.send(this.read(name + (ending ?? '')));
  }

  private read(name: string): Buffer {
    const known = this.bytes.get(name) ?? readFileSync(join(this.folder, name));
    this.bytes.set(name, known);
    return known;
  }
}

/** Whether a client accepts the encoding: it is named in `Accept-Encoding`, and not with `q=0`. */
function takes(accepted: string | string[] | undefined, encoding: string): boolean {
  const offers = String(accepted ?? '').split(',');
  return offers.some((offer) => {
    const [name, ...parameters] = offer.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
