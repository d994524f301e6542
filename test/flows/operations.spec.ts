import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QUEUE_NAMES } from '../../src/platform/queue/queue-names.js';
import { Bahi } from '../support/bahi.js';
import type { Client, Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { isOnCitus } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let operator: Client;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  operator = bahi.asOperator();
  acme = await bahi.aMerchant({ rupees: 10_000, accounts: ['0001', '0002', '0008'] });
});

afterAll(() => bahi.close());

const lastHour = async (name: string): Promise<Json> =>
  (await operator.get('/gateways')).body.results.find((gateway: Json) => gateway.name === name).last_hour;

describe('the last hour of a gateway', () => {
  it('is empty before anything was sent', async () => {
    expect(await lastHour('bank-simulator')).toEqual({
      ...{ submissions: 0, succeeded: 0, pending: 0, rejected: 0, unanswered: 0 },
      ...{ success_share_percent: null, latency_p50_ms: null, latency_p95_ms: null },
    });
  });

  it('counts how submissions ended, each once, whatever is asked afterwards', async () => {
    for (const to of ['0001', '0001', '0002'])
      await acme.payoutThat('has ended', (await acme.aPayout(10, { to })).id, ({ status }) =>
        ['completed', 'failed'].includes(status),
      );
    const { id } = await acme.aPayout(10, { to: '0008' });
    await acme.until(id, 'processing');
    await operator.post(`/payouts/${id}/inquire`);

    await until('all are counted', async () => (await lastHour('bank-simulator')).submissions >= 4);

    const hour = await lastHour('bank-simulator');
    expect(hour).toMatchObject({ submissions: 4, succeeded: 2, pending: 0, rejected: 1, unanswered: 1 });
    expect(hour.success_share_percent).toBe(50);
    expect(hour.latency_p50_ms).toBeLessThanOrEqual(hour.latency_p95_ms);
  });

  it('counts charges and refunds at the provider, and forgets what is older than an hour', async () => {
    const payments = new PaymentsDriver(acme);
    const { id } = await payments.aSuccess(12_001);
    await payments.refundThat(await payments.aRefund(id, 2_001), 'succeeded');
    await until('both are counted', async () => (await lastHour('payment-simulator')).succeeded === 2);

    await bahi.psql.query(`UPDATE gateway_minutes SET minute = minute - interval '61 minutes'`);

    expect(await lastHour('payment-simulator')).toMatchObject({ submissions: 0, success_share_percent: null });
  });
});

describe('workers and queues', () => {
  it('are shown to operators: who works, since when, and what waits', async () => {
    const workers = (await operator.get('/workers')).body.results as Json[];
    expect(workers).toHaveLength(1);
    expect(workers[0]).toMatchObject({ id: expect.any(String), host: expect.any(String) });
    expect(workers[0].seen_at >= workers[0].started_at).toBe(true);

    const queues = (await operator.get('/queues')).body.results as Json[];
    const backend = isOnCitus() ? 'redis' : 'postgresql';
    expect(queues.map((queue) => [queue.name, queue.backend])).toEqual(QUEUE_NAMES.map((name) => [name, backend]));
    for (const { waiting, active } of queues) expect(waiting + active).toBeGreaterThanOrEqual(0);
    for (const path of ['/workers', '/queues']) expect((await acme.api.get(path)).body.code).toBe('forbidden');
  });

  it('lack a worker that has not been heard of, and gain one that has come', async () => {
    const other = await bahi.serve({ worker: true });
    await until('both are there', async () => (await operator.get('/workers')).body.results.length === 2);
    await other.stop();
    await until('one is gone', async () => (await operator.get('/workers')).body.results.length === 1);
  });
});
