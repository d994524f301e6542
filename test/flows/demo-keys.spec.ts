import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedWhereEmpty } from '../../src/main/demo/seed-demo.js';
import { configFrom } from '../../src/main/settings.js';
import { Bahi } from '../support/bahi.js';
import { Client, type Json } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import type { Service } from '../support/local-service.js';
import { until } from '../support/wait-for.js';

/** The operator's key and those of three merchants. */
const DEMO_KEYS = 4;

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open();
});

afterAll(() => bahi.close());

const demoKeys = async (service: Service = bahi.service) => {
  const response = await documentedFetch(`${service.url}/api/v1/demo/keys`);
  const body: Json = await response.json();
  return { status: response.status, body };
};

async function seed(): Promise<void> {
  const { appUrl, ownerUrl, adminUrl } = bahi.urls;
  const environment = { DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl, ADMIN_DATABASE_URL: adminUrl };
  expect(await seedWhereEmpty(configFrom(environment), () => undefined)).toBe(true);
}

describe('the keys of the demo', () => {
  it('are not there where there is no demo', async () => {
    expect(await demoKeys()).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('are shown to whoever has no key, and open what the demo has made', async () => {
    await seed();
    // Each key was refused a moment ago, which is cached for some seconds, not equally long for all keys.
    await until('all keys are known', async () => (await demoKeys()).body.results?.length === DEMO_KEYS);

    const { results } = (await demoKeys()).body;
    expect(results.map(({ kind, name }: { kind: string; name: string }) => [kind, name])).toEqual([
      ['operator', 'Demo operator'],
      ['merchant', 'Acme Agency'],
      ['merchant', 'Freelancer Fiaz'],
      ['merchant', 'Tiny Studio'],
    ]);
    const [operator, ...merchants] = results;
    expect((await new Client(bahi.service.url, operator.key).get('/merchants')).body.results).toHaveLength(3);
    for (const { key, name, merchant_id } of merchants)
      expect((await new Client(bahi.service.url, key).get('/me')).body).toMatchObject({ id: merchant_id, name });
  });

  it('are never there in production, though they would open the database', async () => {
    const production = await bahi.serve({
      environment: { NODE_ENV: 'production', GATEWAYS: 'bank-simulator,payment-simulator' },
    });
    expect((await new Client(production.url, 'api-key-acme-agency').get('/me')).status).toBe(200);

    expect(await demoKeys(production)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await demoKeys()).status).toBe(200);
  });

  it('lack one that was revoked', async () => {
    const { results } = (await demoKeys()).body;
    const { merchant_id: tiny } = results[3];
    const keys = (await bahi.asOperator().get(`/merchants/${tiny}/api-keys`)).body.results;
    expect((await bahi.asOperator().delete(`/merchants/${tiny}/api-keys/${keys[0].id}`)).status).toBe(204);

    expect((await demoKeys()).body.results.map(({ name }: { name: string }) => name)).not.toContain('Tiny Studio');
    expect((await demoKeys()).body.results).toHaveLength(3);
  });
});
