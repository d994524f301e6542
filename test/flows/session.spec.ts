import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedWhereEmpty } from '../../src/main/demo/seed-demo.js';
import { configFrom } from '../../src/main/settings.js';
import { Bahi } from '../support/bahi.js';
import { type Answer, Client, type Json } from '../support/client.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: { IDEMPOTENCY_WINDOW_HOURS: '48', RATE_LIMIT_KEY_READS_PER_SECOND: '5000' } });
  operator = bahi.asOperator();
});

afterAll(() => bahi.close());

describe('a session', () => {
  it('of an operator says so, and that this is no demo', async () => {
    const { status, body } = await operator.get('/session');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'operator',
      key: { id: expect.any(String), name: 'Operator' },
      merchant: null,
      is_demo: false,
      has_docs: true,
      idempotency_window_seconds: 172_800,
      limits: { reads_per_second: 5_000, writes_per_second: 10_000, min_payout_paise: 100 },
    });
    expect(body.release).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('is that of a demo where the demo’s keys open the service', async () => {
    const { appUrl, ownerUrl, adminUrl } = bahi.urls;
    const environment = { DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl, ADMIN_DATABASE_URL: adminUrl };
    await seedWhereEmpty(configFrom(environment), () => undefined);

    await until('the keys are known', async () => (await operator.get('/session')).body.is_demo === true);

    const acme = await new Client(bahi.service.url, 'api-key-acme-agency').get('/session');
    expect(acme.body).toMatchObject({ kind: 'merchant', key: { name: 'Demo' }, merchant: { name: 'Acme Agency' } });
    const production = await bahi.serve({
      environment: { NODE_ENV: 'production', GATEWAYS: 'bank-simulator,payment-simulator', DOCS: 'off' },
    });
    expect((await bahi.asOperator(production).get('/session')).body).toMatchObject({ is_demo: false, has_docs: false });
  });

  it('of a merchant names it, with its own limits, and what banks carry', async () => {
    const merchant = await bahi.aMerchant();
    await operator.patch(`/merchants/${merchant.id}`, { reads_per_second: 70, is_active: false });
    const session = (): Promise<Answer> => merchant.api.get('/session');
    await until('the limit is known', async () => (await session()).body.limits.reads_per_second === 70);

    expect((await session()).body).toMatchObject({
      kind: 'merchant',
      key: { id: merchant.keyId, name: 'Billing server' },
      merchant: { id: merchant.id, name: 'Acme Agency', email: 'ops@acme.example', is_active: false },
      limits: { reads_per_second: 70, writes_per_second: 10_000 },
      transfer_modes: [
        { mode: 'IMPS', pays_to: 'account', min_amount_paise: null, max_amount_paise: 50_000_000 },
        { mode: 'NEFT', pays_to: 'account', min_amount_paise: null, max_amount_paise: null },
        { mode: 'RTGS', pays_to: 'account', min_amount_paise: 20_000_000, max_amount_paise: null },
        { mode: 'UPI', pays_to: 'vpa', min_amount_paise: null, max_amount_paise: 10_000_000 },
      ],
    });
  });

  it('ends with its key', async () => {
    const merchant = await bahi.aMerchant();
    expect((await merchant.api.get('/session')).status).toBe(200);
    await operator.delete(`/merchants/${merchant.id}/api-keys/${merchant.keyId}`);

    expect((await merchant.api.get('/session')).body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});

describe('the list of merchants', () => {
  const namesIn = ({ body }: Answer): string[] => body.results.map(({ name }: Json) => name);
  const search = async (text: string, more = ''): Promise<string[]> =>
    namesIn(await operator.get(`/merchants?search=${encodeURIComponent(text)}${more}`));

  it('shows what each has, as its book says', async () => {
    const rich = await bahi.aMerchant({ rupees: 700 });
    await rich.aPayout(200);
    const poor = await bahi.aMerchant();

    const { results } = (await operator.get('/merchants?limit=2')).body;

    expect(results).toMatchObject([
      { id: poor.id, available_paise: 0, held_paise: 0 },
      { id: rich.id, available_paise: 50_000, held_paise: 20_000, is_active: true, reads_per_second: null },
    ]);
  });

  it('finds a part of the name or the address whatever the case, an id, and signs as they stand', async () => {
    const made = [
      { name: 'Zephyr 100% Kites', email: 'sky@zephyr.example' },
      { name: 'पतंग_घर', email: 'KITES@patang.example' },
      { name: 'Something Else', email: 'else@other.example' },
    ];
    const ids: string[] = [];
    for (const merchant of made) ids.push((await operator.post('/merchants', merchant)).body.id);
    await operator.patch(`/merchants/${ids[0]}`, { is_active: false });

    expect(await search('kites')).toEqual(['पतंग_घर', 'Zephyr 100% Kites']);
    expect(await search('ZEPHYR.EX')).toEqual(['Zephyr 100% Kites']);
    expect(await search('पतंग')).toEqual(['पतंग_घर']);
    expect(await search('0% k')).toEqual(['Zephyr 100% Kites']);
    expect(await search('_घ')).toEqual(['पतंग_घर']);
    expect(await search('%')).toEqual(['Zephyr 100% Kites']);
    expect(await search(ids[2]!.toUpperCase())).toEqual(['Something Else']);
    expect(await search('kites', '&is_active=true')).toEqual(['पतंग_घर']);
    expect(await search('kites', '&is_active=false')).toEqual(['Zephyr 100% Kites']);
    expect(await search("'; DROP TABLE merchants; --")).toEqual([]);
    expect(await search(ids[2]!.replace(/^./, 'f'))).toEqual([]);
  });

  it('is paged by cursors that belong to its search', async () => {
    const first = (await operator.get('/merchants?search=kites&limit=1')).body;
    const second = (await operator.get(first.next)).body;

    expect([first, second].map(({ results }) => results[0].name)).toEqual(['पतंग_घर', 'Zephyr 100% Kites']);
    expect(second.next).toBeNull();
    expect((await operator.get(`/merchants?search=else&cursor=${first.next_cursor}`)).body.code).toBe('cursor_invalid');
  });

  it('is the operators’', async () => {
    const merchant = await bahi.aMerchant();
    expect((await merchant.api.get('/merchants?search=a')).body.code).toBe('forbidden');
    expect((await operator.get('/merchants?search=')).body.code).toBe('validation_failed');
    expect((await operator.get(`/merchants?search=${'x'.repeat(101)}`)).body.code).toBe('validation_failed');
  });
});
