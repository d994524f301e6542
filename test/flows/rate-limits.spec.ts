import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { type Answer, Client } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import type { Merchant } from '../support/merchant.js';
import { redisEnvironment, startOwnRedis } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

/** The headers that say what may be sent, and how much is left. */
const standing = ({ headers }: Answer) => [headers.get('ratelimit-policy'), headers.get('ratelimit')];

const statusesOf = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status).sort();

/** Sent at once, about a payout that does not exist: nothing moves. */
const writes = (api: Client, count: number): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, () => api.post('/payouts/01890000-0000-7000-8000-000000000099/cancel')));

const reads = (api: Client, count: number): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, () => api.get('/me')));

/** Sets limits as operators do; they take effect within five seconds. */
async function limit(bahi: Bahi, merchant: Merchant, limits: object): Promise<void> {
  const { status, body } = await bahi.asOperator().patch(`/merchants/${merchant.id}`, limits);
  expect(status).toBe(200);
  expect(body).toMatchObject(limits);
}

describe('what a merchant may send', () => {
  let bahi: Bahi;
  let acme: Merchant;
  let other: Merchant;

  beforeAll(async () => {
    bahi = await Bahi.open();
    [acme, other] = (await bahi.merchants(2, { rupees: 1_000 })) as [Merchant, Merchant];
  });

  afterAll(() => bahi.close());

  it('stands in every answer to its key, reads and writes apart', async () => {
    expect(standing(await other.api.get('/me'))).toEqual([
      '"key-reads";q=10000;w=1, "merchant-reads";q=20000;w=1',
      expect.stringMatching(/^"key-reads";r=\d+;t=1, "merchant-reads";r=\d+;t=1$/),
    ]);
    expect(standing((await writes(other.api, 1))[0]!)[0]).toBe(
      '"key-writes";q=10000;w=1, "merchant-writes";q=20000;w=1',
    );
    expect(standing(await bahi.asOperator().get('/merchants'))[0]).toBe('"key-reads";q=10000;w=1');
    const health = await documentedFetch(`${bahi.service.url}/health`);
    expect([health.headers.get('ratelimit'), health.headers.get('ratelimit-policy')]).toEqual([null, null]);
  });

  it('is limited by operators, for itself and for nobody else', async () => {
    await limit(bahi, acme, { writes_per_second: 3 });
    let refused: Answer | undefined;
    await until('a write is refused', async () => {
      refused = (await writes(acme.api, 8)).find(({ status }) => status === 429);
      return refused !== undefined;
    });
    expect(refused!.body).toMatchObject({ code: 'rate_limited', detail: 'This key may send 3 writes per second.' });
    expect(refused!.headers.get('retry-after')).toBe('1');
    expect(standing(refused!)).toEqual([
      '"key-writes";q=3;w=1, "merchant-writes";q=3;w=1',
      '"key-writes";r=0;t=1, "merchant-writes";r=0;t=1',
    ]);
    expect(statusesOf(await reads(acme.api, 10))).toEqual(Array(10).fill(200));
    expect(statusesOf(await writes(other.api, 10))).toEqual(Array(10).fill(404));
  });

  it('is one for all its keys', async () => {
    const { body } = await bahi.asOperator().post(`/merchants/${acme.id}/api-keys`, { name: 'Another one' });
    const second = new Client(bahi.service.url, body.key);
    await until('the second key is refused for the first one', async () => {
      await writes(acme.api, 8);
      const [answer] = await writes(second, 1);
      return answer!.status === 429 && answer!.body.detail.startsWith('This merchant');
    });
  });

  it('leaves a key that was refused unused', async () => {
    const bank_account_id = await other.account('0001');
    await limit(bahi, other, { writes_per_second: 2 });
    const pay = (key: string) => other.api.post('/payouts', { amount_paise: 100, bank_account_id }, { key });
    const refused: string[] = [];
    await until('payouts are refused', async () => {
      const keys = Array.from({ length: 5 }, () => randomUUID());
      const answers = await Promise.all(keys.map(pay));
      refused.push(...keys.filter((_, i) => answers[i]!.status === 429));
      return refused.length > 0;
    });
    await until('one of them is made under its key', async () => {
      const { status } = await pay(refused[0]!);
      expect([201, 429]).toContain(status);
      return status === 201;
    });
  });

  it.each([0, null])('is what the settings say again, when its own limit is taken back (%j)', async (none) => {
    const operator = bahi.asOperator();
    const limited = await operator.patch(`/merchants/${acme.id}`, { writes_per_second: 5, reads_per_second: 7 });
    expect(limited.body).toMatchObject({ writes_per_second: 5, reads_per_second: 7 });
    const { body } = await operator.patch(`/merchants/${acme.id}`, { writes_per_second: none });
    expect(body).toMatchObject({ writes_per_second: null, reads_per_second: 7 });
    await until('the settings hold', async () => standing((await writes(acme.api, 1))[0]!)[0]!.includes('q=20000'));
  });

  it('holds when it is asked for again, where sign-ins were left without it', async () => {
    const operator = bahi.asOperator();
    await operator.patch(`/merchants/${acme.id}`, { writes_per_second: 30 });
    await bahi.psql.query('DELETE FROM merchant_limits WHERE merchant_id = $1', [acme.id]);
    expect((await operator.patch(`/merchants/${acme.id}`, { writes_per_second: 30 })).status).toBe(200);
    await until('it holds', async () => standing((await writes(acme.api, 1))[0]!)[0]!.includes('q=30'));
  });

  it('holds when a process of the version before has changed it, which knows the merchant alone', async () => {
    await bahi.psql.query('UPDATE merchants SET writes_per_second = 40 WHERE id = $1', [acme.id]);
    await until('it holds', async () => standing((await writes(acme.api, 1))[0]!)[0]!.includes('q=40'));
  });
});

describe.each([
  ['PostgreSQL', () => ({})],
  ['Redis', () => redisEnvironment()],
])('through several processes that count in %s', (_name, environment) => {
  it('a merchant has one limit', async () => {
    const bahi = await Bahi.open({ environment: environment() });
    const acme = await bahi.aMerchant();
    await limit(bahi, acme, { writes_per_second: 20 });
    const [one, two] = await Promise.all([bahi.serve(), bahi.serve()]);
    const [here, there] = [new Client(one.url, acme.apiKey), new Client(two.url, acme.apiKey)];
    // The other process has used little itself, but still knows that nothing is left.
    await until('the other process refuses', async () => {
      await writes(here, 25);
      const answers = [...(await writes(there, 1)), ...(await writes(there, 4))];
      return answers.some(({ status }) => status === 429);
    });
    await bahi.close();
  });
});

describe('a process whose Redis is away', () => {
  it('goes by its own count, and refuses nothing by itself', async () => {
    const redis = await startOwnRedis();
    const bahi = await Bahi.open({ environment: { REDIS_URL: redis.url } });
    const acme = await bahi.aMerchant();
    await limit(bahi, acme, { reads_per_second: 40 });
    const client = acme.api;
    expect((await client.get('/me')).status).toBe(200);
    await redis.stop();
    // Fewer than the limit allows: neither an error of Redis nor its silence refuses one.
    for (let i = 0; i < 10; i++) expect(statusesOf(await reads(client, 2))).toEqual([200, 200]);
    await until('its own count refuses', async () => statusesOf(await reads(client, 60)).includes(429));
    await bahi.close();
  });
});
