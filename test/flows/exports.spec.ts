import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fillPayouts } from '../../bench/full-book.js';
import { RevokeApiKey } from '../../src/modules/merchants/application/revoke-api-key.js';
import { Lists } from '../../src/platform/database/reads/lists.js';
import { Bahi } from '../support/bahi.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { expectProblem } from '../support/http-test-client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002'] });
});

afterAll(() => bahi.close());

/** Follows a link as a browser does, without any header. */
const follow = (url: string): Promise<Response> => documentedFetch(`${bahi.service.url}${url}`);

async function offered(merchant: Merchant, path: string): Promise<{ url: string; rows: number }> {
  const { status, body, headers } = await merchant.api.post(`/exports/${path}`);
  expect([path, status]).toEqual([path, 201]);
  expect(headers.get('location')).toBe(body.url);
  return body;
}

/** The file's cells, line by line; no text in these tests contains a comma. */
async function fileOf(merchant: Merchant, path: string): Promise<Record<string, string>[]> {
  const { url, rows } = await offered(merchant, path);
  const response = await follow(url);
  expect([path, response.status]).toEqual([path, 200]);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const text = Buffer.from(await response.arrayBuffer()).toString('utf8');
  expect(text.startsWith('\uFEFF')).toBe(true);
  const lines = text.slice(1).split('\r\n');
  expect(lines.pop()).toBe('');
  const [header, ...all] = lines.map((line) => line.split(','));
  expect(all).toHaveLength(rows);
  return all.map((cells) => Object.fromEntries(cells.map((cell, i) => [header![i]!, cell])));
}

describe('a file', () => {
  it('of payouts has what the list with the same filters has', async () => {
    const evil = (
      await acme.api.post('/bank-accounts', {
        ...{ account_holder_name: '=HYPERLINK(1)', account_number: '50100012340003', ifsc: 'HDFC0000001' },
      })
    ).body.id;
    const paid = await acme.aPayout(10, { reference_id: '+91' });
    const failing = await acme.aPayout(20, { to: '0002' });
    const open = await acme.aPayout(30.5, { bank_account_id: evil });
    await Promise.all([acme.until(paid.id, 'completed'), acme.until(failing.id, 'failed')]);
    const all = await fileOf(acme, 'payouts');
    expect(all.map(({ id }) => id)).toEqual([open.id, failing.id, paid.id]);
    expect(all[0]).toMatchObject({ amount_inr: '30.50', amount_paise: '3050', recipient_name: `'=HYPERLINK(1)` });
    expect(all[1]).toMatchObject({ status: 'failed', failure_code: expect.stringMatching(/./), reference_id: '' });
    expect(all[2]).toMatchObject({ status: 'completed', reference_id: `'+91`, recipient_account_last4: '0001' });
    expect((await fileOf(acme, 'payouts?status=failed')).map(({ id }) => id)).toEqual([failing.id]);
    expect(await fileOf(acme, 'payouts?status=reversed')).toEqual([]);
  });

  it('of payments and of refunds too', async () => {
    const payments = new PaymentsDriver(acme);
    const payment = await payments.aSuccess(12_000, { currency: 'INR' });
    const refund = await payments.refundThat(await payments.aRefund(payment.id, 2_000), 'succeeded');
    expect(await fileOf(acme, 'payments')).toMatchObject([
      { id: payment.id, amount: '12000', currency: 'INR', gross_inr: '120.00', refunded_inr: '20.00' },
    ]);
    expect(await fileOf(acme, 'refunds')).toMatchObject([{ id: refund.id, amount_inr: '20.00' }]);
  });

  it('of the ledger is the statement, the oldest line first, with negative numbers as numbers', async () => {
    const lines = await fileOf(acme, 'ledger?account=all');
    const { body } = await acme.api.get('/ledger?account=all&order=oldest_first&limit=100');
    expect(lines.map(({ seq, account }) => `${seq}:${account}`)).toEqual(
      body.results.map((line: { seq: number; account: string }) => `${line.seq}:${line.account}`),
    );
    expect(lines.map(({ amount_paise }) => Number(amount_paise))).toEqual(
      body.results.map((line: { amount_paise: number }) => line.amount_paise),
    );
    expect(lines.some(({ amount_inr }) => amount_inr!.startsWith('-'))).toBe(true);
  });

  it('of days has a line for each', async () => {
    const days = await fileOf(acme, 'daily');
    expect(days).toHaveLength(30);
    const { body } = await acme.api.get('/balance');
    expect(Number(days.at(-1)!['closing_balance_inr']) * 100).toBeCloseTo(body.total_paise);
  });

  it('is refused as its list would be', async () => {
    for (const path of ['payouts?status=none', 'payouts?limit=5', 'ledger?from=yesterday', 'daily?to=2126-01-01'])
      expectProblem(await acme.api.post(`/exports/${path}`), 400, 'validation_failed');
    expectProblem(await bahi.asOperator().post('/exports/ledger'), 400, 'validation_failed');
  });

  it('has the rows that an operator asks for: one merchant’s, or everybody’s', async () => {
    const zen = await bahi.aMerchant({ rupees: 100 });
    await zen.aPayout(1);
    const operator = bahi.asOperator();
    const { body: one } = await operator.post('/exports/payouts', undefined, { merchant: zen });
    expect([one.rows, (await (await follow(one.url)).text()).split('\r\n')]).toMatchObject([1, { length: 3 }]);
    const { body: all } = await operator.post('/exports/payouts');
    expect(all.rows).toBe(4);
    expect((await follow(all.url)).status).toBe(200);
    expectProblem(await zen.api.post('/exports/payouts', undefined, { merchant: acme }), 403, 'forbidden');
  });
});

describe('the ticket of a file', () => {
  it('is taken once', async () => {
    const { url } = await offered(acme, 'payouts');
    expect([await follow(url), await follow(url)].map(({ status }) => status)).toEqual([200, 401]);
    const two = await offered(acme, 'payouts');
    const both = await Promise.all([follow(two.url), follow(two.url)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('is for this file alone: not for other filters, other lists, the stream or the API', async () => {
    for (const other of [
      (url: string) => url.replace('status=failed', 'status=completed'),
      (url: string) => url.replace('status=failed&', ''),
      (url: string) => url.replace('/payouts?', '/payments?'),
      (url: string) => `/api/v1/events/stream?${url.split('?')[1]!}`.replace('status=failed&', ''),
      (url: string) => url.replace('/exports/payouts?', '/payouts?').replace('ticket=', 'cursor='),
    ]) {
      const { url } = await offered(acme, 'payouts?status=failed');
      expect((await follow(other(url))).status).toBe(401);
    }
    const { body } = await acme.api.post('/events/stream-tickets');
    expect((await follow(`/api/v1/exports/payouts?ticket=${body.ticket}`)).status).toBe(401);
  });

  it('ends with a minute, and with its key', async () => {
    const { url } = await offered(acme, 'payouts');
    await bahi.psql.query(`UPDATE key_tickets SET expires_at = clock_timestamp()`);
    expect((await follow(url)).status).toBe(401);
    const zen = await bahi.aMerchant();
    const { url: later } = await offered(zen, 'payouts');
    await bahi.service.get(RevokeApiKey).execute({ merchantId: zen.id, keyId: zen.keyId });
    expect((await follow(later)).status).toBe(401);
  });

  it('stands nowhere in the database', async () => {
    const { url } = await offered(acme, 'payouts');
    const ticket = new URL(url, 'http://x').searchParams.get('ticket')!;
    const rows = await bahi.psql.query<{ row: string }>('SELECT key_tickets::text AS row FROM key_tickets');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ row }) => row.includes(ticket) || row.includes(Buffer.from(ticket).toString('hex')))).toBe(
      false,
    );
  });

  it('is not needed by who sends a key', async () => {
    const { api } = acme;
    const response = await documentedFetch(`${bahi.service.url}/api/v1/exports/payouts?status=failed`, {
      headers: { authorization: `Api-Key ${acme.apiKey}` },
    });
    expect((await response.text()).split('\r\n')).toHaveLength(3);
    expect((await api.get('/exports/payouts?ticket=x&status=failed')).status).toBe(401);
  });
});

describe('a large file', () => {
  let big: Merchant;

  beforeAll(async () => {
    big = await bahi.aMerchant();
    const account = await big.account('0001');
    const own = { id: big.id, usual: account, rare: account };
    await bahi.psql.query('BEGIN');
    // Nine of ten are big's.
    await fillPayouts(bahi.psql, { acme: own, zen: { id: acme.id, usual: account } }, 112_000);
    await bahi.psql.query('COMMIT');
  });

  it('of more than a hundred thousand rows is refused before it is begun', async () => {
    const answer = await big.api.post('/exports/payouts?include_archived=true');
    expectProblem(answer, 422, 'export_too_large');
    expect(answer.body.max_rows).toBe(100_000);
    // Also for a direct download with a key, whose rows were not counted before.
    expectProblem(await big.api.get('/exports/payouts?include_archived=true'), 422, 'export_too_large');
  });

  it('is one of four that are sent to a merchant at the same time, whoever reads them or not', async () => {
    const begun = async (merchant: Merchant): Promise<[status: number, end: () => Promise<void>]> => {
      // eslint-disable-next-line no-restricted-globals -- `documentedFetch` would read all of it
      const response = await fetch(`${bahi.service.url}/api/v1/exports/payouts`, {
        headers: { authorization: `Api-Key ${merchant.apiKey}` },
      });
      // A body that nobody reads would be cancelled by the garbage collector.
      const reader = response.body!.getReader();
      return [response.status, () => reader.cancel()];
    };
    const four = await Promise.all(Array.from({ length: 4 }, () => begun(big)));
    expect(four.map(([status]) => status)).toEqual([200, 200, 200, 200]);
    expectProblem(await big.api.get('/exports/payouts'), 429, 'too_many_concurrent_requests');
    expectProblem(await big.api.get('/exports/daily'), 429, 'too_many_concurrent_requests');
    expect((await big.api.get('/payouts')).status).toBe(200);
    expect(await fileOf(acme, 'daily')).toHaveLength(30);
    await four[0]![1]();
    const another = async (): Promise<number> =>
      (
        await documentedFetch(`${bahi.service.url}/api/v1/exports/daily`, {
          headers: { authorization: `Api-Key ${big.apiKey}` },
        })
      ).status;
    await until('there is room for another file', async () => (await another()) === 200);
    await Promise.all(four.slice(1).map(([, end]) => end()));
  });

  it('is read page by page as it is fetched, and is whole', async () => {
    const lists = bahi.service.get(Lists);
    const read = lists.read.bind(lists);
    let pages = 0;
    lists.read = async (statement) => {
      pages++;
      return read(statement);
    };
    const { url, rows } = await offered(big, 'payouts');
    expect(rows).toBeGreaterThan(80_000);
    pages = 0;
    // eslint-disable-next-line no-restricted-globals -- `documentedFetch` would read all of it at once
    const response = await fetch(`${bahi.service.url}${url}`);
    const reader = response.body!.getReader();
    await reader.read();
    // A client that reads nothing more stops the sender: only as much is read from the database as the sockets accept.
    expect(pages).toBeLessThan(rows / 1_000 / 2);
    let text = '';
    const decoder = new TextDecoder();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
      text += decoder.decode(chunk.value as Uint8Array, { stream: true });
    lists.read = read;
    expect(pages).toBeGreaterThan(rows / 1_000 - 1);
    const ids = text.match(/^[0-9a-f]{8}-[0-9a-f-]{27},/gm)!;
    expect(new Set(ids).size).toBeGreaterThan(rows - 2_000);
    expect([...ids].sort().reverse()).toEqual(ids);
  });
});
