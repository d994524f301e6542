import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACME, OTHER, ACCOUNT, handled, startTestApp, stopTestApp } from '../support/http-test-app.js';
import { MERCHANT, OPERATOR, PAYOUT, call, get, post, expectProblem, open, raw } from '../support/http-test-client.js';

beforeAll(startTestApp);

afterAll(stopTestApp);

describe('a key', () => {
  it.each([
    ['Authorization: Api-Key', { authorization: 'Api-Key merchant-key' }],
    ['the scheme in any case', { authorization: 'aPI-kEY   merchant-key' }],
    ['Authorization: Bearer', { authorization: 'bearer merchant-key' }],
    ['X-API-KEY', { 'x-api-key': 'merchant-key' }],
    ['the same key twice', { authorization: 'Bearer merchant-key', 'x-api-key': 'merchant-key' }],
  ])('is taken from %s', async (_, headers) => {
    expect((await get(`/api/v1/things/${ACCOUNT}`, headers)).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['none', {}],
    ['an unknown one', { authorization: 'Api-Key nobody' }],
    ['two that differ', { authorization: 'Bearer merchant-key', 'x-api-key': 'operator-key' }],
    ['another scheme', { authorization: 'Basic bWVyY2hhbnQta2V5' }],
    ['another scheme beside a valid key', { authorization: 'Basic bWVyY2hhbnQta2V5', 'x-api-key': 'merchant-key' }],
    ['an empty one', { 'x-api-key': '' }],
    ['a scheme alone', { authorization: 'Api-Key' }],
    ['two words', { authorization: 'Api-Key merchant-key merchant-key' }],
    ['a very long one', { 'x-api-key': 'k'.repeat(300) }],
    ['one that is not ASCII', { 'x-api-key': 'k\u00e9y' }],
  ])('is refused: %s', async (_, headers) => {
    const answer = await get(`/api/v1/things/${ACCOUNT}`, headers);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toContain('Api-Key');
  });

  it.each([
    '/%61pi/v1/things',
    '/api/v1/things/',
    '/api%2Fv1/things',
    '/api/v1',
    '/api/v1/nothing',
    '/%61pi/v1/nothing',
  ])('is asked for at %s, however the path is written', async (path) =>
    expectProblem(await get(path, {}), 401, 'unauthenticated'),
  );

  it('is asked for when the target is a whole URL', async () => {
    const { status } = await raw('GET http://x/api/v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(status).toBe(401);
  });

  it('is asked for by HEAD as by GET', async () => {
    expect((await call('HEAD', '/api/v1/things')).status).toBe(401);
    expect((await call('HEAD', '/api/v1/things', MERCHANT)).status).toBe(200);
  });

  it('is refused before the body is read', async () => {
    const head =
      'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n';
    const socket = await open();
    socket.write(`${head}Connection: close\r\n\r\n{"amount`);
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).toContain('HTTP/1.1 401');
    socket.destroy();
  });

  it('is refused before the body is judged', async () => {
    expectProblem(await post('{broken', { authorization: 'Api-Key nobody' }), 401, 'unauthenticated');
  });

  it('is not needed where an endpoint is public, nor outside the API', async () => {
    expect((await call('POST', '/api/v1/callbacks/razorpayx')).status).toBe(201);
    expect((await get('/health/live', {})).status).toBe(200);
  });

  it('becomes a 500 without details when the keys cannot be read', async () => {
    const answer = await get('/api/v1/things', { 'x-api-key': 'key-of-a-dead-database' });
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toContain('10.0.0.7');
  });
});

describe('an endpoint for one kind of key', () => {
  it('refuses the other kind before it looks at anything else', async () => {
    const before = handled;
    expectProblem(await call('DELETE', `/api/v1/things/${ACCOUNT}`, MERCHANT), 403, 'forbidden');
    expectProblem(await call('DELETE', '/api/v1/things/no-id', MERCHANT), 403, 'forbidden');
    expect(handled).toBe(before);
    expect((await call('DELETE', `/api/v1/things/${ACCOUNT}`, OPERATOR)).status).toBe(204);
  });

  it('is marked on the class, and a method may override it', async () => {
    expectProblem(await get('/api/v1/merchants'), 403, 'forbidden');
    expect((await get('/api/v1/merchants', OPERATOR)).status).toBe(200);
    expectProblem(await get('/api/v1/merchants/me', OPERATOR), 403, 'forbidden');
    expect((await get('/api/v1/merchants/me')).body.caller.merchantId).toBe(ACME);
  });

  it('holds for HEAD too', async () => {
    expect((await call('HEAD', '/api/v1/merchants', MERCHANT)).status).toBe(403);
  });
});

describe('the merchant that a request is about', () => {
  it('is a merchant key’s own', async () => {
    expect((await post(PAYOUT)).body).toMatchObject({ merchantId: ACME, actor: 'merchant:k1' });
    expect((await post(PAYOUT, { 'x-merchant-id': ACME.toUpperCase() })).body.merchantId).toBe(ACME);
  });

  it('cannot be another one with a merchant key', async () => {
    expectProblem(await post(PAYOUT, { 'x-merchant-id': OTHER }), 403, 'forbidden');
    expectProblem(await post(PAYOUT, { 'x-merchant-id': 'nonsense' }), 403, 'forbidden');
    expectProblem(await get(`/api/v1/things?merchant_id=${OTHER}`), 403, 'forbidden');
  });

  it('is named by an operator, in the header or the query', async () => {
    const answer = await post(PAYOUT, { ...OPERATOR, 'x-merchant-id': OTHER.toUpperCase() });
    expect(answer.body).toMatchObject({ merchantId: OTHER, actor: 'operator:k2' });
    expect((await get(`/api/v1/things?merchant_id=${OTHER}`, OPERATOR)).status).toBe(200);
    expect((await get('/api/v1/things', OPERATOR)).status).toBe(200);
  });

  it.each<[string, string, Record<string, string>]>([
    ['missing where one is needed', '', {}],
    ['malformed in the header', '', { 'x-merchant-id': 'acme' }],
    ['malformed in the query', '?merchant_id=acme', {}],
    ['given twice in the query', `?merchant_id=${ACME}&merchant_id=${ACME}`, {}],
    ['different in header and query', `?merchant_id=${ACME}`, { 'x-merchant-id': OTHER }],
  ])('is refused when it is %s', async (_, query, headers) => {
    const given = { ...OPERATOR, 'content-type': 'application/json', 'idempotency-key': 'k', ...headers };
    const answer = await call('POST', `/api/v1/things${query}`, given, JSON.stringify(PAYOUT));
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toMatch(/^#\/(headers\/X-Merchant-Id|query\/merchant_id)$/);
  });
});
