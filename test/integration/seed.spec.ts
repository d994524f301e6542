import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DEMO_MERCHANTS } from '../../src/main/demo/demo-merchants.js';
import { seedWhereEmpty } from '../../src/main/demo/seed-demo.js';
import { configFrom } from '../../src/main/settings.js';
import { Bahi } from '../support/bahi.js';

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open();
});

afterAll(() => bahi.close());

it('makes the demo once where two processes begin at once', async () => {
  const { appUrl, ownerUrl, adminUrl } = bahi.urls;
  const environment = { DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl, ADMIN_DATABASE_URL: adminUrl };
  const seed = () => seedWhereEmpty(configFrom({ ...environment, LOG_LEVEL: 'fatal' }), () => undefined);
  expect((await Promise.all([seed(), seed()])).sort()).toEqual([false, true]);
  expect(await bahi.count('merchants')).toBe(DEMO_MERCHANTS.length);
});
