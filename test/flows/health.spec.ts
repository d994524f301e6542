import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { Bahi } from '../support/bahi.js';
import type { Service } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import type { Json } from '../support/client.js';
import type { ServiceProcess } from '../support/service-process.js';
import { until } from '../support/wait-for.js';

/** The setting with which a worker process serves its health, on a free port. */
const WINDOW = { WORKER_PORT: '0' };

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0005'] });
});

afterAll(() => bahi.close());

async function healthOf({ url }: Service): Promise<[number, Json]> {
  const response = await documentedFetch(`${url}/health`);
  return [response.status, await response.json()];
}

/** Another process reports this number of workers. */
async function untilWorkers(workers: number): Promise<void> {
  await until(`${workers} workers`, async () => (await healthOf(bahi.service))[1].workers === workers);
}

describe('the health of a service without a worker', () => {
  it('does not take the database for gone when requests have all connections', async () => {
    const busy = await bahi.serve({ environment: { DATABASE_POOL_SIZE: '2' } });
    const database = busy.get(Database);
    let running = 3;
    const ended = (): void => void running--;
    for (let i = 0; i < 3; i++) void database.query('SELECT pg_sleep(60)').then(ended, ended);
    // The service's own statements wait behind them too.
    await until('none is left', () => database.use.waitingCount >= 1);
    expect(await healthOf(busy)).toMatchObject([200, { database: true, workers: 0 }]);
    await until('they are cancelled', async () => {
      await bahi.psql.query(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'`,
      );
      return running === 0;
    });
  });

  it('names the worker that is missing, and is degraded', async () => {
    expect(await healthOf(bahi.service)).toEqual([
      200,
      {
        status: 'degraded',
        database: true,
        redis: null,
        queue: { backend: 'postgresql', waiting: 0, active: 0 },
        workers: 0,
        submissions_stopped: false,
        version: expect.stringMatching(/^\d/),
      },
    ]);
  });

  it('is unhealthy, and checks nothing else, while the database is unreachable', async () => {
    const proxy = await bahi.proxy();
    const cut = await bahi.serve({ environment: { DATABASE_URL: proxy.url } });
    expect(await healthOf(cut)).toMatchObject([200, { database: true }]);
    proxy.refusing = true;
    proxy.cutAll();
    expect(await healthOf(cut)).toMatchObject([
      503,
      { status: 'unhealthy', database: false, queue: null, workers: null },
    ]);
  });

  it('is answered within two seconds when the database hangs, and by few connections however often it is asked', async () => {
    const proxy = await bahi.proxy();
    const hanging = await bahi.serve({ environment: { DATABASE_URL: proxy.url } });
    await healthOf(hanging);
    const before = proxy.statements;
    proxy.silent = true;
    for (let looks = 0; looks < 2; looks++) {
      const start = performance.now();
      expect(await healthOf(hanging)).toMatchObject([503, { queue: null, workers: null }]);
      expect(performance.now() - start).toBeLessThan(2_000);
    }
    // The database, the workers, and one count for each of the four queues; the second request shared the first
    // look-up.
    expect(proxy.statements - before).toBeLessThanOrEqual(6);
    proxy.cutAll();
  });
});

describe('a process that has used up its files', () => {
  const able = spawnSync('prlimit', ['--version']).status === 0 ? it : it.skip;

  able('is not live: whoever watches it restarts it', async () => {
    const service = await bahi.process('api');
    const mayOpen = (files: number) => spawnSync('prlimit', [`--pid=${service.pid}`, `--nofile=${files}:`]);
    // One connection for everything: another one could not be accepted.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const live = async (): Promise<[number | undefined, string]> => {
      const [answer] = (await once(get(`${service.url}/health/live`, { agent }), 'response')) as [IncomingMessage];
      return [answer.statusCode, await text(answer)];
    };
    expect(await live()).toEqual([200, '{"status":"live"}']);
    expect(mayOpen(1).status).toBe(0);
    expect(await live()).toEqual([503, '{"status":"no_file_descriptors"}']);
    mayOpen(1_024);
    expect(await live()).toEqual([200, '{"status":"live"}']);
    agent.destroy();
  });
});

describe('a worker', () => {
  let worker: ServiceProcess;

  it('is counted from its start on, by every process', async () => {
    worker = await bahi.process('worker', WINDOW);
    expect(await healthOf(bahi.service)).toMatchObject([200, { status: 'healthy', workers: 1 }]);
    expect(await healthOf(worker)).toMatchObject([200, { status: 'healthy', workers: 1 }]);
  });

  it('shows whether it lives and is ready', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      expect((await documentedFetch(`${worker.url}${path}`)).status).toBe(200);
    }
  });

  it.each(['/api/v1/payouts', '/api/v1/me', '/docs', '/docs-json'])('serves no %s', async (path) => {
    const headers = { authorization: `Api-Key ${acme.apiKey}` };
    // eslint-disable-next-line no-restricted-globals -- a worker is not the service of the document
    expect([401, 404]).toContain((await fetch(`${worker.url}${path}`, { headers })).status);
  });

  it('stands beside others, and the queue shows what they do', async () => {
    const other = await bahi.process('worker', WINDOW);
    await untilWorkers(2);
    await acme.aPayout(100, { to: '0005' });
    await until('the bank is being asked', async () => (await healthOf(other))[1].queue.active === 1);
    expect(await other.stop()).toBe(0);
  });

  it('is gone at once when it ends, and after a few seconds when it was killed', async () => {
    expect(await healthOf(bahi.service)).toMatchObject([200, { workers: 1 }]);
    await worker.kill();
    expect(await healthOf(bahi.service)).toMatchObject([200, { status: 'healthy', workers: 1 }]);
    await untilWorkers(0);
  });

  it('leaves no row behind for ever', async () => {
    const row = `('00000000-0000-0000-0000-000000000001', 'gone', now() - interval '1 day', now() - interval '1 hour')`;
    await bahi.psql.query(`INSERT INTO worker_presence VALUES ${row}`);
    await (await bahi.process('worker', WINDOW)).kill();
    expect(await bahi.count(`worker_presence WHERE host = 'gone'`)).toBe(0);
  });
});
