import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACME, ACCOUNT, log, startTestApp, stopTestApp } from '../support/http-test-app.js';
import { MERCHANT, call, get, post, expectProblem, raw } from '../support/http-test-client.js';

beforeAll(startTestApp);

afterAll(stopTestApp);

describe('what the router and the parser refuse', () => {
  it('is 404 for an unknown path', async () => {
    expectProblem(await get('/api/v1/nothing'), 404, 'not_found');
    expectProblem(await get('/nothing', {}), 404, 'not_found');
    expectProblem(await get('/docs/nothing.js', {}), 404, 'not_found');
    expectProblem(await get(`/api/v1/things//cancel`), 404, 'not_found');
  });

  it('is 405 for a known path with another method', async () => {
    const answer = await call('PUT', '/api/v1/things/', MERCHANT);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    expectProblem(await call('PATCH', `/api/v1/things/${ACCOUNT}`, MERCHANT), 405, 'method_not_allowed');
    expectProblem(await call('OPTIONS', '/api/v1/things', MERCHANT), 405, 'method_not_allowed');
    expectProblem(await call('POST', '/health'), 405, 'method_not_allowed');
  });

  it('takes a trailing slash', async () => {
    expect((await get('/api/v1/things/')).status).toBe(200);
    expect((await get('/health/live/', {})).status).toBe(200);
  });

  it('is 414 for a URL that is too long', async () => {
    expectProblem(await get(`/api/v1/things?x=${'y'.repeat(8_000)}`), 414, 'uri_too_long');
    expectProblem(await get(`/api/v1/things/${'y'.repeat(8_000)}`), 414, 'uri_too_long');
    expectProblem(await get(`/api/v1/things?x=${'y'.repeat(30_000)}`), 414, 'uri_too_long');
  });

  it.each([20_000, 3_000_000])('is 431 for %i bytes of headers', async (bytes) => {
    const { status, head, body } = await raw(`GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'y'.repeat(bytes)}\r\n\r\n`);
    expect({ status, code: body.code }).toEqual({ status: 431, code: 'headers_too_large' });
    expect(head).toContain('Content-Type: application/problem+json');
    expect(head).toContain(`X-Request-Id: ${body.request_id}`);
  });

  it('reaches a client that is still sending', async () => {
    const headers = { 'x-long': 'y'.repeat(5_000_000) };
    const body = 'y'.repeat(20_000_000);
    for (let i = 0; i < 8; i++) {
      expect((await get('/health/live', headers)).status).toBe(431);
      expect((await post(body)).status).toBe(413);
    }
  });

  it.each([
    ['a malformed URL', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a malformed URL under the API', 'GET /api/v1/things/%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['what is not HTTP', 'HELO mail.example\r\n\r\n'],
    ['an unknown method', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a method for proxies', 'CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n'],
    ['an unknown expectation', 'GET /health HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n'],
    [
      'a query that is not UTF-8',
      'GET /api/v1/things?x=%E9 HTTP/1.1\r\nHost: x\r\nX-API-KEY: merchant-key\r\nConnection: close\r\n\r\n',
    ],
    ['a missing Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two lengths', 'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    [
      'length and chunks',
      'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header with a control character', 'GET /health HTTP/1.1\r\nHost: x\r\nX-A: a\u0001b\r\n\r\n'],
    [
      'a broken chunk',
      'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nX-API-KEY: merchant-key\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
  ])('is 400 for %s', async (_, bytes) => {
    const { status, head, body } = await raw(bytes);
    expect({ status, code: body.code, type: body.type }).toEqual({
      status: 400,
      code: 'malformed_request',
      type: '/problems/malformed_request',
    });
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(head.toLowerCase()).toContain(`x-request-id: ${body.request_id}`);
  });

  it('does not put an answer into the middle of another', async () => {
    const answer = await raw('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n', 'NONSENSE\r\n\r\n');
    expect(answer.head).toMatch(/^HTTP\/1\.1 (200|400)/);
  });

  it('leaves other connections alone', async () => {
    await Promise.all(Array.from({ length: 20 }, () => raw('\u0000\u0001\u0002\r\n\r\n')));
    expect((await get('/health/live', {})).status).toBe(200);
  });
});

describe('an error', () => {
  it('that is a refusal has its code, its detail and its extensions', async () => {
    const answer = await get('/api/v1/things/failures/funds');
    expectProblem(answer, 422, 'insufficient_funds');
    expect(answer.body).toMatchObject({ detail: '₹60.00 is more than ₹40.00.', available_paise: 4_000 });
  });

  it('by overload asks to come back', async () => {
    const answer = await get('/api/v1/things/failures/overloaded');
    expectProblem(answer, 503, 'overloaded');
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it.each(['anything', 'text'])('of any other kind shows nothing of the inside (%s)', async (kind) => {
    log.errors.length = 0;
    const answer = await get(`/api/v1/things/failures/${kind}?merchant_id=${ACME}`);
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toMatch(/hunter2|secret|at .*\.ts/);
    expect(log.errors.join()).toContain(`request_id=${answer.body.request_id}`);
    expect(log.errors.join()).toMatch(/hunter2|a secret text/);
    expect(log.errors.join()).not.toContain('merchant_id');
  });

  it.each(['invariant', 'unlisted'])('that cannot be raises an alarm (%s)', async (kind) => {
    log.errors.length = 0;
    const answer = await get(`/api/v1/things/failures/${kind}`);
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toMatch(/balances|kept to itself/);
    expect(log.errors.join()).toContain('ALARM');
  });

  it('by a public endpoint that asks for its caller is ours, not the caller’s', async () => {
    expectProblem(await call('POST', '/api/v1/callbacks/forgotten/caller'), 500, 'internal_error');
  });

  it('after the answer has begun cuts the answer off', async () => {
    await expect(get('/api/v1/things/sent-then-thrown')).rejects.toThrow();
  });
});

describe('every answer', () => {
  it('carries a request id of its own, or the caller’s if it is well-formed', async () => {
    const first = await get('/health/live', {});
    const second = await get('/health/live', {});
    expect(first.headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    const given = (id: string) =>
      get('/health/live', { 'x-request-id': id }).then(({ headers }) => headers.get('x-request-id'));
    expect(await given('abc-1_2.3')).toBe('abc-1_2.3');
    expect(await given('a b')).not.toBe('a b');
    expect(await given('x'.repeat(129))).not.toBe('x'.repeat(129));
  });

  it('has the headers of an API, and does not name its server', async () => {
    for (const path of ['/api/v1/things', '/api/v1/nothing', '/health/live', '/problems']) {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('writes amounts as JSON integers', async () => {
    expect((await get('/api/v1/things/big')).text).toBe('{"amount_paise":9007199254740991}');
  });
});
