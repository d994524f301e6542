import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HOME } from '../../config/release.js';
import { pathOf } from './known-routes.js';
import { sendProblem } from '../problems/send-problem.js';
import { NotFound } from '../problems/refusals.js';

/** What `make build` has made of `web/`. */
const BUILT = join(HOME, 'web', 'dist');

/**
 * Files of this service and requests to it, nothing else: no inline script or style, no frame around it, and no text that
 * becomes HTML or code (Trusted Types, without a policy that would make an exception).
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

/** The smaller first. The build has written both beside each text file. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** What is no page of the dashboard, whoever asks. */
const OUTSIDE = /^\/(?:api|docs|docs-json|health|metrics|problems|admin|assets)(?:\/|$)/;

/**
 * The dashboard at `/`, and at every other path that a browser opens (`Accept: text/html`) and that is nothing else's: the
 * page finds its way by itself. Its files have their hash in their name and are cached for ever, the page never.
 * @returns false where the dashboard is not built
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

/** Ids of payouts and merchants in the address are nobody else's business, nor is the window. */
const ISOLATION = { 'referrer-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin' };

function opensPage({ method, headers, raw }: FastifyRequest): boolean {
  const path = pathOf(raw.url ?? '/');
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && path !== null && !OUTSIDE.test(path) && (headers.accept ?? '').includes('text/html');
}

/** Read once, at first need: a file that is opened for an answer whose connection is reset is never closed. */
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

/** Whether a client decodes it: named in `Accept-Encoding`, and not with `q=0`. */
function takes(accepted: string | string[] | undefined, encoding: string): boolean {
  const offers = String(accepted ?? '').split(',');
  return offers.some((offer) => {
    const [name, ...parameters] = offer.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
