import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseFailovers } from '../../src/platform/database/watches/failovers.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001'] });
});
afterAll(() => bahi.close());

/** Records a failover as the first connection to a promoted replica does. */
async function failover(timeline: number, { synchronous }: { synchronous: boolean }): Promise<void> {
  await bahi.psql.query(
    `INSERT INTO database_failovers (system_identifier, timeline, from_timeline, was_synchronous) VALUES ('7', $1, $2, $3)`,
    [timeline, timeline - 1, synchronous],
  );
}

/**
 * Inserted by hand, it is known within a second; a real failover is known before any connection to the promoted server
 * is used.
 */
const knownToWorker = (): Promise<void> =>
  until('the worker knows it', async () => (await bahi.service.get(DatabaseFailovers).now()).isStopped);

const health = async () =>
  (await (await documentedFetch(`${bahi.service.url}/health`)).json()) as Record<string, unknown>;
const waitsFor = async (id: string) => (await acme.api.get(`/payouts/${id}`)).body.waiting_for as string | null;

describe('after a failover for which commits had not waited', () => {
  it('payouts are accepted and wait, and go when an operator resumes', async () => {
    const operator = bahi.asOperator();
    await failover(2, { synchronous: false });
    await knownToWorker();
    expect(await health()).toMatchObject({ status: 'degraded', submissions_stopped: true });
    const [first, second] = [await acme.aPayout(10), await acme.aPayout(10)];
    for (const { id } of [first, second])
      await until('it waits', async () => (await waitsFor(id)) === 'database_failover');
    expect(await bahi.bank.submissions(first.id)).toBe(0);
    // As far as the books show, payouts may have been sent and lost. So only operators may cancel what merchants
    // repeated.
    const third = await acme.aPayout(10);
    expect(await acme.api.post(`/payouts/${third.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'submissions_stopped' },
    });
    expect((await operator.post(`/payouts/${third.id}/cancel?merchant_id=${acme.id}`)).body.status).toBe('cancelled');
    const [seen] = (await operator.get('/database-failovers')).body.results;
    expect(seen).toMatchObject({ timeline: 2, from_timeline: 1, was_synchronous: false, stops_submissions: true });
    for (const api of [operator, acme.api])
      expect((await api.get('/attention')).body.submissions_stopped).toEqual({
        waiting_for: 'database_failover',
        since: seen.seen_at,
      });

    const resumed = await operator.post('/database-failovers/resume', { reason: 'Compared by hand.' });
    expect([resumed.status, resumed.body.resumed]).toEqual([
      200,
      [expect.objectContaining({ timeline: 2, stops_submissions: false, reason: 'Compared by hand.' })],
    ]);
    for (const { id } of [first, second]) await acme.until(id, 'completed');
    expect((await operator.get('/attention')).body.submissions_stopped).toBeNull();
    expect((await operator.get('/database-failovers')).body.results[0].resumed_by).toMatch(/^operator:/);
    expect(await health()).toMatchObject({ status: 'healthy', submissions_stopped: false });
    // Resuming again changes nothing.
    expect((await operator.post('/database-failovers/resume', { reason: 'Again.' })).body).toEqual({ resumed: [] });
  });

  it('an operator who names the stops that they have looked at resumes no other one', async () => {
    const operator = bahi.asOperator();
    await failover(5, { synchronous: false });
    const stops = [{ system_identifier: '7', timeline: 5 }];
    await failover(6, { synchronous: false });
    const refused = await operator.post('/database-failovers/resume', { reason: 'Looked at one.', stops });
    expect(refused).toMatchObject({ status: 409, body: { code: 'another_failover' } });
    const open = async () =>
      ((await operator.get('/database-failovers')).body.results as { stops_submissions: boolean; timeline: number }[])
        .filter(({ stops_submissions }) => stops_submissions)
        .map(({ timeline }) => timeline);
    expect(await open()).toEqual([6, 5]);
    const both = [...stops, { system_identifier: '7', timeline: 6 }];
    const resumed = await operator.post('/database-failovers/resume', { reason: 'Looked at both.', stops: both });
    expect(resumed.status).toBe(200);
    expect(await open()).toEqual([]);
    // Somebody else has resumed the stops that were looked at: nothing is left to do.
    expect((await operator.post('/database-failovers/resume', { reason: 'Again.', stops })).body).toEqual({
      resumed: [],
    });
  });

  it('payments wait as well', async () => {
    const payments = new PaymentsDriver(acme);
    await failover(3, { synchronous: false });
    await knownToWorker();
    const { id } = await payments.aPayment(10_000, { currency: 'INR' });
    await payments.paymentThat('waits', id, ({ waiting_for }) => waiting_for === 'database_failover');
    expect(await acme.api.post(`/payments/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'submissions_stopped' },
    });
    const ended = await bahi.command('resume-submissions', '--reason', 'Looked.');
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Resumed after the failover of .* \(timeline 2 to 3\)\.\n$/),
    });
    await payments.until(id, 'succeeded');
  });

  it('nobody but operators may look or resume', async () => {
    expect((await acme.api.get('/database-failovers')).status).toBe(403);
    expect((await acme.api.post('/database-failovers/resume', { reason: 'Mine.' })).status).toBe(403);
  });
});

describe('after one for which they had waited', () => {
  it('nothing stops', async () => {
    await failover(4, { synchronous: true });
    const { id } = await acme.aPayout(10);
    await acme.until(id, 'completed');
    expect(await health()).toMatchObject({ submissions_stopped: false });
  });
});
