import { readdirSync, readFileSync, statSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { serveDashboard } from '../../src/platform/http/http.public.js';
import { Bahi } from '../support/bahi.js';

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open();
});

afterAll(() => bahi.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

/** Requests as a browser does, without decoding the answer. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpGet(`${bahi.service.url}${path}`, { headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, bytes: Buffer.concat(parts) }),
      );
    });
    request.on('error', reject);
  });
}

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const isPage = ({ status, headers, bytes }: Answer): boolean =>
  status === 200 && headers['content-type'] === 'text/html; charset=utf-8' && String(bytes).includes('<div id="app">');

describe('the page of the dashboard', () => {
  it('is not served where it is not built', () => {
    expect(serveDashboard(fastify(), join('docs', 'no-such-folder'))).toBe(false);
  });

  it('is what a browser gets at every path that is nothing else’s, and at / whoever asks', async () => {
    for (const path of ['/', '/payouts', '/payouts/0198', '/pay/?amount=1', '/a.b/c'])
      expect([path, isPage(await ask(path, BROWSER))]).toEqual([path, true]);
    expect(isPage(await ask('/'))).toBe(true);
    expect((await ask('/payouts', BROWSER, 'HEAD')).status).toBe(200);
  });

  it('is no answer to a program, to another method, and nowhere in the API and what stands beside it', async () => {
    const problem = async (path: string, headers = {}, method = 'GET'): Promise<unknown[]> => {
      const answer = await ask(path, headers, method);
      return [answer.status, answer.headers['content-type']];
    };
    const json = 'application/problem+json';
    expect(await problem('/payouts')).toEqual([404, json]);
    expect(await problem('/payouts', { accept: 'application/json' })).toEqual([404, json]);
    expect(await problem('/payouts', BROWSER, 'POST')).toEqual([404, json]);
    expect(await problem('/api/v1/payouts', BROWSER)).toEqual([401, json]);
    expect(await problem('/api/v1/nothing', BROWSER)).toEqual([401, json]);
    expect(await problem('/%61pi/v1/nothing', BROWSER)).toEqual([401, json]);
    for (const path of ['/health/x', '/problems/x', '/metrics/x', '/docs/x', '/admin/x', '/api', '/assets/x.js'])
      expect([path, (await problem(path, BROWSER))[0]]).toEqual([path, 404]);
    expect((await problem('/health', BROWSER))[1]).toContain('application/json');
  });

  it('may run nothing but its own files, stand in no frame, and is never cached', async () => {
    const { headers } = await ask('/payouts', BROWSER);
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(String(policy)).not.toContain('unsafe');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
});

describe('the files of the dashboard', () => {
  const files = (): string[] => readdirSync('web/dist/assets').filter((name) => /\.(?:js|css)$/.test(name));

  it('have their hash in their name, and are cached for ever', async () => {
    expect(files().length).toBeGreaterThan(1);
    for (const name of files()) {
      expect(name).toMatch(/-[\w-]{8}\.\w+$/);
      const { status, headers } = await ask(`/assets/${name}`);
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
      expect(headers['content-type']).toMatch(/^text\/(?:javascript|css); charset=utf-8$/);
    }
  });

  it('come as compressed as the browser takes them', async () => {
    // The largest file, because small ones are hardly compressed.
    const sizeOf = (name: string): number => statSync(`web/dist/assets/${name}`).size;
    const path = `/assets/${files()
      .toSorted((a, b) => sizeOf(a) - sizeOf(b))
      .at(-1)!}`;
    const whole = await ask(path);
    expect([whole.status, whole.headers['content-encoding']]).toEqual([200, undefined]);
    const brotli = await ask(path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
    expect(brotliDecompressSync(brotli.bytes).equals(whole.bytes)).toBe(true);
    const gzip = await ask(path, { 'accept-encoding': 'gzip, br;q=0' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.bytes).equals(whole.bytes)).toBe(true);
    expect(brotli.bytes.length).toBeLessThan(gzip.bytes.length);
    expect(gzip.bytes.length).toBeLessThan(whole.bytes.length / 2);
  });

  it('hold no key of the demo: a page that is served anywhere knows none', () => {
    const built = readdirSync('web/dist', { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(?:js|css|html)$/.test(name),
    );
    expect(built.length).toBeGreaterThan(10);
    for (const name of built)
      expect([name, /api-key-[a-z]|operator-key/.test(readFileSync(`web/dist/${name}`, 'utf8'))]).toEqual([
        name,
        false,
      ]);
  });

  it('are those of the build and no others', async () => {
    for (const path of [
      '/assets/../index.html',
      '/assets/%2e%2e/index.html',
      '/assets/..%2f.stamp',
      '/assets/nothing.js',
    ])
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
  });
});
