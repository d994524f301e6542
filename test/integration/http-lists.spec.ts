import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACME, THINGS, startTestApp, stopTestApp } from '../support/http-test-app.js';
import { OPERATOR, type Json, get, expectProblem } from '../support/http-test-client.js';

beforeAll(startTestApp);

afterAll(stopTestApp);

describe('a list', () => {
  it('is walked to its end and back by its links', async () => {
    const seen: string[] = [];
    const walk = async (from: string | null, link: 'next' | 'previous'): Promise<void> => {
      for (let path = from; path !== null;) {
        const { status, body } = await get(path, OPERATOR);
        expect(status).toBe(200);
        seen.push(...body.results.map(({ id }: { id: string }) => id));
        last = body;
        path = body[link];
      }
    };
    let last: Json = null;
    await walk('/api/v1/things?limit=10&status=pending', 'next');
    expect(seen).toEqual(THINGS.map(({ id }) => id));
    seen.length = 0;
    await walk(last.previous, 'previous');
    expect([...seen].sort()).toEqual(
      THINGS.slice(0, 40)
        .map(({ id }) => id)
        .sort(),
    );
    expect(last.results[0].id).toBe(THINGS[0]!.id);
  });

  it('gives paths with the filters in them', async () => {
    const { body } = await get('/api/v1/things/?status=pending');
    expect(body.next).toMatch(/^\/api\/v1\/things\?status=pending&limit=20&cursor=[\w-]+$/);
    expect(body.previous).toBeNull();
  });

  it('refuses a cursor that was changed or belongs to other filters', async () => {
    const { body } = await get('/api/v1/things?status=pending&limit=5', OPERATOR);
    const cursor: string = new URLSearchParams(body.next.split('?')[1]).get('cursor')!;
    const asked = (query: string, headers = {}) => get(`/api/v1/things?${query}`, { ...OPERATOR, ...headers });
    expect((await asked(`status=pending&limit=7&cursor=${cursor}`)).status).toBe(200);
    expectProblem(await asked(`status=completed&cursor=${cursor}`), 400, 'cursor_invalid');
    expectProblem(await asked(`cursor=${cursor}`), 400, 'cursor_invalid');
    expectProblem(await asked(`status=pending&cursor=${cursor}`, { 'x-merchant-id': ACME }), 400, 'cursor_invalid');
    expectProblem(await asked(`status=pending&cursor=A${cursor.slice(1)}`), 400, 'cursor_invalid');
    expectProblem(await asked(`status=pending&cursor=${cursor}A`), 400, 'cursor_invalid');
    expectProblem(await asked('cursor=%F0%9F%99%8F'), 400, 'cursor_invalid');
    expectProblem(await asked('cursor=nonsense'), 400, 'cursor_invalid');
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=+5', 'limit'],
    ['limit=5.0', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['offset=-1', 'offset'],
    ['offset=10001', 'offset'],
    ['offset=100000000000000000000', 'offset'],
    ['offset=1&cursor=abc', 'offset'],
    ['status=gone', 'status'],
    ['status[]=pending', 'status%5B%5D'],
    ['merchant_id=acme', 'merchant_id'],
    ['page=2', 'page'],
    ['__proto__=2', '__proto__'],
    ['constructor=2', 'constructor'],
    ['cursor=', 'cursor'],
    [`cursor=${'a'.repeat(201)}`, 'cursor'],
  ])('refuses ?%s', async (query, name) => {
    const answer = await get(`/api/v1/things?${query}`, OPERATOR);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toBe(`#/query/${name}`);
  });
});
