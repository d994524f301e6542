import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, stopTestApp } from '../support/http-test-app.js';
import { call, expectProblem, get, MERCHANT } from '../support/http-test-client.js';

/** The setting's default. */
const PER_MINUTE = 60;

const WRONG = { authorization: 'Api-Key bahi_merchant_nobody' };

beforeEach(() => startTestApp({ trustProxy: 1 }));

afterEach(stopTestApp);

async function sendWrongKeys(count: number, headers: Record<string, string> = {}): Promise<void> {
  for (let i = 0; i < count; i++)
    expectProblem(await get('/api/v1/things', { ...WRONG, ...headers }), 401, 'unauthenticated');
}

describe('many wrong keys from one address', () => {
  it('are 429 from then on, with the time to wait, also where they have no form or there is no path', async () => {
    await sendWrongKeys(PER_MINUTE);
    for (const [path, headers] of [
      ['/api/v1/things', WRONG],
      ['/api/v1/things', { 'x-api-key': 'two words' }],
      ['/api/v1/nothing', WRONG],
    ] as const) {
      const answer = await get(path, headers);
      expectProblem(answer, 429, 'rate_limited');
      const seconds = Number(answer.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(answer.headers.get('www-authenticate')).toBeNull();
    }
  });

  it('keep no right key out, no request without one, and no callback', async () => {
    await sendWrongKeys(PER_MINUTE);
    expectProblem(await get('/api/v1/things', WRONG), 429, 'rate_limited');
    expect((await get('/api/v1/things', MERCHANT)).status).toBe(200);
    expectProblem(await get('/api/v1/things', {}), 401, 'unauthenticated');
    expect((await call('POST', '/api/v1/callbacks/razorpayx')).status).toBe(201);
  });

  it('are those of the address that a trusted proxy names, and of its whole network where it is IPv6', async () => {
    await sendWrongKeys(PER_MINUTE, { 'x-forwarded-for': '2001:db8::1' });
    const from = (address: string) => get('/api/v1/things', { ...WRONG, 'x-forwarded-for': address });
    expectProblem(await from('2001:db8::ffff:1'), 429, 'rate_limited');
    expectProblem(await from('198.51.100.7, 2001:db8::2'), 429, 'rate_limited');
    expectProblem(await from('2001:db8:0:1::1'), 401, 'unauthenticated');
    expectProblem(await get('/api/v1/things', WRONG), 401, 'unauthenticated');
  });

  it('are counted', async () => {
    await sendWrongKeys(3);
    expectProblem(await get('/api/v1/things', {}), 401, 'unauthenticated');
    expect((await get('/metrics')).text).toContain('\nbahi_wrong_keys_total 3\n');
  });
});
