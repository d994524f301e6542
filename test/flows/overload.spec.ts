import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Books } from '../../src/platform/group-commit/books.js';
import { Bahi } from '../support/bahi.js';
import { type Answer, Client } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

/** How many writes may wait before new orders are refused. */
const ENOUGH = 3;

let bahi: Bahi;
let acme: Merchant;
let other: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: { GROUP_COMMIT_MAX_WAITING: `${ENOUGH}` } });
  [acme, other] = (await bahi.merchants(2, { rupees: 1_000 })) as [Merchant, Merchant];
});

/** Releases all books, so that a test that fails leaves none locked for the next one. */
let letAllGo = (): Promise<void> => Promise.resolve();

afterEach(() => letAllGo());

afterAll(() => bahi.close());

const waiting = (): number => bahi.service.get(Books).waitingWrites;

/** Nothing is written until the returned function is called. */
async function holdAllBooks(): Promise<() => Promise<void>> {
  const holder = await bahi.sqlSession();
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE books IN ACCESS EXCLUSIVE MODE');
  letAllGo = () => holder.rollback();
  return letAllGo;
}

/** As many payouts as may wait, none of them answered yet. */
async function fillTheLine(): Promise<Promise<Answer>[]> {
  const before = waiting();
  const payouts = Array.from({ length: ENOUGH - before }, () => acme.payOut(1));
  await until('the line is full', () => Promise.resolve(waiting() === ENOUGH));
  return payouts;
}

async function connectTo(port: number): Promise<Socket> {
  const connection = connect({ port, host: '127.0.0.1' });
  await once(connection, 'connect');
  return connection;
}

function everythingFrom(connection: Socket): () => string {
  let received = '';
  connection.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')));
  return () => received;
}

function expectRefused({ status, body, headers }: Answer): void {
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'overloaded' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

describe('while as many writes wait as may', () => {
  it('new payouts, payments and refunds are asked to come back, and have had no effect', async () => {
    const key = randomUUID();
    const letGo = await holdAllBooks();
    const payouts = await fillTheLine();

    expectRefused(await other.payOut(1, { key }));
    expectRefused(await other.api.post('/payments', { amount_minor: 12_001, currency: 'USD' }, { key: randomUUID() }));
    expectRefused(await other.api.post(`/payments/${randomUUID()}/refund`, {}, { key: randomUUID() }));
    expect(waiting()).toBe(ENOUGH);

    await letGo();
    for (const answer of await Promise.all(payouts)) expect(answer.status).toBe(201);
    expect((await other.payOut(1, { key })).status).toBe(201);
  });

  it('that is decided before the key is looked up and the body is read', async () => {
    const letGo = await holdAllBooks();
    const payouts = await fillTheLine();

    const stranger = new Client(bahi.service.url, 'nobody');
    // The last two are unusual ways to write the path: they are refused a little later, by the route's own hook.
    for (const path of ['/payouts', '/payouts/', '/payouts?a=b']) {
      const answer = await stranger.post(path, '{"not": json', {
        key: randomUUID(),
        headers: { 'x-request-id': 'mine' },
      });
      expectRefused(answer);
      expect(answer.body.request_id).toBe('mine');
      expect(
        ['x-request-id', 'cache-control', 'x-content-type-options'].map((name) => answer.headers.get(name)),
      ).toEqual([...['mine', 'no-store', 'nosniff']]);
    }
    const metrics = await (await documentedFetch(`${bahi.service.url}/metrics`)).text();
    const counted = /^bahi_http_request_seconds_count\{method="POST",route="\/api\/v1\/payouts",status="503"\} (\d+)$/m;
    expect(Number(counted.exec(metrics)?.[1])).toBeGreaterThanOrEqual(3);

    await letGo();
    await Promise.all(payouts);
    expect((await stranger.post('/payouts', {}, { key: randomUUID() })).status).toBe(401);
  });

  it('a connection on which a payout was refused, its body with it, takes the next request', async () => {
    const letGo = await holdAllBooks();
    const payouts = await fillTheLine();
    const connection = await connectTo(Number(new URL(bahi.service.url).port));
    const body = JSON.stringify({ amount_paise: 100 }).padEnd(50_000);
    const headers = `Host: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const received = everythingFrom(connection);

    connection.write(`POST /api/v1/payouts HTTP/1.1\r\n${headers}${body}`);
    await until('it is refused', () => Promise.resolve(received().includes('HTTP/1.1 503 ')));
    connection.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await until('the next is answered', () => Promise.resolve(received().includes('HTTP/1.1 200 ')));

    connection.destroy();
    await letGo();
    await Promise.all(payouts);
  });

  it('cancels, callbacks and moves by hand wait in line, and are done; reads and health are answered at once', async () => {
    const { id } = await other.aPayout(1);
    const moved = await other.aPayout(1);
    const callback = await bahi.bank.callback(randomUUID(), 'succeeded');
    const letGo = await holdAllBooks();
    const payouts = await fillTheLine();

    const cancelled = other.api.post(`/payouts/${id}/cancel`);
    const byHand = bahi.asOperator().post(`/payouts/${moved.id}/cancel`, undefined, { merchant: other });
    await until('both are in line', () => Promise.resolve(waiting() === ENOUGH + 2));
    expect((await documentedFetch(`${bahi.service.url}/health`)).status).toBe(200);
    expect((await other.api.get('/payouts')).status).toBe(200);
    const taken = await documentedFetch(`${bahi.service.url}/api/v1/gateways/bank-simulator/callbacks`, {
      method: 'POST',
      headers: callback.headers as Record<string, string>,
      body: new Uint8Array(callback.body),
    });
    expect(taken.status).toBe(200);

    await letGo();
    expect((await cancelled).body.status).toBe('cancelled');
    expect((await byHand).body.status).toBe('cancelled');
    await Promise.all(payouts);
  });

  it('a connection too many is refused and closed: no payout can hold it by being refused again and again', async () => {
    const small = await bahi.serve({ environment: { HTTP_MAX_CONNECTIONS: `${ENOUGH}` } });
    const body = { amount_paise: 100, bank_account_id: await acme.account('0001') };
    const letGo = await holdAllBooks();
    const payouts = Array.from({ length: ENOUGH }, () =>
      bahi.asMerchant(acme, small).post('/payouts', body, { key: randomUUID() }),
    );
    await until('its line is full', () => small.get(Books).waitingWrites === ENOUGH);

    const connection = await connectTo(Number(new URL(small.url).port));
    const received = everythingFrom(connection);
    const closed = once(connection, 'close');
    connection.write('POST /api/v1/payouts HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nContent-Length: 0\r\n\r\n');
    await closed;
    expect(received()).toMatch(/^HTTP\/1.1 503 /);
    expect(received().toLowerCase()).toContain('connection: close');
    expect(received()).toContain('There are too many connections.');

    await letGo();
    for (const answer of await Promise.all(payouts)) expect(answer.status).toBe(201);
  });
});
