import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { payoutJob } from '../../src/modules/payouts/jobs/payout-jobs.js';
import { JobQueues } from '../../src/platform/queue/job-queues.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { openBrowser, openContext } from '../support/browser.js';
import type { Json } from '../support/client.js';
import { type OwnRedis, redisEnvironment, startOwnRedis } from '../support/redis-server.js';
import type { ServiceProcess } from '../support/service-process.js';
import { until } from '../support/wait-for.js';

/** Jobs next to the one that the test looks at: a page of the board has ten. */
const OTHERS = 9;

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

describe.each([
  ['PostgreSQL', () => ({})],
  ['Redis', () => redisEnvironment()],
  ['Redis, in parts', () => ({ ...redisEnvironment(), QUEUE_PARTS: '3' })],
])('the board of queues in %s', (_name, environment) => {
  let bahi: Bahi;
  let api: ServiceProcess;
  let acme: Merchant;
  let operatorKey: string;

  beforeAll(async () => {
    bahi = await Bahi.open({ environment: environment() });
    // Without a worker the API's own relay carries nothing, so the test adds a job itself.
    api = await bahi.process('api');
    acme = await bahi.aMerchant();
    operatorKey = bahi.operatorKey;
    // With parts, one of the others has the job, for a merchant that does not exist.
    const merchants = Array.from({ length: OTHERS }, (_, n) =>
      payoutJob({ merchantId: `merchant-${n}`, id: `payout-${n}`, attempts: 0 }),
    );
    const acmes = payoutJob({ merchantId: acme.id, id: '01890000-0000-7000-8000-000000000099', attempts: 0 });
    await bahi.service.get(JobQueues).add([...merchants, acmes]);
  });

  afterAll(() => bahi.close());

  const get = (path: string, password?: string, init: RequestInit = {}): Promise<Response> => {
    const authorization = `Basic ${Buffer.from(`somebody:${password}`).toString('base64')}`;
    // eslint-disable-next-line no-restricted-globals -- the board has no place in the document
    return fetch(`${api.url}/admin/queues${path}`, {
      ...init,
      headers: password === undefined ? {} : { authorization },
    });
  };

  it('asks a browser for a password, which is an operator’s key', async () => {
    const asked = await get('');
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect((await get('', 'wrong')).status).toBe(401);
    expect((await get('/api/queues', 'wrong')).status).toBe(401);
    expect((await get('', acme.apiKey)).status).toBe(403);
    expect((await get('/static/favicon.ico')).status).toBe(401);
    expect((await get('', operatorKey)).status).toBe(200);
  });

  it('shows the queues and their jobs', async () => {
    const context = await openContext(browser, { httpCredentials: { username: 'me', password: operatorKey } });
    const page = await context.newPage();
    const broken: string[] = [];
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('response', (response) => {
      if (response.status() >= 400) broken.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(`${api.url}/admin/queues/queue/payouts?status=waiting`);
    await page.getByText('01890000-0000-7000-8000-000000000099-0').first().waitFor();
    for (const queue of ['payouts', 'payments']) await page.getByText(queue, { exact: true }).first().waitFor();
    expect(broken.filter((line) => line.includes(api.url))).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('counts and shows the jobs of all parts of a queue as one, page by page', async () => {
    const shown = async (page: number) => {
      const query = `?activeQueue=payouts&status=waiting&page=${page}&jobsPerPage=4`;
      const { queues } = (await (await get(`/api/queues${query}`, operatorKey)).json()) as { queues: Json[] };
      return queues.find(({ name }) => name === 'payouts')!;
    };
    const pages = [await shown(1), await shown(2), await shown(3)];
    expect(pages[0].counts.waiting).toBe(OTHERS + 1);
    const ids = pages.flatMap(({ jobs }) => jobs.map(({ id }: { id: string }) => id));
    expect(new Set(ids).size).toBe(OTHERS + 1);
    for (const id of ids) expect((await get(`/api/queues/payouts/${id}`, operatorKey)).status).toBe(200);
  });

  it('is to look at and not to touch, whatever is asked of it', async () => {
    expect((await get('/api/queues/payouts/pause', operatorKey, { method: 'PUT' })).status).toBe(405);
    expect((await get('/api/queues/payouts/obliterate', operatorKey, { method: 'PUT' })).status).toBe(405);
    for (const path of [
      '/api/queues?status=bogus&page=-1',
      '/api/queues/nope/1',
      '/api/queues/payouts/%00',
      '/static/../../package.json',
      '/static/%2e%2e/index.ejs',
      '/api/nothing',
    ]) {
      const { status } = await get(path, operatorKey);
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
  });

  it('answers many wrong passwords 429, and still takes the right one', async () => {
    await until('it is refused for a while', async () => (await get('', 'wrong')).status === 429);
    const refused = await get('/api/queues', 'wrong');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([429, null]);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect((await get('', operatorKey)).status).toBe(200);
  });
});

describe('the board while Redis does not answer', () => {
  it.each([
    ['is away', (redis: OwnRedis) => redis.kill()],
    ['is frozen', async (redis: OwnRedis) => redis.freeze()],
  ])('says so instead of waiting: it %s', async (_how, trouble) => {
    const redis = await startOwnRedis();
    const bahi = await Bahi.open({ environment: { REDIS_URL: redis.url } });
    try {
      const { url } = await bahi.process('api');
      await trouble(redis);
      const headers = { 'x-api-key': bahi.operatorKey };
      await until(
        'it is told',
        // eslint-disable-next-line no-restricted-globals -- the board has no place in the document
        async () => (await fetch(`${url}/admin/queues/api/queues`, { headers })).status === 503,
      );
    } finally {
      redis.thaw();
      await bahi.close();
      await redis.stop();
    }
  });
});
