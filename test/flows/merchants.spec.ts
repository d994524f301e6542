import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomInt, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Database } from '../../src/platform/database/connections/database.js';
import { PageRequest } from '../../src/platform/http/lists/pages.js';
import { Bahi } from '../support/bahi.js';
import type { LocalService } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import { type Answer, Client } from '../support/client.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
/** The same service once more, as in a second process. */
let second: LocalService;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open();
  second = await bahi.serve();
  operator = bahi.asOperator();
});

afterAll(() => bahi?.close());

const aMerchant = (): Promise<Merchant> => bahi.aMerchant({ accounts: [] });

const withKey = (key: string): Client => new Client(bahi.service.url, key);

async function aKey({ id }: { id: string }): Promise<Client> {
  return withKey((await operator.post(`/merchants/${id}/api-keys`, { name: 'Billing server' })).body.key);
}

const anAccount = (change: object = {}) => ({
  account_holder_name: 'Asha Rao',
  account_number: String(randomInt(10 ** 11, 10 ** 12)),
  ifsc: 'HDFC0000001',
  ...change,
});

const idsIn = ({ body }: Answer): string[] => body.results.map(({ id }: { id: string }) => id);

/** The ids of a list, followed page by page to its end and back. */
async function walk(client: Client, start: string): Promise<string[]> {
  const forward: string[][] = [];
  let page = await client.get(start);
  for (;;) {
    forward.push(idsIn(page));
    if (page.body.next === null) break;
    page = await client.get(page.body.next);
  }
  for (const expected of forward.slice(0, -1).reverse()) {
    page = await client.get(page.body.previous);
    expect(idsIn(page)).toEqual(expected);
  }
  return forward.flat();
}

const newestFirst = (ids: string[]): string[] => [...ids].sort().reverse();

const problem = (status: number, code: string, pointer?: string) => ({
  status,
  body: expect.objectContaining({
    code,
    ...(pointer === undefined ? {} : { errors: [expect.objectContaining({ pointer })] }),
  }),
});

describe('a merchant', () => {
  it('is taken in by an operator, active, with a book and no money', async () => {
    const asked = { name: 'Chai & Söhne 🫖', email: 'ops@chai.example' };
    const { status, headers, body } = await operator.post('/merchants/', asked);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...asked,
      id: expect.any(String),
      is_active: true,
      reads_per_second: null,
      writes_per_second: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: body.created_at,
    });
    expect(headers.get('location')).toBe(`/api/v1/merchants/${body.id}`);
    expect((await operator.get(headers.get('location')!)).body).toEqual(body);
    const { body: me } = await (await aKey(body)).get('/me');
    expect(me).toMatchObject({ id: body.id, available_paise: 0, held_paise: 0 });
  });

  it('changes what an operator names and keeps the rest', async () => {
    const path = `/merchants/${(await aMerchant()).id}`;
    const before = (await operator.get(path)).body;
    expect((await operator.patch(path, {})).body).toEqual(before);
    const renamed = await operator.patch(path, { name: 'Acme', email: 'a@acme.example' });
    expect(renamed.status).toBe(200);
    expect(renamed.body).toEqual({ ...before, name: 'Acme', email: 'a@acme.example', updated_at: expect.any(String) });
    expect(renamed.body.updated_at > before.updated_at).toBe(true);
    const stopped = await operator.patch(path, { is_active: false });
    expect(stopped.body).toMatchObject({ name: 'Acme', is_active: false });
    expect((await bahi.asOperator(second).get(path)).body).toEqual(stopped.body);
    // The same change again changes nothing.
    expect((await operator.patch(path, { is_active: false })).body).toEqual(stopped.body);
  });

  it('that is inactive still reads, and keeps its bank accounts in order', async () => {
    const { id, api } = await aMerchant();
    await operator.patch(`/merchants/${id}`, { is_active: false });
    expect((await api.get('/me')).body).toMatchObject({ is_active: false });
    const registered = await api.post('/bank-accounts', anAccount());
    expect(registered.status).toBe(201);
    expect((await api.patch(`/bank-accounts/${registered.body.id}`, { is_active: false })).status).toBe(200);
    expect(idsIn(await api.get('/bank-accounts'))).toEqual([registered.body.id]);
  });

  it('stands in the list, the newest first', async () => {
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push((await aMerchant()).id);
    const all = await walk(operator, '/merchants?limit=2');
    expect(all).toEqual(newestFirst(all));
    expect(all.slice(0, 5)).toEqual(ids.reverse());
    expect(new Set(all).size).toBe(all.length);
    expect(idsIn(await operator.get('/merchants?limit=2&offset=1'))).toEqual(all.slice(1, 3));
  });

  it('that nobody knows is not found', async () => {
    for (const id of [randomUUID(), 'no-uuid', '%00', "'--"]) {
      for (const answer of [
        await operator.get(`/merchants/${id}`),
        await operator.patch(`/merchants/${id}`, { name: 'Acme' }),
        await operator.get(`/merchants/${id}/api-keys`),
        await operator.post(`/merchants/${id}/api-keys`, { name: 'Key' }),
        await operator.delete(`/merchants/${id}/api-keys/${randomUUID()}`),
      ]) {
        expect(answer).toMatchObject(problem(404, 'not_found'));
      }
    }
  });

  it.each([
    ['no name', 'post', '#/name', { name: undefined }],
    ['no e-mail address', 'post', '#/email', { email: undefined }],
    ['null for a name', 'post', '#/name', { name: null }],
    ['an empty name', 'post', '#/name', { name: '' }],
    ['a blank name', 'post', '#/name', { name: '   ' }],
    ['a name of 121 characters', 'post', '#/name', { name: 'x'.repeat(121) }],
    ['a number for a name', 'post', '#/name', { name: 7 }],
    ['a list for a name', 'post', '#/name', { name: ['Acme'] }],
    ['U+0000 in a name', 'post', '#/name', { name: 'Ac\u0000me' }],
    ['half a surrogate pair in a name', 'post', '#/name', { name: 'Ac\ud800me' }],
    ['an address without @', 'post', '#/email', { email: 'acme' }],
    ['an address without a dot', 'post', '#/email', { email: 'a@localhost' }],
    ['an address of 255 characters', 'post', '#/email', { email: `${'x'.repeat(250)}@a.in` }],
    ['a field of another endpoint', 'post', '#/is_active', { is_active: true }],
    ['"true"', 'patch', '#/is_active', { is_active: 'true' }],
    ['1 for true', 'patch', '#/is_active', { is_active: 1 }],
    ['an empty new name', 'patch', '#/name', { name: '' }],
    ['a new address with a space', 'patch', '#/email', { email: 'a b@c.in' }],
    ['a new id', 'patch', '#/id', { id: randomUUID() }],
  ] as const)('takes no nonsense: %s (%s)', async (_what, method, pointer, change) => {
    const { id } = await aMerchant();
    const before = await operator.get('/merchants');
    const answer =
      method === 'post'
        ? await operator.post('/merchants', { name: 'Acme', email: 'a@acme.example', ...change })
        : await operator.patch(`/merchants/${id}`, change);
    expect(answer).toMatchObject(problem(400, 'validation_failed', pointer));
    expect((await operator.get('/merchants')).body).toEqual(before.body);
  });

  it('may have a name of 120 characters, each of them two units long', async () => {
    const answer = await operator.post('/merchants', { name: '🫖'.repeat(120), email: 'a@acme.example' });
    expect(answer.status).toBe(201);
  });
});

describe('an API key', () => {
  it('is shown once, and known by its two ends afterwards', async () => {
    const { id, apiKey } = await aMerchant();
    const path = `/merchants/${id}/api-keys`;
    const { status, headers, body } = await operator.post(path, { name: 'Second' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name: 'Second',
      key: expect.stringMatching(/^bahi_merchant_[0-9A-Za-z]{43}$/),
      prefix: 'bahi_merchant_',
      last4: body.key.slice(-4),
      created_at: expect.any(String),
    });
    expect(headers.get('location')).toBe(`/api/v1${path}/${body.id}`);
    const listed = await operator.get(path);
    const { key, ...ends } = body;
    expect(listed.body.results).toHaveLength(2);
    expect(listed.body.results[0]).toEqual({ ...ends, last_used_at: null, revoked_at: null });
    for (const valid of [key, apiKey]) {
      expect(listed.text).not.toContain(valid.slice(14, -4));
      expect((await withKey(valid).get('/me')).body).toMatchObject({ id });
    }
  });

  it('ends at once when it is revoked, and the merchant’s other keys go on', async () => {
    const merchant = await aMerchant();
    const path = `/merchants/${merchant.id}/api-keys`;
    const [first] = idsIn(await operator.get(path));
    const other = await aKey(merchant);
    expect((await merchant.api.get('/me')).status).toBe(200);
    expect(await operator.delete(`${path}/${first}`)).toMatchObject({ status: 204, text: '' });
    expect(await merchant.api.get('/me')).toMatchObject(problem(401, 'unauthenticated'));
    expect((await other.get('/me')).status).toBe(200);
    const revokedAt = async () => (await operator.get(path)).body.results[1].revoked_at;
    const since = await revokedAt();
    expect(since).toEqual(expect.any(String));
    expect((await operator.delete(`${path}/${first}`)).status).toBe(204);
    expect(await revokedAt()).toBe(since);
  });

  it('ends within five seconds in other processes', async () => {
    const merchant = await aMerchant();
    const elsewhere = bahi.asMerchant(merchant, second);
    expect((await elsewhere.get('/me')).status).toBe(200);
    const [only] = idsIn(await operator.get(`/merchants/${merchant.id}/api-keys`));
    await operator.delete(`/merchants/${merchant.id}/api-keys/${only}`);
    await until('it is refused there', async () => (await elsewhere.get('/me')).status === 401);
  });

  it('is revoked only through its own merchant', async () => {
    const [one, two] = [await aMerchant(), await aMerchant()];
    const [key] = idsIn(await operator.get(`/merchants/${one.id}/api-keys`));
    for (const path of [
      `/merchants/${two.id}/api-keys/${key}`,
      `/merchants/${one.id}/api-keys/${randomUUID()}`,
      `/merchants/${one.id}/api-keys/no-uuid`,
      `/merchants/no-uuid/api-keys/${key}`,
    ]) {
      expect(await operator.delete(path)).toMatchObject(problem(404, 'not_found'));
    }
    expect((await one.api.get('/me')).status).toBe(200);
  });

  it('shows when it was last used, once the process that saw it has written it down', async () => {
    const merchant = await aMerchant();
    const third = await bahi.serve();
    const start = new Date().toISOString();
    await bahi.asMerchant(merchant, third).get('/me');
    await third.stop();
    const [only] = (await operator.get(`/merchants/${merchant.id}/api-keys`)).body.results;
    expect(only.last_used_at >= start).toBe(true);
  });

  it('needs a name, and takes nothing else', async () => {
    const path = `/merchants/${(await aMerchant()).id}/api-keys`;
    for (const [body, pointer] of [
      [{}, '#/name'],
      [{ name: '' }, '#/name'],
      [{ name: 'Key', key: 'chosen-by-the-caller' }, '#/key'],
    ] as const) {
      expect(await operator.post(path, body)).toMatchObject(problem(400, 'validation_failed', pointer));
    }
    expect(idsIn(await operator.get(path))).toHaveLength(1);
  });

  it('of a merchant opens nothing that is an operator’s, and a made-up one nothing at all', async () => {
    const { id, api } = await aMerchant();
    const everything = (client: Client): Promise<Answer>[] => [
      client.get('/merchants'),
      client.post('/merchants', { name: 'Acme', email: 'a@acme.example' }),
      client.get(`/merchants/${id}`),
      client.patch(`/merchants/${id}`, { is_active: true }),
      client.get(`/merchants/${id}/api-keys`),
      client.post(`/merchants/${id}/api-keys`, { name: 'Key' }),
      client.delete(`/merchants/${id}/api-keys/${randomUUID()}`),
    ];
    for (const answer of await Promise.all(everything(api))) {
      expect(answer).toMatchObject(problem(403, 'forbidden'));
    }
    const stranger = withKey('made-up');
    for (const answer of await Promise.all([...everything(stranger), stranger.get('/bank-accounts')])) {
      expect(answer).toMatchObject(problem(401, 'unauthenticated'));
    }
  });
});

describe('a bank account', () => {
  let merchant: Merchant;
  let stranger: Merchant;

  beforeEach(async () => {
    [merchant, stranger] = (await bahi.merchants(2, { accounts: [] })) as [Merchant, Merchant];
  });

  const register = (body: object, client = merchant.api): Promise<Answer> => client.post('/bank-accounts', body);

  it('is registered, and shows the last four characters of its number', async () => {
    const { status, body, headers } = await register(anAccount({ account_number: '00ab12cd6789' }));
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      account_holder_name: 'Asha Rao',
      account_number_last4: '6789',
      vpa: null,
      ifsc: 'HDFC0000001',
      is_active: true,
      created_at: expect.any(String),
    });
    expect(headers.get('location')).toBe(`/api/v1/bank-accounts/${body.id}`);
    expect((await merchant.api.get(headers.get('location')!)).body).toEqual(body);
  });

  it('is there once: registered again it is the one that was there, as it was', async () => {
    const account = anAccount();
    const first = await register(account);
    await merchant.api.patch(`/bank-accounts/${first.body.id}`, { is_active: false });
    const again = await register(account);
    expect(again).toMatchObject({ status: 200, body: { ...first.body, is_active: false } });
    expect(again.headers.get('location')).toBeNull();
    expect(idsIn(await merchant.api.get('/bank-accounts'))).toEqual([first.body.id]);
  });

  it('has its holder’s name mended by registering the right one, which is another account', async () => {
    const account = anAccount({ account_number: '50100012340001', account_holder_name: 'Asha Roa' });
    const wrong = await register(account);
    const right = await register({ ...account, account_holder_name: 'Asha Rao' });
    expect(right).toMatchObject({ status: 201, body: { account_holder_name: 'Asha Rao', is_active: true } });
    expect(right.body.id).not.toBe(wrong.body.id);
    expect(right.headers.get('location')).toBe(`/api/v1/bank-accounts/${right.body.id}`);
    expect((await merchant.api.get(`/bank-accounts/${wrong.body.id}`)).body).toEqual(wrong.body);
    expect(await register(account)).toMatchObject({ status: 200, body: wrong.body });
    expect(idsIn(await merchant.api.get('/bank-accounts'))).toEqual([right.body.id, wrong.body.id]);
  });

  it.each([
    ['small and capital letters', 'ASHA  rao ', 'asha Rao'],
    ['another Unicode form', 'Zo\u0065\u0301 D\u2019Souza', 'ZO\u00c9 d\u2019souza'],
    ['white space', 'Asha\u00a0 Rao', 'Asha Rao'],
  ])('is the same one whatever its holder’s name differs in: %s', async (_what, name, sameName) => {
    for (const destination of [anAccount(), { vpa: 'asha.rao@okaxis' }]) {
      const first = await register({ ...destination, account_holder_name: name });
      const again = await register({ ...destination, account_holder_name: sameName });
      expect([first.status, again.status]).toEqual([201, 200]);
      expect(again.body).toEqual(first.body);
    }
  });

  it('has another name of its holder with the same VPA', async () => {
    const vpa = 'asha.rao@okaxis';
    const names = ['Asha Roa', 'Asha Rao', 'asha rao'];
    const answers: Answer[] = [];
    for (const name of names) answers.push(await register({ account_holder_name: name, vpa }));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 200]);
    expect(answers[2]!.body).toEqual(answers[1]!.body);
  });

  it('cannot be opened again under another name while an account with its destination is closed', async () => {
    for (const destination of [anAccount(), { vpa: 'asha.rao@okaxis' }]) {
      const named = (name: string): object => ({ ...destination, account_holder_name: name });
      const first = await register(named('Asha Roa'));
      const second = await register(named('Asha Rao'));
      await merchant.api.patch(`/bank-accounts/${first.body.id}`, { is_active: false });
      expect(await register(named('Asha Raon'))).toMatchObject(problem(422, 'bank_account_inactive'));
      // An existing account is returned as it is: a repeat makes nothing.
      expect(await register(named('Asha Rao'))).toMatchObject({ status: 200, body: second.body });
      await merchant.api.patch(`/bank-accounts/${first.body.id}`, { is_active: true });
      expect((await register(named('Asha Raon'))).status).toBe(201);
    }
  });

  it('is another one at another branch, in other letters, and for another merchant', async () => {
    const account = anAccount({ account_number: 'abcde12345' });
    const answers = [
      await register(account),
      await register({ ...account, ifsc: 'HDFC0000002' }),
      await register({ ...account, account_number: 'ABCDE12345' }),
      await register(account, stranger.api),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4);
  });

  it('is made once by twenty requests at the same moment in two processes', async () => {
    const account = anAccount();
    const clients = [merchant.api, merchant.at(second).api];
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => register(account, clients[i % 2])));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    // And once for another name, while the first name is repeated.
    const names = ['Asha Roa', 'asha roa', 'Asha Rao'];
    const more = Array.from({ length: 21 }, (_, i) =>
      register({ ...account, account_holder_name: names[i % 3] }, clients[i % 2]),
    );
    expect((await Promise.all(more)).map(({ status }) => status).sort()).toEqual([...Array<number>(20).fill(200), 201]);
    expect(idsIn(await merchant.api.get('/bank-accounts'))).toHaveLength(2);
  });

  it('is closed and opened again, and nothing else of it changes', async () => {
    const { body } = await register(anAccount());
    const path = `/bank-accounts/${body.id}`;
    for (const isActive of [false, false, true]) {
      const answer = await merchant.api.patch(path, { is_active: isActive });
      expect(answer).toMatchObject({ status: 200, body: { ...body, is_active: isActive } });
      expect((await merchant.at(second).api.get(path)).body).toEqual(answer.body);
    }
    for (const [change, pointer] of [
      [{}, '#/is_active'],
      [{ is_active: null }, '#/is_active'],
      [{ is_active: 'false' }, '#/is_active'],
      [{ is_active: false, account_holder_name: 'Eve' }, '#/account_holder_name'],
      [{ is_active: false, ifsc: 'HDFC0000009' }, '#/ifsc'],
    ] as const) {
      expect(await merchant.api.patch(path, change)).toMatchObject(problem(400, 'validation_failed', pointer));
    }
    expect((await merchant.api.get(path)).body).toEqual(body);
  });

  it('is nobody else’s business', async () => {
    const { body } = await register(anAccount());
    const path = `/bank-accounts/${body.id}`;
    expect(await stranger.api.get(path)).toMatchObject(problem(404, 'not_found'));
    expect(await stranger.api.patch(path, { is_active: false })).toMatchObject(problem(404, 'not_found'));
    expect(idsIn(await stranger.api.get('/bank-accounts'))).toEqual([]);
    const named = { merchant: stranger };
    for (const answer of [
      await merchant.api.get('/bank-accounts', named),
      await merchant.api.get(`/bank-accounts?merchant_id=${stranger.id}`),
      await merchant.api.post('/bank-accounts', anAccount(), named),
      await merchant.api.get(path, named),
      await merchant.api.patch(path, { is_active: false }, named),
    ]) {
      expect(answer).toMatchObject(problem(403, 'forbidden'));
    }
    expect(await merchant.api.get(path, { merchant })).toMatchObject({ status: 200, body });
    expect(idsIn(await stranger.api.get('/bank-accounts'))).toEqual([]);
  });

  it('is an operator’s business, with the merchant named where one is needed', async () => {
    const account = anAccount();
    const unnamed = await register(account, operator);
    expect(unnamed).toMatchObject(problem(400, 'validation_failed', '#/headers/X-Merchant-Id'));
    const { status, body } = await operator.post(`/bank-accounts?merchant_id=${merchant.id}`, account);
    expect(status).toBe(201);
    expect(await operator.post('/bank-accounts', account, { merchant })).toMatchObject({ status: 200, body });
    const foreign = (await register(anAccount(), stranger.api)).body.id;

    const path = `/bank-accounts/${body.id}`;
    expect((await operator.get(path)).body).toEqual(body);
    expect((await operator.patch(path, { is_active: false })).body.is_active).toBe(false);
    const wrong = { merchant: stranger };
    expect(await operator.get(path, wrong)).toMatchObject(problem(404, 'not_found'));
    expect(await operator.patch(path, { is_active: true }, wrong)).toMatchObject(problem(404, 'not_found'));
    expect((await operator.get(path, { merchant })).body.is_active).toBe(false);

    expect(idsIn(await operator.get('/bank-accounts?limit=2'))).toEqual([foreign, body.id]);
    expect(idsIn(await operator.get('/bank-accounts', { merchant }))).toEqual([body.id]);
    expect(idsIn(await operator.get(`/bank-accounts?merchant_id=${stranger.id}`))).toEqual([foreign]);
    expect(idsIn(await operator.get('/bank-accounts', { merchant: { id: randomUUID() } }))).toEqual([]);
  });

  it('is not registered for a merchant that nobody knows', async () => {
    const answer = await operator.post('/bank-accounts', anAccount(), { merchant: { id: randomUUID() } });
    expect(answer).toMatchObject(problem(404, 'not_found'));
  });

  it('that nobody knows is not found', async () => {
    for (const id of [randomUUID(), 'no-uuid']) {
      for (const client of [merchant.api, operator]) {
        expect(await client.get(`/bank-accounts/${id}`)).toMatchObject(problem(404, 'not_found'));
        const opening = await client.patch(`/bank-accounts/${id}`, { is_active: true });
        expect(opening).toMatchObject(problem(404, 'not_found'));
      }
    }
  });

  it('stands in the list, the newest first', async () => {
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push((await register(anAccount())).body.id);
    await register(anAccount(), stranger.api);
    expect(await walk(merchant.api, '/bank-accounts?limit=2')).toEqual(ids.reverse());
    expect(await walk(operator, `/bank-accounts?limit=3&merchant_id=${merchant.id}`)).toEqual(ids);
    const all = await walk(operator, '/bank-accounts?limit=3');
    expect(all).toEqual(newestFirst(all));
  });

  it('takes no cursor that holds something else than an id, however well it is sealed', async () => {
    const url = '/api/v1/bank-accounts?limit=1';
    const query = { limit: '1' };
    const forged = PageRequest.of({ limit: 1 }, { url, query, headers: {}, principal: null }).page(
      ['not-an-id', 'another'],
      (key) => key,
      (key) => key,
    );
    expect(await merchant.api.get(forged.next!)).toMatchObject(problem(400, 'cursor_invalid'));
  });

  it.each([
    ['no holder', '#/account_holder_name', { account_holder_name: undefined }],
    ['a blank holder', '#/account_holder_name', { account_holder_name: ' ' }],
    ['a holder of 121 characters', '#/account_holder_name', { account_holder_name: 'x'.repeat(121) }],
    ['a line break in the holder', '#/account_holder_name', { account_holder_name: 'Asha\nRao' }],
    ['no number', '#/account_number', { account_number: undefined }],
    ['a number of four digits', '#/account_number', { account_number: '1234' }],
    ['a number of 36 digits', '#/account_number', { account_number: '1'.repeat(36) }],
    ['a number that is not text', '#/account_number', { account_number: 123456789 }],
    ['a hyphen in the number', '#/account_number', { account_number: '12345-6789' }],
    ['a bar in the number', '#/account_number', { account_number: '123456789|' }],
    ['no IFSC', '#/ifsc', { ifsc: undefined }],
    ['an IFSC in small letters', '#/ifsc', { ifsc: 'hdfc0000001' }],
    ['an IFSC without its zero', '#/ifsc', { ifsc: 'HDFC1000001' }],
    ['an IFSC that is too long', '#/ifsc', { ifsc: 'HDFC00000012' }],
    ['a field of another endpoint', '#/is_active', { is_active: false }],
    ['a merchant in the body', '#/merchant_id', { merchant_id: randomUUID() }],
  ])('takes no nonsense: %s', async (_what, pointer, change) => {
    expect(await register(anAccount(change))).toMatchObject(problem(400, 'validation_failed', pointer));
    expect(idsIn(await merchant.api.get('/bank-accounts'))).toEqual([]);
  });

  it('never shows its number, in no answer, refusal or log line', async () => {
    const lines: string[] = [];
    const keep = (...line: unknown[]): number => lines.push(line.map(String).join(' '));
    Logger.overrideLogger({ log: keep, error: keep, warn: keep, debug: keep, verbose: keep });
    const account = anAccount({ account_number: '918273645500' });
    // The database's own error message about a row quotes the whole row.
    await bahi.psql.query(`ALTER TABLE bank_accounts ADD CONSTRAINT poison CHECK (account_number <> '918273645599')`);
    const answers = [
      await register(account),
      await register(account),
      await register({ ...account, ifsc: 'wrong' }),
      await register({ ...account, account_number: '918273645500-' }),
      await register({ ...account, account_number: '918273645599' }),
      await merchant.api.get('/bank-accounts'),
      await operator.get('/bank-accounts'),
    ];
    await bahi.psql.query('ALTER TABLE bank_accounts DROP CONSTRAINT poison');
    Logger.overrideLogger(false);
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 400, 400, 500, 200, 200]);
    for (const { text } of answers) expect(text).not.toContain('9182736455');
    const output = lines.join('\n');
    expect(output).toContain('poison');
    for (const secret of ['9182736455', merchant.apiKey]) expect(output).not.toContain(secret);
  });
});

describe('the database itself', () => {
  /** Runs a statement with the service's rights and no more. */
  const run = (statement: string, values: readonly unknown[] = []): Promise<unknown> =>
    bahi.service.get(Database).query(statement, values);

  it.each([
    'DELETE FROM merchants',
    'DELETE FROM api_keys',
    'DELETE FROM bank_accounts',
    'TRUNCATE bank_accounts',
    `UPDATE bank_accounts SET account_number = '000000000'`,
    `UPDATE bank_accounts SET account_holder_name = 'Eve'`,
    'UPDATE bank_accounts SET merchant_id = id',
    `UPDATE api_keys SET key_hash = ''`,
    'UPDATE api_keys SET merchant_id = NULL',
    'UPDATE merchants SET created_at = now()',
  ])('gives the service no right to %s', async (statement) => {
    await expect(run(statement)).rejects.toThrow('permission denied');
  });

  it.each([
    ['merchants_name_length', 'an empty name', { name: '' }],
    ['merchants_name_length', '121 characters', { name: 'x'.repeat(121) }],
    ['merchants_email_shape', 'no @', { email: 'nobody' }],
    ['merchants_email_shape', '255 characters', { email: `${'x'.repeat(250)}@a.in` }],
    ['merchants_updated_after_creation', 'a change before the creation', { created_at: '2100-01-01' }],
  ])('keeps %s: %s', async (constraint, _what, change) => {
    const row = { id: randomUUID(), name: 'Acme', email: 'a@b.in', created_at: '2026-01-01', ...change };
    const insert = 'INSERT INTO merchants (id, name, email, created_at, updated_at) VALUES ($1, $2, $3, $4, now())';
    await expect(run(insert, Object.values(row))).rejects.toThrow(constraint);
  });

  it.each([
    ['bank_accounts_holder_length', 'no holder', { holder: '' }],
    ['bank_accounts_number_shape', 'four digits', { number: '1234' }],
    ['bank_accounts_number_shape', 'a space', { number: '12345 6789' }],
    ['bank_accounts_ifsc_shape', 'no zero', { ifsc: 'HDFC1000001' }],
    ['bank_accounts_of_merchant', 'a merchant that nobody knows', { merchant: randomUUID() }],
    ['bank_accounts_once_per_holder', 'the same number and name twice', { rows: 2 }],
  ])('keeps %s: %s', async (constraint, _what, change) => {
    const { id } = await aMerchant();
    const row = { merchant: id, holder: 'Asha Rao', number: '123456789', ifsc: 'HDFC0000001', rows: 1, ...change };
    const insert = `
      INSERT INTO bank_accounts (id, merchant_id, account_holder_name, account_number, ifsc, created_at)
      SELECT gen_random_uuid(), $1, $2, $3, $4, now() FROM generate_series(1, $5::int)`;
    await expect(run(insert, Object.values(row))).rejects.toThrow(constraint);
  });

  it.each([
    ['api_keys_kind_known', 'a bank’s key', { kind: 'bank' }],
    ['api_keys_operator_has_no_merchant', 'an operator’s key of a merchant', { kind: 'operator' }],
    ['api_keys_operator_has_no_merchant', 'a merchant’s key of nobody', { merchant: null }],
    ['api_keys_name_length', 'no name', { name: '' }],
    ['api_keys_last4_length', 'five last characters', { last4: '12345' }],
    ['api_keys_hash_sha256', '31 bytes', { hash: Buffer.alloc(31) }],
    ['api_keys_revoked_after_creation', 'a revocation before the creation', { revoked: '2000-01-01' }],
  ])('keeps %s: %s', async (constraint, _what, change) => {
    const defaults = { kind: 'merchant', merchant: randomUUID(), name: 'Key', last4: '1234' };
    const row = { ...defaults, hash: Buffer.alloc(32), revoked: null, ...change };
    const insert = `
      INSERT INTO api_keys (id, kind, merchant_id, name, prefix, last4, key_hash, revoked_at, created_at)
      VALUES (gen_random_uuid(), $1, $2, $3, 'bahi_', $4, $5, $6, now())`;
    await expect(run(insert, Object.values(row))).rejects.toThrow(constraint);
  });
});
