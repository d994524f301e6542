import type { FastifyInstance } from 'fastify';
import { RELEASE } from '../config/release.js';
import { API_PREFIX } from './api-prefix.js';

/** Nothing but what is in the page: no script, no file, no frame around it. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const DOCS: readonly Link[] = [
  ['/docs', 'the API, to read and to try'],
  ['/docs-json', 'the same as an OpenAPI document'],
];

const LINKS: readonly Link[] = [
  ['/health', 'whether the service and what it stands on work'],
  ['/metrics', 'metrics for Prometheus'],
  ['/admin/queues', 'the queues; any name, and an operator key as the password'],
  ['/problems', 'what each refusal means, and what helps'],
];

type Link = readonly [path: string, what: string];

/** Says to whoever opens the address in a browser what is here. From memory, without a key, and without numbers. */
export function serveFrontPage(fastify: FastifyInstance, { docs }: { readonly docs: boolean }): void {
  const page = pageWith(docs ? [...DOCS, ...LINKS] : LINKS);
  fastify.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(page),
  );
}

function pageWith(links: readonly Link[]): string {
  const items = links.map(([path, what]) => `<li><a href="${path}">${path}</a> ${what}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bahi</title>
<style>
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #222; background: #fff }
h1 { font-size: 1.4rem } a { color: #0645ad } li { margin: .3rem 0 }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #161616 } a { color: #8ab4f8 } }
</style>
</head>
<body>
<h1>Bahi ${RELEASE}</h1>
<p>A payout engine: payments in, payouts to Indian bank accounts, and a ledger that proves both. The API is at <code>/${API_PREFIX}</code>
and takes a key: <code>Authorization: Api-Key …</code>.</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`;
}
