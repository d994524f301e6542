import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import type { Merchant } from '../support/merchant.js';
import type { ServiceProcess } from '../support/service-process.js';
import { until } from '../support/wait-for.js';

/** Everything is logged, and the bank is asked again soon. */
const TALKATIVE = {
  LOG_LEVEL: 'trace',
  PROCESSING_TIMEOUT_SECONDS: '1',
  MAX_RETRIES: '0',
};

/** All but the last four digits of these tests' accounts, which no other account shares. */
const ACCOUNTS = '5010001234';
const ENDINGS = ['0001', '0002', '0003', '0004', '0008'] as const;

let bahi: Bahi;
let api: ServiceProcess;
let worker: ServiceProcess;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  [api, worker] = await Promise.all([bahi.process('api', TALKATIVE), bahi.process('worker', TALKATIVE)]);
  acme = (await bahi.aMerchant({ rupees: 1_000, accounts: [] })).at(api);
});

afterAll(() => bahi.close());

/** Requests a payout under the test's own request id. @returns both ids */
async function payOut(to: string): Promise<{ id: string; requestId: string }> {
  const requestId = `request-${randomUUID()}`;
  const body = { amount_paise: 100, bank_account_id: await acme.account(to) };
  const options = { key: randomUUID(), headers: { 'x-request-id': requestId } };
  return { id: (await acme.api.post('/payouts', body, options)).body.id as string, requestId };
}

describe('the log', () => {
  it('never has a ticket, of a stream that was opened or refused', async () => {
    const { ticket } = (await acme.api.post('/events/stream-tickets')).body;
    for (const status of [200, 401]) {
      const stream = await EventStreamReader.open(api.url, null, { query: `?ticket=${ticket}` });
      expect(stream.response.status).toBe(status);
      stream.close();
    }
    // Not the routes that are listed at the start. An opened stream has no line of its own.
    const isRefusal = ({ context, msg, status }: Record<string, unknown>): boolean =>
      context === 'request' && status === 401 && String(msg).startsWith('GET /api/v1/events/stream');
    await until('the refused one is logged', () => api.log.some(isRefusal));
    expect(api.output).not.toContain(ticket);
  });

  it('names a request by the pattern of its route', async () => {
    const headers = { 'x-request-id': 'looks-at-nothing' };
    const { id } = await payOut('0001');
    await acme.api.get(`/payouts/${id}?x=1`, { headers });
    await until('the line is there', () => api.log.some((line) => line['request_id'] === 'looks-at-nothing'));
    expect(api.log.find((line) => line['request_id'] === 'looks-at-nothing')).toMatchObject({
      context: 'request',
      msg: 'GET /api/v1/payouts/:id',
      status: 400,
      duration_ms: expect.any(Number),
      client: '127.0.0.1',
    });
  });

  it.each([
    ['nobody in particular is trusted', {}, '127.0.0.1'],
    ['this machine is a proxy', { TRUST_PROXY: 'loopback' }, '198.51.100.7'],
    ['one proxy stands before us', { TRUST_PROXY: '1' }, '198.51.100.7'],
    ['two proxies stand before us', { TRUST_PROXY: '2' }, '203.0.113.9'],
  ])('names the caller as far as he can be believed: %s', async (_who, environment, client) => {
    const behind = await bahi.process('api', { ...TALKATIVE, ...environment });
    const requestId = `request-${randomUUID()}`;
    const headers = { 'x-request-id': requestId, 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
    await acme.at(behind).api.get('/me', { headers });
    await until('the line is there', () => behind.log.some((line) => line['request_id'] === requestId));
    expect(behind.log.find((line) => line['request_id'] === requestId)).toMatchObject({ client });
    await behind.stop();
  });

  it('names the request in the worker, job by job', async () => {
    const { id, requestId } = await payOut('0001');
    await acme.until(id, 'completed');
    await until('the job is told of', () => worker.log.some((line) => line['request_id'] === requestId));
    expect(worker.log.filter((line) => line['request_id'] === requestId)).toEqual([
      expect.objectContaining({
        context: 'job',
        msg: 'done',
        queue: 'payouts',
        job: `${id}-0`,
        payoutId: id,
        duration_ms: expect.any(Number),
      }),
    ]);
  });

  it('names it also when the bank has not answered, and when the sweep asks again', async () => {
    const { id, requestId } = await payOut('0004');
    await acme.until(id, 'completed');
    const lines = () => worker.log.filter((line) => line['request_id'] === requestId);
    await until('both jobs are told of', () => lines().filter(({ context }) => context === 'job').length >= 2);
    const unknown = lines().find(({ level }) => level === 40);
    expect(unknown).toMatchObject({
      context: 'BankGateways',
      msg: expect.stringContaining(`submission of payout ${id}`),
    });
  });

  it('never holds an account number or a key, whatever happens', async () => {
    const operator = bahi.asOperator(api);
    const issued = (await operator.post(`/merchants/${acme.id}/api-keys`, { name: 'Second' })).body.key as string;
    const payouts = await Promise.all(ENDINGS.map((to) => payOut(to)));
    // Only the caller learns what is wrong with these.
    const number = `${ACCOUNTS}9999`;
    await acme.api.post('/bank-accounts', { account_holder_name: 'A', account_number: `${number}-x`, ifsc: number });
    await acme.api.post('/bank-accounts', `{"account_number":"${number}"`);
    await acme.api.post('/payouts', { amount_paise: 1, bank_account_id: number }, { key: number });
    await acme.api.get(`/payouts/${number}?reference_id=${number}`);
    await acme.api.get(`/nothing/${number}`);
    const wrong = `${issued}x`;
    const attempts: [string, string][] = [
      ['authorization', `Api-Key ${wrong}`],
      ['x-api-key', wrong],
      ['authorization', issued],
    ];
    for (const header of attempts) await documentedFetch(`${api.url}/api/v1/payouts`, { headers: [header] });
    // The payout to 0003 never reaches the bank, and must not be asked about while a table is missing.
    for (const i of [0, 1, 3, 4])
      await until('the bank has it', async () => (await bahi.bank.submissions(payouts[i]!.id)) > 0);
    // An error of the service: the table is missing.
    await bahi.psql.query('ALTER TABLE bank_accounts RENAME TO elsewhere');
    const body = { account_holder_name: 'Asha Rao', account_number: number, ifsc: 'HDFC0000001' };
    expect((await acme.api.post('/bank-accounts', body)).status).toBeGreaterThanOrEqual(500);
    await bahi.psql.query('ALTER TABLE elsewhere RENAME TO bank_accounts');
    // And an error in the worker, while it has the account number.
    await bahi.psql.query('ALTER TABLE bank_simulator.transfers RENAME TO elsewhere');
    const broken = await payOut('0001');
    const isLogged = () => worker.output.includes(`submission of payout ${broken.id}`);
    await until('the worker has failed to reach the bank', isLogged);
    await bahi.psql.query('ALTER TABLE bank_simulator.elsewhere RENAME TO transfers');

    await acme.until(payouts[0]!.id, 'completed');
    await acme.until(payouts[1]!.id, 'failed');
    await acme.until(payouts[2]!.id, 'failed');
    await acme.until(payouts[3]!.id, 'completed');
    await acme.payoutThat('needs attention', payouts[4]!.id, (payout) => payout.needs_attention);

    const written = api.output + worker.output;
    for (const { requestId } of payouts) expect(worker.output).toContain(requestId);
    for (const secret of [ACCOUNTS, acme.apiKey, bahi.operatorKey, issued, issued.slice(-20)])
      expect([secret, written.includes(secret)]).toEqual([secret, false]);
  });
});
