import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { documentedFetch } from '../support/documented-fetch.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { Answer, Json } from '../support/client.js';

let bahi: Bahi;
let acme: Merchant;
let other: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  [acme, other] = [
    await bahi.aMerchant({ rupees: 1_000, accounts: ['0001'] }),
    await bahi.aMerchant({ rupees: 1_000, accounts: ['0001'] }),
  ];
});

afterAll(() => bahi.close());

/** Everything that a request could have changed. */
async function stateOf(): Promise<string> {
  const tables = ['ledger_transactions', 'ledger_entries', 'payouts', 'payout_events', 'idempotency_keys', 'outbox'];
  const rest = ['merchants', 'api_keys', 'bank_accounts', 'books'];
  const counts: number[] = [];
  for (const table of [...tables, ...rest]) counts.push(await bahi.count(table));
  return counts.join(' ');
}

async function expectNothingChanged(work: () => Promise<void>): Promise<void> {
  const before = await stateOf();
  await work();
  expect(await stateOf()).toBe(before);
}

function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body?.code, answer.headers.get('content-type')]).toEqual([
    status,
    code,
    'application/problem+json',
  ]);
  expect(answer.body).toMatchObject({ type: `/problems/${code}`, status, request_id: expect.any(String) });
}

describe('a field of a payout that is not as it must be', () => {
  const MAX = 10_000_000_000_000;

  it.each([
    ['no amount', { amount_paise: undefined }, '#/amount_paise'],
    ['no bank account', { bank_account_id: undefined }, '#/bank_account_id'],
    ['an amount of null', { amount_paise: null }, '#/amount_paise'],
    ['an amount as text', { amount_paise: '1000' }, '#/amount_paise'],
    ['an amount of true', { amount_paise: true }, '#/amount_paise'],
    ['an amount in a list', { amount_paise: [1000] }, '#/amount_paise'],
    ['an amount in an object', { amount_paise: { paise: 1000 } }, '#/amount_paise'],
    ['a fraction of a paisa', { amount_paise: 100.5 }, '#/amount_paise'],
    ['a negative amount', { amount_paise: -1000 }, '#/amount_paise'],
    ['nothing', { amount_paise: 0 }, '#/amount_paise'],
    ['less than a rupee', { amount_paise: 99 }, '#/amount_paise'],
    ['more than the largest amount', { amount_paise: MAX + 1 }, '#/amount_paise'],
    ['more than a number can say', { amount_paise: 1e300 }, '#/amount_paise'],
    ['a bank account that is no UUID', { bank_account_id: 'first' }, '#/bank_account_id'],
    ['a bank account as a number', { bank_account_id: 1 }, '#/bank_account_id'],
    ['another currency', { currency: 'USD' }, '#/currency'],
    ['an unknown mode', { mode: 'SWIFT' }, '#/mode'],
    ['a mode in lower case', { mode: 'imps' }, '#/mode'],
    ['a reference that is too long', { reference_id: 'x'.repeat(41) }, '#/reference_id'],
    ['an empty reference', { reference_id: '' }, '#/reference_id'],
    ['a reference with U+0000', { reference_id: 'a\u0000b' }, '#/reference_id'],
    ['a reference with a line break', { reference_id: 'a\nb' }, '#/reference_id'],
    ['a reference with a lone surrogate', { reference_id: 'a\ud800b' }, '#/reference_id'],
    ['a narration that is too long', { narration: 'x'.repeat(31) }, '#/narration'],
    ['a narration with a sign that banks refuse', { narration: 'invoice #1' }, '#/narration'],
    ['a field that does not exist', { amount: 1000 }, '#/amount'],
    ['a status of its own', { status: 'completed' }, '#/status'],
  ])('is refused: %s', async (_name, field, pointer) => {
    await expectNothingChanged(async () => {
      const body = { amount_paise: 1000, bank_account_id: await acme.account('0001'), ...field };
      const answer = await acme.api.post('/payouts', body, { key: randomUUID() });

      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    });
  });

  it('is refused when its number is more than 2^53 in the JSON text', async () => {
    await expectNothingChanged(async () => {
      const id = await acme.account('0001');
      const body = `{"amount_paise": 9007199254740993, "bank_account_id": "${id}"}`;
      expectProblem(await acme.api.post('/payouts', body, { key: randomUUID() }), 400, 'validation_failed');
    });
  });

  it('is reported with all others at once', async () => {
    const answer = await acme.api.post('/payouts', { amount_paise: -1, mode: 'CASH' }, { key: randomUUID() });

    expect(answer.body.errors).toHaveLength(3);
  });
});

describe('a body that is no payout', () => {
  it.each([
    ['broken JSON', '{"amount_paise": 1000', 400, 'malformed_json'],
    ['two values', '{} {}', 400, 'malformed_json'],
    ['a member __proto__', '{"__proto__": {"amount_paise": 1000}}', 400, 'validation_failed'],
    ['a list', '[]', 400, 'validation_failed'],
    ['a text', '"payout"', 400, 'validation_failed'],
    ['null', 'null', 400, 'validation_failed'],
    ['more than 100 kB', `{"narration": "${'x'.repeat(100_001)}"}`, 413, 'payload_too_large'],
    ['very deep', `${'['.repeat(40_000)}${']'.repeat(40_000)}`, 400, 'validation_failed'],
  ])('is refused: %s', async (_name, body, status, code) => {
    await expectNothingChanged(async () => {
      expectProblem(await acme.api.post('/payouts', body, { key: randomUUID() }), status, code);
    });
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'is refused as %s',
    async (type) => {
      await expectNothingChanged(async () => {
        const options = { key: randomUUID(), headers: { 'content-type': type } };
        expectProblem(await acme.api.post('/payouts', '{}', options), 415, 'unsupported_media_type');
      });
    },
  );
});

describe('an Idempotency-Key', () => {
  it('is needed', async () => {
    const body = { amount_paise: 1000, bank_account_id: await acme.account('0001') };
    await expectNothingChanged(async () => {
      expectProblem(await acme.api.post('/payouts', body), 400, 'idempotency_key_missing');
      expectProblem(await acme.api.post('/payouts', body, { key: '   ' }), 400, 'idempotency_key_missing');
    });
  });

  it.each([
    ['256 characters', 'k'.repeat(256)],
    ['a letter beyond ASCII', 'schl\u00fcssel'],
    ['a tab', 'a\tb'],
  ])('is refused with %s', async (_name, key) => {
    const body = { amount_paise: 1000, bank_account_id: await acme.account('0001') };
    await expectNothingChanged(async () => {
      expectProblem(await acme.api.post('/payouts', body, { key }), 400, 'validation_failed');
    });
  });

  it('may have 255 characters', async () => {
    const answer = await acme.payOut(1, { key: 'k'.repeat(255) });

    expect(answer.status).toBe(201);
  });
});

describe("what is not the caller's", () => {
  it('is as unknown as what does not exist: a bank account in the body', async () => {
    for (const id of [await other.account('0001'), randomUUID()]) {
      const answer = await acme.api.post(
        '/payouts',
        { amount_paise: 1000, bank_account_id: id },
        { key: randomUUID() },
      );
      expectProblem(answer, 422, 'bank_account_unknown');
    }
  });

  it('is as unknown as what does not exist: an id in the path', async () => {
    const { id } = await other.aPayout(1);
    const ids = [id, randomUUID(), 'first', '..%2f..', "'; DROP TABLE payouts; --", '%00', 'x'.repeat(2_000)];
    await expectNothingChanged(async () => {
      for (const path of ids.map(encodeURI)) {
        expectProblem(await acme.api.get(`/payouts/${path}`), 404, 'not_found');
        expectProblem(await acme.api.get(`/payouts/${path}/events`), 404, 'not_found');
        expectProblem(await acme.api.post(`/payouts/${path}/cancel`), 404, 'not_found');
        expectProblem(await acme.api.get(`/bank-accounts/${path}`), 404, 'not_found');
      }
    });
  });

  it('is not shown when a merchant names another one', async () => {
    expectProblem(await acme.api.get('/balance', { merchant: other }), 403, 'forbidden');
    expectProblem(await acme.api.get(`/payouts?merchant_id=${other.id}`), 403, 'forbidden');
  });

  it('is for operators only: moving a payout by hand', async () => {
    const { id } = await acme.aPayout(1);
    await expectNothingChanged(async () => {
      const patch = { status: 'cancelled', reason: 'mine' };
      expectProblem(await acme.api.patch(`/payouts/${id}`, patch), 403, 'forbidden');
      expectProblem(await acme.api.delete(`/payouts/${id}`), 403, 'forbidden');
    });
  });
});

describe('an operator', () => {
  it('names a merchant that exists', async () => {
    const body = { amount_paise: 1000, bank_account_id: randomUUID() };
    const operator = bahi.asOperator();
    await expectNothingChanged(async () => {
      expectProblem(await operator.post('/payouts', body, { key: 'a' }), 400, 'validation_failed');
      expectProblem(
        await operator.post('/payouts', body, { key: 'a', merchant: { id: 'x' } }),
        400,
        'validation_failed',
      );
      const nobody = { id: randomUUID() };
      expectProblem(await operator.post('/payouts', body, { key: 'a', merchant: nobody }), 404, 'not_found');
      expectProblem(await operator.get('/balance', { merchant: nobody }), 404, 'not_found');
      expectProblem(await operator.post('/bank-accounts', bankAccount(), { merchant: nobody }), 404, 'not_found');
    });
  });

  it.each([
    ['no reason', { status: 'cancelled' }, '#/reason'],
    ['an unknown status', { status: 'paid', reason: 'x' }, '#/status'],
    ['completed without a UTR', { status: 'completed', reason: 'x' }, '#/utr'],
    ['a UTR that is none', { status: 'completed', reason: 'x', utr: 'short' }, '#/utr'],
    ['a UTR without completing', { status: 'failed', reason: 'x', utr: '632500000001' }, '#/utr'],
  ])('moves a payout by hand only as it must be: %s', async (_name, patch, pointer) => {
    const { id } = await acme.aPayout(1);
    await expectNothingChanged(async () => {
      const answer = await bahi.asOperator().patch(`/payouts/${id}`, patch);

      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.errors[0].pointer).toBe(pointer);
    });
  });
});

describe('a list', () => {
  it.each([
    ['limit=0', 'validation_failed'],
    ['limit=101', 'validation_failed'],
    ['limit=ten', 'validation_failed'],
    ['limit=1&limit=2', 'validation_failed'],
    ['offset=10001', 'validation_failed'],
    ['offset=100000000000000000000', 'validation_failed'],
    ['offset=-1', 'validation_failed'],
    ['offset=1e3', 'validation_failed'],
    ['cursor=abc', 'cursor_invalid'],
    ['status=paid', 'validation_failed'],
    ['bank_account_id=1', 'validation_failed'],
    ['created_from=yesterday', 'validation_failed'],
    ['created_from=2026-02-30T00:00:00Z', 'validation_failed'],
    ['needs_attention=1', 'validation_failed'],
    ['merchant=1', 'validation_failed'],
    ['reference_id=%00', 'validation_failed'],
    ['utr=x', 'validation_failed'],
  ])('is refused with ?%s', async (query, code) => {
    expectProblem(await acme.api.get(`/payouts?${query}`), 400, code);
  });

  it('is refused with a cursor of another list or of other filters', async () => {
    await acme.aPayout(1);
    await acme.aPayout(1);
    const { next } = (await acme.api.get('/payouts?limit=1')).body;
    const cursor = new URL(next, 'http://x').searchParams.get('cursor');

    expect((await acme.api.get(next)).status).toBe(200);
    expectProblem(await acme.api.get(`/payouts?limit=1&status=pending&cursor=${cursor}`), 400, 'cursor_invalid');
    expectProblem(await acme.api.get(`/ledger?limit=1&cursor=${cursor}`), 400, 'cursor_invalid');
  });
});

describe('what two readers could take for different things', () => {
  const text = async (fields: string): Promise<string> =>
    `{"amount_paise": 1000, "bank_account_id": "${await acme.account('0001')}"${fields}}`;

  it.each([
    ['an amount twice', ', "amount_paise": 100000'],
    ['an amount beyond what a number holds', ', "x": 100.0000000000000001'],
    ['a reference with a hidden space', ', "reference_id": "INV\u200b1"'],
    ['a reference that reads from the right', ', "reference_id": "INV\u202e1"'],
  ])('is refused: %s', async (_name, fields) => {
    await expectNothingChanged(async () => {
      const answer = await acme.api.post('/payouts', await text(fields), { key: randomUUID() });
      expectProblem(answer, 400, 'validation_failed');
    });
  });

  it('is found all the same when an earlier version has stored it', async () => {
    const hidden = 'INV\u200b\u202e1';
    const payout = await acme.aPayout(1, { reference_id: 'stored' });
    await bahi.psql.query('UPDATE payouts SET reference_id = $1 WHERE id = $2', [hidden, payout.id]);
    const found = await acme.api.get(`/payouts?reference_id=${encodeURIComponent(hidden)}`);
    expect(found.body.results).toMatchObject([{ id: payout.id, reference_id: hidden }]);
  });

  it('is refused in the name of a bank account’s holder, whose script may join letters', async () => {
    const named = (account_holder_name: string) => ({ ...bankAccount(), account_holder_name });
    expectProblem(await acme.api.post('/bank-accounts', named('Asha\u200d Rao')), 400, 'validation_failed');
    expect((await acme.api.post('/bank-accounts', named('लक्\u200dष्मी'))).status).toBe(201);
  });
});

describe('a query parameter that no endpoint knows', () => {
  /** Valid bodies for operations without an example in the document. */
  const BODIES: Readonly<Record<string, object>> = {
    '/api/v1/acknowledgements': { finding: 'a'.repeat(64), reason: 'Test' },
    '/api/v1/bank-accounts': bankAccount(),
    '/api/v1/database-failovers/resume': { reason: 'Test' },
    '/api/v1/routing-rules/preview': { amount_paise: 50_000 },
    '/api/v1/bank-accounts/{id}': { is_active: true },
    '/api/v1/balance/alert': { threshold_paise: 5_000_000 },
    '/api/v1/webhook-endpoints': { url: 'https://example.com/hook' },
    '/api/v1/webhook-endpoints/{id}': { is_active: true },
    '/api/v1/webhook-endpoints/{id}/rotate-secret': { keep_old_seconds: 0 },
    '/api/v1/webhook-endpoints/{id}/recover': { since: '2026-01-01T00:00:00Z' },
  };
  const BY_HAND = { status: 'failed', reason: 'Test' };

  it('is refused by every endpoint of the API', async () => {
    // eslint-disable-next-line no-restricted-globals -- this is the document
    const document = (await (await fetch(`${bahi.service.url}/docs-json`)).json()) as Json;
    const accepted: string[] = [];
    for (const [pattern, operations] of Object.entries<Json>(document.paths)) {
      // Without a demo this endpoint answers 404, whatever the query.
      if (pattern === '/api/v1/demo/keys') continue;
      if (!pattern.startsWith('/api/v1/') || pattern.endsWith('/callbacks')) continue;
      const path = pattern.replaceAll(/\{\w+\}/g, randomUUID());
      for (const method of Object.keys(operations)) {
        const key = path === '/api/v1/me' ? acme.apiKey : bahi.operatorKey;
        const headers = { 'x-api-key': key, 'x-merchant-id': acme.id, 'idempotency-key': randomUUID() };
        const hasBody = operations[method].requestBody !== undefined;
        const [example] = Object.values<Json>(
          operations[method].requestBody?.content['application/json'].examples ?? {},
        );
        const response = await documentedFetch(`${bahi.service.url}${path}?limti=1`, {
          method: method.toUpperCase(),
          headers: hasBody ? { ...headers, 'content-type': 'application/json' } : headers,
          ...(hasBody ? { body: JSON.stringify(example?.value ?? BODIES[pattern] ?? BY_HAND) } : {}),
        });
        const { errors = [] } = (await response.json()) as Json;
        if (response.status !== 400 || !errors.some((error: Json) => error.pointer === '#/query/limti'))
          accepted.push(`${method} ${path} ${response.status} ${JSON.stringify(errors)}`);
      }
    }
    expect(accepted).toEqual([]);
    expect(Object.keys(document.paths).length).toBeGreaterThan(20);
  });
});

describe('a range that ends before it begins', () => {
  /** Both ends of each range, exchanged. */
  const rangesOf = (parameters: readonly { name: string; in: string }[]): (readonly [string, string])[] => {
    const names = new Set(parameters.filter((one) => one.in === 'query').map(({ name }) => name));
    const upperOf = (name: string): string => name.replace(/^min_/, 'max_').replace(/(^|_)from$/, '$1to');
    const lowers = [...names].filter((name) => /^min_|(^|_)from$/.test(name));
    expect(lowers.map(upperOf).filter((upper) => !names.has(upper))).toEqual([]);
    return lowers.map((lower) => [lower, upperOf(lower)]);
  };
  const queryOf = (path: string, lower: string, upper: string): string => {
    if (lower.startsWith('min_'))
      return `${lower}=200&${upper}=199&created_from=2026-01-01T00:00:00Z&created_to=2026-01-02T00:00:00Z`;
    return path.includes('/daily')
      ? `${lower}=2026-01-02&${upper}=2026-01-01`
      : `${lower}=2026-01-01T00:00:00.001Z&${upper}=2026-01-01T00:00:00Z`;
  };

  it('is refused by every list, count and export, at the field with the lower end', async () => {
    // eslint-disable-next-line no-restricted-globals -- this is the document
    const { paths } = (await (await fetch(`${bahi.service.url}/docs-json`)).json()) as Json;
    const wrong: string[] = [];
    const found: string[] = [];
    for (const [path, operations] of Object.entries<Json>(paths))
      for (const [method, { parameters = [] }] of Object.entries<Json>(operations))
        for (const [lower, upper] of rangesOf(parameters)) {
          const about = parameters.some((one: Json) => one.name === 'currency') ? '&currency=USD' : '';
          const url = `${path}?${queryOf(path, lower, upper)}${about}`;
          const { status, body } = await (method === 'get' ? acme.api.get(url) : acme.api.post(url));
          found.push(`${method} ${path} ${lower}`);
          const [error] = body.errors ?? [{}];
          const isSaid = error.detail?.startsWith(
            `${lower} must not be ${lower.startsWith('min_') ? 'above' : 'after'} `,
          );
          if (status !== 400 || error.pointer !== `#/query/${lower}` || !isSaid)
            wrong.push(`${method} ${url} ${status} ${JSON.stringify(error)}`);
        }
    expect(wrong).toEqual([]);
    expect(found.length).toBeGreaterThan(20);
  });

  it('says what to do', async () => {
    const { body } = await acme.api.get('/payouts?created_from=2026-01-02T00:00:00Z&created_to=2026-01-01T00:00:00Z');
    expect(body.errors).toEqual([
      {
        pointer: '#/query/created_from',
        detail: 'created_from must not be after created_to: exchange the two, or leave one out.',
      },
    ]);
  });

  it('is not one that contains a single amount, or no moment', async () => {
    const moment = '2026-01-01T00:00:00Z';
    const path = `/payouts?created_from=${moment}&created_to=${moment}&min_amount_paise=1&max_amount_paise=1`;
    expect((await acme.api.get(path)).status).toBe(200);
  });
});

describe('a body that says nothing', () => {
  it.each(['{}', 'null', '[]', '[{}]', '"x"', '0'])('is %s, and no endpoint fails of it', async (body) => {
    // eslint-disable-next-line no-restricted-globals -- this is the document
    const document = (await (await fetch(`${bahi.service.url}/docs-json`)).json()) as Json;
    const failed: string[] = [];
    for (const [pattern, operations] of Object.entries<Json>(document.paths)) {
      if (!pattern.startsWith('/api/v1/') || pattern.endsWith('/callbacks')) continue;
      const path = pattern.replaceAll(/\{\w+\}/g, acme.id);
      for (const method of Object.keys(operations).filter((name) => operations[name].requestBody !== undefined)) {
        const keys = { 'x-api-key': bahi.operatorKey, 'x-merchant-id': acme.id, 'idempotency-key': randomUUID() };
        const headers = { ...keys, 'content-type': 'application/json' };
        const { status } = await documentedFetch(`${bahi.service.url}${path}`, {
          method: method.toUpperCase(),
          headers,
          body,
        });
        if (status >= 500) failed.push(`${method} ${path} ${status}`);
      }
    }
    expect(failed).toEqual([]);
  });

  it('is no threshold of a balance', async () => {
    const refused = await acme.api.patch('/balance/alert', {});
    expectProblem(refused, 400, 'validation_failed');
    expect(refused.body.errors).toMatchObject([{ pointer: '#/threshold_paise' }]);
    expect((await acme.api.patch('/balance/alert', { threshold_paise: null })).body.threshold_paise).toBeNull();
  });
});

describe('a merchant who is named where none is asked for', () => {
  it.each(['/merchants', '/merchants/:id/api-keys'])('is refused: %s', async (path) => {
    const operator = bahi.asOperator();
    const refused = await operator.get(`${path.replace(':id', acme.id)}?merchant_id=${randomUUID()}`);
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '#/query/merchant_id']);
  });
});

describe('HTTP itself', () => {
  it('asks for a key before it reads anything', async () => {
    const url = `${bahi.service.url}/api/v1/payouts`;
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { authorization: 'Basic eDp5' }] as Record<string, string>[]) {
      const response = await documentedFetch(url, { method: 'POST', headers, body: '{' });
      expect([response.status, ((await response.json()) as Json).code]).toEqual([401, 'unauthenticated']);
    }
  });

  it('knows which methods a path takes', async () => {
    const answer = await acme.api.delete('/payouts');

    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toContain('POST');
  });

  it.each([
    ['a header of 20 kB', `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a malformed URL', 'GET /api/v1/payouts/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    [
      'a URL of 20 kB',
      `GET /api/v1/payouts?x=${'x'.repeat(10_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      414,
    ],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
  ])('refuses %s with a problem document', async (_name, bytes, status) => {
    const answer = await raw(bytes);

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ status });
  });
});

function bankAccount(): object {
  return { account_holder_name: 'Asha Rao', account_number: '50100012340001', ifsc: 'HDFC0000001' };
}

/** Sends bytes that no client would send, and reads until the service closes the connection. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(bahi.service.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
