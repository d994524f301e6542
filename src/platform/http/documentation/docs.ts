import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi.js';

/** The Swagger UI on which @nestjs/swagger depends, wherever npm has put it. */
const SWAGGER_UI = dirname(
  createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger')).resolve('swagger-ui-dist/package.json'),
);

const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bahi API</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<label style="display:block;padding:12px 20px;font:14px sans-serif"><input type="checkbox" id="remember" disabled> Keep my key in this browser (in its local storage, until this is switched off)</label>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/**
 * A key stays in the page unless its reader asks to keep it. The box is disabled until it shows what the browser keeps:
 * a click before then would do the opposite of what it seemed to do. If the scheme is missing, `Api-Key` is put before
 * the key: Swagger UI sends what was entered as the whole header.
 */
const START = `const remember = document.getElementById('remember');
remember.checked = localStorage.getItem('bahi-remember') === 'yes';
remember.addEventListener('change', () => {
  if (remember.checked) localStorage.setItem('bahi-remember', 'yes');
  else for (const name of ['bahi-remember', 'authorized']) localStorage.removeItem(name);
  location.reload();
});
remember.disabled = false;
if (!remember.checked) localStorage.removeItem('authorized');
SwaggerUIBundle({
  url: '/docs-json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: remember.checked,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const { Authorization: given } = request.headers;
    if (given !== undefined && !given.trim().includes(' ')) request.headers.Authorization = 'Api-Key ' + given.trim();
    return request;
  },
});
`;

/** Allows the page's own files and requests to this service; Swagger UI has icons as data URLs, and inline styles. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/**
 * The OpenAPI document at `/docs-json` and Swagger UI at `/docs`, where "Try it out" works with a demo key. Three files
 * are served by hand: @nestjs/swagger itself would add a file server, which ends the process when it cannot be loaded,
 * and scripts inside the page, which a content security policy would have to allow. They are served from memory: a file
 * that is opened for an answer is never closed if the connection is reset before the answer's turn comes.
 */
export function serveDocs(app: INestApplication, fastify: FastifyInstance): void {
  let document: Promise<string> | null = null;
  /** Made once, also for callers who ask meanwhile: it takes as long as many requests. */
  const made = async (): Promise<string> => JSON.stringify(await openApiDocument(app));
  fastify.get('/docs-json', async (_request, reply) => {
    document ??= made().catch((error: unknown) => {
      document = null;
      throw error;
    });
    return reply.type('application/json; charset=utf-8').send(await document);
  });
  fastify.get('/docs', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(PAGE),
  );
  fastify.get('/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  for (const [name, type] of Object.entries(ASSETS)) {
    const bytes = readFileSync(join(SWAGGER_UI, name));
    fastify.get(`/docs/${name}`, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=3600').send(bytes),
    );
  }
}
