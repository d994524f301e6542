import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { Answer, Client, RequestOptions } from '../support/client.js';
import { redisEnvironment } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let acme: Merchant;
let fiaz: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: redisEnvironment() });
  [acme, fiaz] = (await bahi.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
  for (const merchant of [acme, fiaz]) for (const rupees of [1, 2]) await merchant.aPayout(rupees);
});

afterAll(() => bahi.close());

const PAGE = '/payouts?limit=1';

/** The first page, once it comes from the cache. */
async function cachedPage(client: Client, options: RequestOptions = {}, page = PAGE): Promise<Answer> {
  let answer = await client.get(page, options);
  await until('the page is cached', async () => {
    answer = await client.get(page, options);
    return answer.headers.get('x-cache') === 'HIT';
  });
  return answer;
}

const merchantsOn = ({ body }: Answer): string[] =>
  (body.results as { merchant_id: string }[]).map((row) => row.merchant_id);

describe('a cached page of a list', () => {
  it('belongs to the merchant that an operator names, whichever page was cached before', async () => {
    const operator = bahi.asOperator();
    for (const merchant of [acme, fiaz, acme])
      expect(merchantsOn(await cachedPage(operator, { merchant }))).toEqual([merchant.id]);
    expect(merchantsOn(await cachedPage(operator))).toEqual([fiaz.id]);
    expect(merchantsOn(await cachedPage(operator, { merchant: acme }))).toEqual([acme.id]);
  });

  it('has links that work for whoever reads it, the merchant or an operator who names it', async () => {
    const readers: [Client, RequestOptions][] = [
      [fiaz.api, {}],
      [bahi.asOperator(), { merchant: fiaz }],
      [fiaz.api, { merchant: fiaz }],
    ];
    for (const [client, options] of readers) {
      const { body } = await cachedPage(client, options);
      const next = await client.get(body.next as string, options);
      expect([next.status, next.body.results?.[0]?.amount_paise]).toEqual([200, 100]);
    }
  });

  it('says to each kind of key what that may do, though both ask at the same address', async () => {
    const page = `${PAGE}&merchant_id=${acme.id}`;
    const allowed = async (client: Client): Promise<string[]> => {
      const { body } = await cachedPage(client, {}, page);
      return (body.results as { allowed_statuses: string[] }[]).flatMap((row) => row.allowed_statuses);
    };
    expect(await allowed(acme.api)).toEqual(['cancelled']);
    expect(await allowed(bahi.asOperator())).toEqual(['processing', 'cancelled']);
    expect(await allowed(acme.api)).toEqual(['cancelled']);
  });

  it('of counts is that of its filters, and of the merchant that it is about', async () => {
    const pending = async (client: Client, query = '', options: RequestOptions = {}): Promise<number> => {
      const { body } = await cachedPage(client, options, `/payouts/counts${query}`);
      return (body.counts as { status: string; count: number }[]).find(({ status }) => status === 'pending')!.count;
    };
    const operator = bahi.asOperator();
    expect(await pending(acme.api)).toBe(2);
    expect(await pending(acme.api, '?created_to=2020-01-01T00:00:00Z')).toBe(0);
    expect(await pending(operator)).toBe(4);
    expect(await pending(operator, '', { merchant: fiaz })).toBe(2);
    await fiaz.aPayout(3);
    expect(await pending(fiaz.api)).toBe(3);
    expect(await pending(operator)).toBe(5);
    expect(await pending(acme.api)).toBe(2);
  });

  it('is not shown to another merchant', async () => {
    for (const merchant of [acme, fiaz]) expect(merchantsOn(await cachedPage(merchant.api))).toEqual([merchant.id]);
  });
});
