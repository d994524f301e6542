import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Answer, Json } from '../support/client.js';
import { assertDocumented } from '../support/documented-answer.js';

const BALANCE = {
  merchant_id: '01890000-0000-7000-8000-000000000001',
  ...{ currency: 'INR', available_paise: 1, held_paise: 2, total_paise: 3 },
  ...{ as_of: '2026-01-05T04:30:00.000Z', seq: 1 },
};
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  ...{ 'x-request-id': 'a-1', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
};
const PROBLEM = {
  ...{ type: '/problems/not_found', title: 'Not found', status: 404 },
  ...{ detail: 'There is no such merchant.', code: 'not_found', request_id: 'a-1' },
};
const OF_PROBLEMS = { 'content-type': 'application/problem+json' };

const asked = { method: 'GET', path: '/api/v1/balance?merchant_id=x', body: undefined };

function anAnswer(body: Json, status = 200, headers: Record<string, string> = {}): Answer {
  return { status, headers: new Headers({ ...HEADERS, ...headers }), text: JSON.stringify(body), body };
}

/** How an answer to GET /balance differs from the document. */
const differs = (answer: Answer) => expect(() => assertDocumented(asked, answer));

describe('what the tests’ client holds against the OpenAPI document', () => {
  it('are answers as they are documented', () => {
    differs(anAnswer(BALANCE)).not.toThrow();
    differs(anAnswer(PROBLEM, 404, OF_PROBLEMS)).not.toThrow();
  });

  it.each<[string, Answer, RegExp]>([
    ['a member that is missing', anAnswer({ ...BALANCE, held_paise: undefined }), /held_paise/],
    ['a member that is not documented', anAnswer({ ...BALANCE, color: 'red' }), /color/],
    ['another type', anAnswer({ ...BALANCE, held_paise: '2' }), /held_paise must be integer/],
    ['a header that is not documented', anAnswer(BALANCE, 200, { 'x-color': 'red' }), /header x-color/],
    ['another value of a header', anAnswer(BALANCE, 200, { 'cache-control': 'public' }), /header Cache-Control/],
    ['another content type', anAnswer(BALANCE, 200, { 'content-type': 'text/html' }), /text\/html/],
    ['another status', anAnswer(BALANCE, 202), /not documented/],
    ['another code', anAnswer({ ...PROBLEM, code: 'gone' }, 404, OF_PROBLEMS), /code must be equal/],
    ['a member of a problem that is not documented', anAnswer({ ...PROBLEM, x: 1 }, 404, OF_PROBLEMS), /"x"/],
  ])('is not %s', (_, answer, difference) => {
    const received = { ...answer, body: JSON.parse(answer.text) };
    differs(received).toThrow(difference);
  });

  it('is not a header that is missing', () => {
    const answer = anAnswer(BALANCE);
    answer.headers.delete('x-request-id');
    differs(answer).toThrow(/X-Request-Id is missing/);
  });

  it('are requests that were accepted', () => {
    const post = {
      method: 'PATCH',
      path: '/api/v1/merchants/01890000-0000-7000-8000-000000000001',
      body: { nme: 'x' },
    };
    const merchant = {
      ...{ id: '01890000-0000-7000-8000-000000000001', name: 'A', email: 'a@b.c', is_active: true },
      ...{ created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z' },
    };
    expect(() => assertDocumented(post, anAnswer(merchant))).toThrow(/the request, which was accepted,/);
  });

  it('is no parameter of the query that is not documented', () => {
    const odd = { ...asked, path: '/api/v1/balance?merchant=x' };
    expect(() => assertDocumented(odd, anAnswer(BALANCE))).toThrow(/merchant in the query, which was accepted/);
    expect(() => assertDocumented(odd, anAnswer(PROBLEM, 404, OF_PROBLEMS))).not.toThrow();
  });
});

describe('the OpenAPI document', () => {
  it('names `merchant_id` in the query wherever the header X-Merchant-Id may stand', () => {
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
    const operations = Object.entries<Json>(paths).flatMap(([path, item]) =>
      Object.entries<Json>(item).map(([method, { parameters = [] }]) => {
        const names = (parameters as Json[]).map(({ name }) => name as string);
        return { operation: `${method} ${path}`, names };
      }),
    );
    const aboutMerchants = operations.filter(({ names }) => names.includes('X-Merchant-Id'));
    expect(aboutMerchants.length).toBeGreaterThan(30);
    expect(aboutMerchants.filter(({ names }) => !names.includes('merchant_id'))).toEqual([]);
  });
});
