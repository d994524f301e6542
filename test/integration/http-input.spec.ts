import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OTHER, ACCOUNT, handled, startTestApp, stopTestApp } from '../support/http-test-app.js';
import { MERCHANT, OPERATOR, PAYOUT, call, get, post, expectProblem, raw } from '../support/http-test-client.js';

beforeAll(startTestApp);

afterAll(stopTestApp);

describe('a body', () => {
  it('reaches the handler as an instance of its class', async () => {
    const body = {
      ...PAYOUT,
      currency: 'INR',
      mode: 'IMPS',
      reference_id: 'नमस्ते 🙏',
      narration: 'Hello 1',
      split: { name: 'a', amount_paise: 100 },
    };
    const answer = await post(body);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ body, plain: true });
  });

  it('may write an integer as 1e3, and a UUID in capitals', async () => {
    const answer = await post(`{"amount_paise":1e3,"bank_account_id":"${ACCOUNT.toUpperCase()}"}`);
    expect(answer.body.body).toEqual({ amount_paise: 1000, bank_account_id: ACCOUNT });
  });

  it.each<[string, unknown, string]>([
    ['without the amount', { bank_account_id: ACCOUNT }, '#/amount_paise'],
    ['with the amount true', { ...PAYOUT, amount_paise: true }, '#/amount_paise'],
    ['with the amount in quotes', { ...PAYOUT, amount_paise: '1000' }, '#/amount_paise'],
    ['with the amount 150.5', { ...PAYOUT, amount_paise: 150.5 }, '#/amount_paise'],
    ['with the amount null', { ...PAYOUT, amount_paise: null }, '#/amount_paise'],
    ['with the amount zero', { ...PAYOUT, amount_paise: 0 }, '#/amount_paise'],
    ['with the amount 99', { ...PAYOUT, amount_paise: 99 }, '#/amount_paise'],
    ['with a negative amount', { ...PAYOUT, amount_paise: -1000 }, '#/amount_paise'],
    ['with an amount beyond the maximum', { ...PAYOUT, amount_paise: 1e13 + 1 }, '#/amount_paise'],
    ['with an infinite amount', `{"amount_paise":1e999,"bank_account_id":"${ACCOUNT}"}`, '#/amount_paise'],
    ['with a list for the amount', { ...PAYOUT, amount_paise: [1000] }, '#/amount_paise'],
    ['without the bank account', { amount_paise: 1000 }, '#/bank_account_id'],
    ['with a malformed bank account', { ...PAYOUT, bank_account_id: 'abc' }, '#/bank_account_id'],
    ['with a number for the bank account', { ...PAYOUT, bank_account_id: 7 }, '#/bank_account_id'],
    ['with another currency', { ...PAYOUT, currency: 'USD' }, '#/currency'],
    ['with U+0000', { ...PAYOUT, reference_id: 'a\u0000b' }, '#/reference_id'],
    [
      'with a lone surrogate',
      `{"amount_paise":1000,"bank_account_id":"${ACCOUNT}","reference_id":"\\ud83d"}`,
      '#/reference_id',
    ],
    ['with a line break', { ...PAYOUT, reference_id: 'a\nb' }, '#/reference_id'],
    ['with a C1 control character', { ...PAYOUT, reference_id: 'a\u0085b' }, '#/reference_id'],
    ['with an empty text', { ...PAYOUT, reference_id: '' }, '#/reference_id'],
    ['with a blank text', { ...PAYOUT, reference_id: '   ' }, '#/reference_id'],
    ['with a text one too long', { ...PAYOUT, reference_id: 'x'.repeat(41) }, '#/reference_id'],
    ['with a character that is not allowed', { ...PAYOUT, narration: 'a-b' }, '#/narration'],
    ['with an unknown field', { ...PAYOUT, amount: 5 }, '#/amount'],
    ['with an unknown field of an awkward name', { ...PAYOUT, 'a/b~c d': 5 }, '#/a~1b~0c%20d'],
    [
      'with a lone surrogate in a name',
      `{"\\ud83d":1,"amount_paise":1000,"bank_account_id":"${ACCOUNT}"}`,
      '#/%EF%BF%BD',
    ],
    [
      'with __proto__',
      `{"__proto__":{"amount_paise":5},"amount_paise":1000,"bank_account_id":"${ACCOUNT}"}`,
      '#/__proto__',
    ],
    ['with constructor', { ...PAYOUT, constructor: { name: 'x' } }, '#/constructor'],
    [
      'with an unknown nested field',
      { ...PAYOUT, split: { name: 'a', amount_paise: 100, constructor: 1 } },
      '#/split/constructor',
    ],
    ['with a wrong nested field', { ...PAYOUT, split: { name: 'b' } }, '#/split/amount_paise'],
    ['with a list where an object is asked for', { ...PAYOUT, split: [{ name: 'a', amount_paise: 100 }] }, '#/split'],
    [
      'with a list of invented names where an object is asked for',
      { ...PAYOUT, split: [{ constructor: null }] },
      '#/split',
    ],
    ['with a number where an object is asked for', { ...PAYOUT, split: 1 }, '#/split'],
    ['that is a list', [PAYOUT], '#'],
    ['that is null', 'null', '#'],
    ['that is a text', '"text"', '#'],
    ['that is a number', '7', '#'],
    [
      'that nests very deep',
      `{"narration":${'['.repeat(9_000)}${']'.repeat(9_000)},${JSON.stringify(PAYOUT).slice(1)}`,
      '#/narration',
    ],
  ])('is refused %s', async (_, body, pointer) => {
    const before = handled;
    const answer = await post(body);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
    expect(answer.body.errors[0].detail).toMatch(/^[^$].*\.$/);
    expect(handled).toBe(before);
  });

  it.each([
    ['a name twice', '"amount_paise":1000,"amount_paise":6000', '#/amount_paise'],
    ['a name twice, once escaped', '"amount_paise":1000,"\\u0061mount_paise":1000', '#/amount_paise'],
    ['a name twice, deep inside', '"amount_paise":1000,"split":{"name":"a","name":"b"}', '#/split/name'],
    ['an amount that is no integer as written', '"amount_paise":100.0000000000000001', '#/amount_paise'],
    ['a large one', '"amount_paise":10000000000000.0001', '#/amount_paise'],
  ])('is refused with %s', async (_what, fields, pointer) => {
    const before = handled;
    const answer = await post(`{"bank_account_id":"${ACCOUNT}",${fields}}`);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
    expect(handled).toBe(before);
  });

  it('names all wrong fields at once, each in one sentence', async () => {
    const answer = await post({ amount_paise: 'x', narration: 'ü', extra: 1 });
    expect(answer.body.detail).toBe('4 fields are not valid.');
    expect(answer.body.errors).toEqual([
      { pointer: '#/extra', detail: 'extra is not a known field.' },
      {
        pointer: '#/amount_paise',
        detail: 'amount_paise must be a whole number of paise from 100 to 10000000000000, as a JSON number.',
      },
      { pointer: '#/bank_account_id', detail: 'bank_account_id is required.' },
      { pointer: '#/narration', detail: 'narration must be text of 1 to 30 characters (letters, digits and spaces).' },
    ]);
  });

  it('does not come back at full length in the refusal', async () => {
    const many = Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`f${i}`, 1]));
    expect((await post(many)).body.errors).toHaveLength(50);
    expect((await post({ ...PAYOUT, ['x'.repeat(90_000)]: 1 })).text.length).toBeLessThan(1_000);
  });

  it.each<[string, string | Buffer, number, string, Record<string, string>]>([
    ['broken JSON', '{"amount_paise": 1', 400, 'malformed_json', {}],
    ['nothing', '', 400, 'malformed_json', {}],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed_json', {}],
    ['JSON after a byte order mark', '\ufeff{}', 400, 'malformed_json', {}],
    ['brackets without end', '['.repeat(90_000), 400, 'malformed_json', {}],
    ['more than 100 kB', JSON.stringify({ x: 'y'.repeat(100_000) }), 413, 'payload_too_large', {}],
    ['more than 1 MB', JSON.stringify({ x: 'y'.repeat(1_000_000) }), 413, 'payload_too_large', {}],
    [
      'a form',
      'amount_paise=100',
      415,
      'unsupported_media_type',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['plain text', '{}', 415, 'unsupported_media_type', { 'content-type': 'text/plain' }],
    ['a content type that is none', '{}', 415, 'unsupported_media_type', { 'content-type': 'json' }],
    ['a compressed body', '{}', 415, 'unsupported_media_type', { 'content-encoding': 'gzip' }],
    ...['utf-16', 'ISO-8859-1', '"latin1"', 'us-ascii', '', 'utf-8; charset=utf-7'].map(
      (charset): [string, string, number, string, Record<string, string>] => [
        `in the character set ${charset}`,
        JSON.stringify(PAYOUT),
        ...([415, 'unsupported_media_type', { 'content-type': `application/json; charset=${charset}` }] as const),
      ],
    ),
  ])('is refused as %s', async (_, body, status, code, headers) => {
    expectProblem(await post(body, headers), status, code);
  });

  it('is refused in chunks, too, when it is too large', async () => {
    const head =
      'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nX-API-KEY: merchant-key\r\nContent-Type: application/json\r\n';
    const chunk = `4000\r\n${'y'.repeat(0x4000)}\r\n`;
    const next = 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const chunks = Array<string>(10).fill(chunk);
    const { status, all } = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n`, ...chunks, '0\r\n\r\n', next);
    expect(status).toBe(413);
    expect(all).toContain('"code":"payload_too_large"');
    // The connection still works for the request that follows.
    expect(all).toMatch(/HTTP\/1\.1 200 OK[\s\S]*"live"/);
  });

  it('may name its character set', async () => {
    for (const type of ['; charset=utf-8', ';charset="UTF-8"', '; charset=utf8', '; boundary=x'])
      expect((await post(PAYOUT, { 'content-type': `application/json${type}` })).status).toBe(201);
  });

  it('is not needed where none is asked for, even when it is announced', async () => {
    const path = `/api/v1/things/${ACCOUNT}/cancel`;
    expect((await call('POST', path, { ...MERCHANT, 'content-type': 'application/json' })).status).toBe(200);
    expect((await call('POST', path, MERCHANT)).status).toBe(200);
  });

  it('without a type is refused, and none at all is an empty one', async () => {
    const body = Buffer.from(JSON.stringify(PAYOUT));
    expectProblem(
      await call('POST', '/api/v1/things', { ...MERCHANT, 'idempotency-key': 'k' }, body),
      415,
      'unsupported_media_type',
    );
    expectProblem(await call('POST', '/api/v1/things', { ...MERCHANT, 'idempotency-key': 'k' }), 400, 'malformed_json');
  });

  it('that nobody validates is never let through', async () => {
    const answer = await call(
      'POST',
      '/api/v1/callbacks/forgotten/dto',
      { 'content-type': 'application/json' },
      '{"x":1}',
    );
    expectProblem(answer, 500, 'internal_error');
  });
});

describe('an Idempotency-Key', () => {
  it('is needed', async () => {
    const headers = { ...MERCHANT, 'content-type': 'application/json' };
    const answer = await call('POST', '/api/v1/things', headers, JSON.stringify(PAYOUT));
    expectProblem(answer, 400, 'idempotency_key_missing');
    expectProblem(await post(PAYOUT, { 'idempotency-key': '  ' }), 400, 'idempotency_key_missing');
  });

  it('is looked for after the body was judged', async () => {
    const headers = { ...MERCHANT, 'content-type': 'application/json' };
    expectProblem(await call('POST', '/api/v1/things', headers, '{}'), 400, 'validation_failed');
    expectProblem(await post({}, { 'idempotency-key': 'cl\u00e9', 'x-merchant-id': OTHER }), 403, 'forbidden');
  });

  it.each([
    ['too long', 'k'.repeat(256)],
    ['not ASCII', 'cl\u00e9'],
  ])('is refused when it is %s', async (_, key) => {
    const answer = await post(PAYOUT, { 'idempotency-key': key });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toBe('#/headers/Idempotency-Key');
  });
});

describe('an id in the path', () => {
  it('is handed on in its canonical form', async () => {
    expect((await get(`/api/v1/things/${ACCOUNT.toUpperCase()}`)).body.id).toBe(ACCOUNT);
  });

  it.each(['7', 'null', '%00', 'x'.repeat(300), '..%2f..%2fetc', `${ACCOUNT}0`, '%F0%9F%99%8F'])(
    'that is no UUID (%s) names nothing',
    async (id) => expectProblem(await get(`/api/v1/things/${id}`), 404, 'not_found'),
  );
});

describe('a query', () => {
  it.each([
    ['of an endpoint that has none', 'GET', `/api/v1/things/${ACCOUNT}?x=1`, '#/query/x'],
    ['of a POST', 'POST', `/api/v1/things?x=1`, '#/query/x'],
    [
      'of a POST, without a body',
      'POST',
      `/api/v1/things/${ACCOUNT}/cancel?merchant_id=${ACCOUNT}`,
      '#/query/merchant_id',
    ],
    ['of a list', 'GET', '/api/v1/things?x=1', '#/query/x'],
    ['of HEAD', 'HEAD', `/api/v1/things/${ACCOUNT}?x=1`, null],
    ['of an awkward name', 'GET', `/api/v1/things/${ACCOUNT}?%F0%9F%99%8F/=1`, '#/query/%F0%9F%99%8F~1'],
    ['without a name', 'GET', `/api/v1/things/${ACCOUNT}?=1`, '#/query/'],
  ])('%s has nothing that is not known', async (_what, method, path, pointer) => {
    const before = handled;
    const answer = await call(method, path, MERCHANT);
    expect(answer.status).toBe(400);
    if (pointer !== null) expect(answer.body).toMatchObject({ code: 'validation_failed', errors: [{ pointer }] });
    expect(handled).toBe(before);
  });

  it('names the merchant where a request is about one', async () => {
    const headers = { ...OPERATOR, 'content-type': 'application/json', 'idempotency-key': 'k' };
    const answer = await call('POST', `/api/v1/things?merchant_id=${OTHER}`, headers, JSON.stringify(PAYOUT));
    expect([answer.status, answer.body.merchantId]).toEqual([201, OTHER]);
  });

  it('is judged after the key, and is nobody’s business where no key is asked for', async () => {
    expectProblem(await get(`/api/v1/things/${ACCOUNT}?x=1`, {}), 401, 'unauthenticated');
    expect((await call('POST', '/api/v1/callbacks/razorpayx?x=1')).status).toBe(201);
    for (const path of ['/health', '/health/live', '/metrics', '/docs', '/docs-json', '/problems'])
      expect([path, (await get(`${path}?x=1`, {})).status < 400]).toEqual([path, true]);
  });
});

describe('headers', () => {
  const head = (...lines: string[]) =>
    ['POST /api/v1/things HTTP/1.1', 'Host: x', 'Connection: close', ...lines].join('\r\n') + '\r\n\r\n';

  it.each([
    ['Authorization', ['Authorization: Api-Key merchant-key', 'authorization: Api-Key operator-key']],
    ['the same Authorization', ['Authorization: Api-Key merchant-key', 'Authorization: Api-Key merchant-key']],
    ['Idempotency-Key', ['X-API-KEY: merchant-key', 'Idempotency-Key: a', 'IDEMPOTENCY-KEY: b']],
    ['Host', ['X-API-KEY: merchant-key', 'HOST: y']],
    ['X-API-KEY', ['X-API-KEY: merchant-key', 'x-api-key: merchant-key']],
    ['X-Merchant-Id', ['X-API-KEY: operator-key', `X-Merchant-Id: ${OTHER}`, `X-Merchant-Id: ${OTHER}`]],
    ['Content-Type', ['X-API-KEY: merchant-key', 'Content-Type: application/json', 'Content-Type: text/plain']],
  ])('are refused with two: %s', async (_what, lines) => {
    const { status, body } = await raw(head(...lines));
    expect([status, body.code]).toEqual([400, 'malformed_request']);
  });

  it('may stand twice where lists are meant', async () => {
    const lines = ['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 192.0.2.2', 'Accept: a/b', 'Accept: c/d'];
    expect((await raw(head('X-API-KEY: merchant-key', ...lines))).status).toBe(400);
    const request = head('X-API-KEY: merchant-key', ...lines).replace('POST', 'GET');
    expect((await raw(request)).status).toBe(200);
  });

  it.each([101, 500, 2_001])('are refused when there are %i of them, and none is dropped unseen', async (count) => {
    const lines = Array.from({ length: count - 2 }, (_, i) => `a${i}:`);
    const { status, body } = await raw(head(...lines));
    expect([status, body.code]).toEqual([431, 'headers_too_large']);
    if (count === 101) expect((await raw(head(...lines.slice(1)))).status).toBe(401);
  });
});
