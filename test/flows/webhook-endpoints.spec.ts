import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Bahi } from '../support/bahi.js';
import type { Answer, Client } from '../support/client.js';
import { HookReceiver, NO_CONTENT, SILENCE } from '../support/hook-receiver.js';
import type { Merchant } from '../support/merchant.js';
import { sendTestMessage } from '../support/test-message.js';
import { until } from '../support/wait-for.js';

const ENVIRONMENT = {
  WEBHOOK_ALLOW_LOOPBACK: '1',
  DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  WEBHOOK_REFUSED_NETWORKS: '203.0.114.0/24',
  GATEWAYS: 'bank-simulator,payment-simulator,toy-bank',
  TOY_BANK_URL: 'https://api.bank.example',
  TOY_BANK_KEY: 'key of tests',
  TOY_BANK_CALLBACK_SECRET: '0123456789abcdef',
};

let bahi: Bahi;
let acme: Merchant;
let operator: Client;
let receiver: HookReceiver;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: ENVIRONMENT });
  acme = await bahi.aMerchant();
  operator = bahi.asOperator();
  receiver = await HookReceiver.listen();
});

afterAll(async () => {
  await bahi.close();
  await receiver.close();
});

beforeEach(() => {
  receiver.answer = NO_CONTENT;
});

const add = (api: Client, fields: object = {}): Promise<Answer> =>
  api.post('/webhook-endpoints', { url: `${receiver.url}/hook`, ...fields });

async function added(api: Client, fields: object = {}): Promise<Answer['body']> {
  const answer = await add(api, fields);
  expect(answer.status).toBe(201);
  return answer.body;
}

const idsOf = ({ body }: Answer): string[] => body.results.map(({ id }: { id: string }) => id);

describe('a webhook endpoint', () => {
  it('is added, read, changed and removed, and shows its secret once', async () => {
    const answer = await add(acme.api, { event_types: ['payout.completed'], description: 'Order system' });
    expect(answer.status).toBe(201);
    const { secret, ...shown } = answer.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toMatchObject({
      merchant_id: acme.id,
      url: `${receiver.url}/hook`,
      event_types: ['payout.completed'],
      description: 'Order system',
      is_active: true,
    });
    expect(answer.headers.get('location')).toBe(`/api/v1/webhook-endpoints/${shown.id}`);
    expect((await acme.api.get(`/webhook-endpoints/${shown.id}`)).body).toEqual(shown);
    expect((await acme.api.get('/webhook-endpoints')).body.results).toEqual([shown]);

    const changed = await acme.api.patch(`/webhook-endpoints/${shown.id}`, { event_types: null, is_active: false });
    expect(changed.body).toEqual({
      ...shown,
      event_types: null,
      is_active: false,
      updated_at: changed.body.updated_at as string,
    });
    const described = await acme.api.patch(`/webhook-endpoints/${shown.id}`, { description: null, is_active: null });
    expect(described.body).toMatchObject({ description: null, is_active: false, event_types: null });

    expect((await acme.api.delete(`/webhook-endpoints/${shown.id}`)).status).toBe(204);
    expect((await acme.api.delete(`/webhook-endpoints/${shown.id}`)).status).toBe(404);
    expect((await acme.api.get(`/webhook-endpoints/${shown.id}`)).status).toBe(404);
  });

  it('is its merchant’s alone', async () => {
    const { id } = await added(acme.api);
    const other = await bahi.aMerchant();
    const path = `/webhook-endpoints/${id}`;
    expect((await other.api.get(path)).status).toBe(404);
    expect((await other.api.patch(path, { is_active: false })).status).toBe(404);
    expect((await other.api.post(`${path}/rotate-secret`, { keep_old_seconds: 0 })).status).toBe(404);
    expect((await other.api.post(`${path}/test`)).status).toBe(404);
    expect((await other.api.delete(path)).status).toBe(404);
    expect(idsOf(await other.api.get('/webhook-endpoints'))).toEqual([]);
    expect((await acme.api.get(path)).body.is_active).toBe(true);
    expect((await operator.get(path)).status).toBe(200);
  });

  it('may be the operators’ own, which no merchant sees', async () => {
    const own = await added(operator, { scope: 'all_merchants' });
    expect(own).toMatchObject({ merchant_id: null, scope: 'all_merchants' });
    const ofAcme = await operator.post('/webhook-endpoints?merchant_id=' + acme.id, { url: receiver.url });
    expect(ofAcme.body).toMatchObject({ merchant_id: acme.id, scope: 'merchant' });
    expect((await acme.api.get(`/webhook-endpoints/${own.id}`)).status).toBe(404);
    expect(idsOf(await acme.api.get('/webhook-endpoints'))).not.toContain(own.id);
    expect(idsOf(await acme.api.get('/webhook-endpoints'))).toContain(ofAcme.body.id);
    expect(idsOf(await operator.get('/webhook-endpoints'))).toEqual(expect.arrayContaining([own.id, ofAcme.body.id]));
    expect((await operator.post(`/webhook-endpoints?merchant_id=${randomUUID()}`, { url: receiver.url })).status).toBe(
      404,
    );
    const owned = await operator.get('/webhook-endpoints?scope=all_merchants');
    expect(owned.body.results.map(({ scope }: { scope: string }) => scope)).toContain('all_merchants');
    expect(idsOf(owned)).toContain(own.id);
    expect(idsOf(owned)).not.toContain(ofAcme.body.id);
  });

  it('is for all merchants only where an operator says so', async () => {
    const forAll = { scope: 'all_merchants' };
    const zeros = '00000000-0000-0000-0000-000000000000';
    const refusals = [
      [await add(operator), 400, '#/scope'],
      [await add(operator, { scope: 'merchant' }), 400, '#/scope'],
      [await add(operator, { scope: 'everybody' }), 400, '#/scope'],
      [
        await operator.post(`/webhook-endpoints?merchant_id=${acme.id}`, { url: receiver.url, ...forAll }),
        400,
        '#/scope',
      ],
      [
        await operator.post('/webhook-endpoints', { url: receiver.url }, { merchant: { id: zeros } }),
        400,
        '#/headers/X-Merchant-Id',
      ],
      [await operator.get(`/webhook-endpoints?merchant_id=${zeros}`), 400, '#/query/merchant_id'],
      [await operator.get(`/webhook-endpoints?scope=all_merchants&merchant_id=${acme.id}`), 400, '#/scope'],
      [await add(acme.api, forAll), 403, undefined],
      [await acme.api.get('/webhook-endpoints?scope=all_merchants'), 403, undefined],
    ] as const;
    for (const [{ status, body }, expected, pointer] of refusals)
      expect([status, body.errors?.[0].pointer]).toEqual([expected, pointer]);
    expect((await added(acme.api, { scope: 'merchant' })).scope).toBe('merchant');
  });

  it('is one of sixteen at the most, and there is room again when one is removed', async () => {
    const merchant = await bahi.aMerchant();
    const all: string[] = [];
    for (let i = 0; i < 16; i++) all.push((await added(merchant.api)).id as string);
    const refused = await add(merchant.api);
    expect([refused.status, refused.body.code, refused.body.limit]).toEqual([422, 'too_many_webhook_endpoints', 16]);
    await merchant.api.delete(`/webhook-endpoints/${all[0]}`);
    await added(merchant.api);
    await added(acme.api);
  });

  it.each(['a merchant adds', 'the operators add'])(
    'is one of sixteen where %s 200 at the same time',
    async (whose) => {
      const merchant = await bahi.aMerchant();
      const [api, fields, where] =
        whose === 'a merchant adds'
          ? [merchant.api, {}, `merchant_id = '${merchant.id}'`]
          : [operator, { scope: 'all_merchants' }, `merchant_id = '00000000-0000-0000-0000-000000000000'`];
      const there = async (): Promise<number> => {
        const sql = `SELECT count(*)::int AS n FROM webhook_endpoints WHERE ${where}`;
        return (await bahi.psql.query<{ n: number }>(sql))[0]!.n;
      };
      const before = await there();
      const answers = await Promise.all(Array.from({ length: 200 }, () => add(api, fields)));
      const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.id as string);
      // A busy process refuses some of them.
      const codes = answers.filter(({ status }) => status !== 201).map(({ body }) => body.code as string);
      expect(['overloaded', 'too_many_webhook_endpoints']).toEqual(expect.arrayContaining([...new Set(codes)]));
      expect(await there()).toBe(before + made.length);
      expect(before + made.length).toBeLessThanOrEqual(16);
      // Refused requests have left nothing behind.
      const ids = `SELECT id FROM webhook_endpoints`;
      expect(await bahi.psql.query(`SELECT FROM webhook_cursors WHERE endpoint_id NOT IN (${ids})`)).toEqual([]);
      for (const id of made) expect((await api.delete(`/webhook-endpoints/${id}`)).status).toBe(204);
    },
  );

  it.each([
    [{ url: 'https://10.0.0.1/' }, 422, 'webhook_url_refused'],
    [{ url: 'https://169.254.169.254/latest/meta-data' }, 422, 'webhook_url_refused'],
    [{ url: 'http://93.184.215.14/' }, 422, 'webhook_url_refused'],
    [{ url: 'https://user:secret@93.184.215.14/' }, 422, 'webhook_url_refused'],
    [{ url: 'no address' }, 422, 'webhook_url_refused'],
    [{ url: 'https://does-not-exist.invalid/' }, 422, 'webhook_url_refused'],
    [{ url: 'https://postgres/' }, 422, 'webhook_url_refused'],
    [{ url: 'https://db.internal/' }, 422, 'webhook_url_refused'],
    [{ url: 'https://203.0.114.1/' }, 422, 'webhook_url_refused'],
    [{ url: 'https://api.bank.example/' }, 422, 'webhook_url_refused'],
    [{ url: 7 }, 400, 'validation_failed'],
    [{ url: `https://93.184.215.14/${'x'.repeat(2_048)}` }, 400, 'validation_failed'],
    [{ url: `https://93.184.215.14/${'₹'.repeat(300)}` }, 422, 'webhook_url_refused'],
    [{ event_types: [] }, 400, 'validation_failed'],
    [{ event_types: ['payout.invented'] }, 400, 'validation_failed'],
    [{ event_types: ['payout.requested', 'payout.requested'] }, 400, 'validation_failed'],
    [{ event_types: 'payout.requested' }, 400, 'validation_failed'],
    [{ event_types: { length: 1 } }, 400, 'validation_failed'],
    [{ secret: 'whsec_mine' }, 400, 'validation_failed'],
  ])('is refused with %j', async (fields, status, code) => {
    const answer = await add(acme.api, fields);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is not led into the house by a change either', async () => {
    const { id } = await added(acme.api);
    const answer = await acme.api.patch(`/webhook-endpoints/${id}`, { url: 'https://192.168.1.1/' });
    expect([answer.status, answer.body.code]).toEqual([422, 'webhook_url_refused']);
    expect((await acme.api.get(`/webhook-endpoints/${id}`)).body.url).toBe(`${receiver.url}/hook`);
  });

  it('is refused on this machine, unless that is allowed', async () => {
    const strict = await bahi.serve({ environment: { WEBHOOK_ALLOW_LOOPBACK: '0' } });
    const answer = await add(bahi.asMerchant(acme, strict));
    expect([answer.status, answer.body.code]).toEqual([422, 'webhook_url_refused']);
  });
});

describe('the secret of an endpoint', () => {
  const signedBy = (secret: string): boolean => {
    const { body, headers } = receiver.received.at(-1)!;
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };

  it('signs as a receiver expects, stands nowhere in the clear, and is replaced with and without delay', async () => {
    const { id, secret: first } = await added(acme.api);
    const path = `/webhook-endpoints/${id}`;
    const rotate = async (keep_old_seconds: number): Promise<string> => {
      const answer = await acme.api.post(`${path}/rotate-secret`, { keep_old_seconds });
      expect(answer.status).toBe(200);
      return answer.body.secret as string;
    };
    await sendTestMessage(acme.api, id as string);
    expect(signedBy(first)).toBe(true);

    const second = await rotate(86_400);
    await sendTestMessage(acme.api, id as string);
    expect([first, second].map(signedBy)).toEqual([true, true]);

    // Requested again, for example because the answer was lost: the secret that the receiver has continues to sign.
    const third = await rotate(86_400);
    await sendTestMessage(acme.api, id as string);
    expect([first, second, third].map(signedBy)).toEqual([true, false, true]);
    const [row] = await bahi.psql.query<object>('SELECT * FROM webhook_endpoints WHERE id = $1', [id]);
    for (const secret of [first, second, third])
      expect(JSON.stringify(row)).not.toContain(secret.slice('whsec_'.length));

    const fourth = await rotate(0);
    await sendTestMessage(acme.api, id as string);
    expect([first, third, fourth].map(signedBy)).toEqual([false, false, true]);

    const fifth = await rotate(1);
    await until('the one before has ended', async () => {
      await sendTestMessage(acme.api, id as string);
      return signedBy(fifth) && !signedBy(fourth);
    });
    const sixth = await rotate(60);
    await sendTestMessage(acme.api, id as string);
    expect([fourth, fifth, sixth].map(signedBy)).toEqual([false, true, true]);
    for (const keep_old_seconds of [-1, 86_401, 0.5, '1', null, undefined])
      expect((await acme.api.post(`${path}/rotate-secret`, { keep_old_seconds })).status).toBe(400);
  });
});

describe('a test message', () => {
  it('is signed, is sent to an inactive endpoint too, and its answer is shown', async () => {
    const { id } = await added(acme.api, { is_active: false });
    receiver.answer = (_request, response) => void response.writeHead(418).end(`no\u0000${'x'.repeat(2_000)}`);
    const { status, body } = await sendTestMessage(acme.api, id as string);
    expect(status).toBe(200);
    expect(body).toMatchObject({ is_delivered: false, status_code: 418, failure: null });
    expect(body.answer).toBe(`no\ufffd${'x'.repeat(1_019)}`);
    const { headers, body: text } = receiver.received.at(-1)!;
    expect(JSON.parse(text)).toMatchObject({ id: headers['webhook-id'], type: 'webhook.test', merchant_id: acme.id });
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Bahi-Webhooks' });
  });

  it('that nobody takes says why', async () => {
    const gone = await HookReceiver.listen();
    await gone.close();
    const { id } = await added(acme.api, { url: gone.url });
    expect((await sendTestMessage(acme.api, id as string)).body).toMatchObject({
      is_delivered: false,
      status_code: null,
      answer: null,
      failure: 'connection refused',
    });
  });

  it('is one of two at a time of a merchant, so that silent receivers keep few requests open', async () => {
    const merchant = await bahi.aMerchant();
    const paths = [await added(merchant.api), await added(merchant.api)].map(
      ({ id }) => `/webhook-endpoints/${id}/test`,
    );
    receiver.answer = SILENCE;
    const before = receiver.received.length;
    const sent = paths.map((path) => merchant.api.post(path));
    await until('both are on their way', () => receiver.received.length === before + 2);
    const third = await merchant.api.post(paths[0]!);
    expect([third.status, third.body.code]).toEqual([429, 'too_many_webhook_requests']);
    receiver.answer = NO_CONTENT;
    const other = await added(acme.api);
    expect((await sendTestMessage(acme.api, other.id as string)).status).toBe(200);
    for (const { body } of await Promise.all(sent)) expect(body.failure).toBe('no answer in time');
  });

  it('is one of a few in a second', async () => {
    const merchant = await bahi.aMerchant();
    const { id } = await added(merchant.api);
    const codes = new Set<number>();
    await until('one is refused', async () => {
      const many = Array.from({ length: 20 }, () => merchant.api.post(`/webhook-endpoints/${id}/test`));
      for (const { status } of await Promise.all(many)) codes.add(status);
      return codes.has(429);
    });
    expect([...codes].toSorted()).toEqual([200, 429]);
    await until('there is room again', async () => {
      const { status } = await merchant.api.post(`/webhook-endpoints/${id}/test`);
      return status === 200;
    });
  });

  it('that waits for a silent receiver does not keep the process from ending', async () => {
    const leaving = await bahi.serve();
    const api = bahi.asMerchant(acme, leaving);
    const { id } = await added(api);
    receiver.answer = SILENCE;
    const before = receiver.received.length;
    const sent = api.post(`/webhook-endpoints/${id}/test`);
    await until('it is on its way', () => receiver.received.length > before);
    await leaving.stop();
    expect((await sent).body).toMatchObject({ is_delivered: false, failure: 'broken off by us' });
  });
});
