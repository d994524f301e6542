import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { ReapExpiredKeys } from '../../src/modules/idempotency/application/reap-expired-keys.js';
import { Bahi } from '../support/bahi.js';
import type { Service } from '../support/local-service.js';
import type { Merchant, PayOutOptions } from '../support/merchant.js';
import type { Answer, Client } from '../support/client.js';

let bahi: Bahi;
let first: Service;
let second: Service;

beforeAll(async () => {
  bahi = await Bahi.open();
  [first, second] = await Promise.all([bahi.process('api'), bahi.process('api')]);
});

afterAll(() => bahi.close());

const payoutsOf = ({ id }: Merchant): Promise<number> => bahi.count('payouts WHERE merchant_id = $1', [id]);

function expectReplayOf(original: Answer, replay: Answer, status = 200): void {
  expect(replay.status).toBe(status);
  expect(replay.headers.get('idempotent-replayed')).toBe('true');
  expect(replay.text).toBe(original.text);
  expect(replay.headers.get('content-type')).toBe(original.headers.get('content-type'));
}

describe('what is compared of two requests with one key', () => {
  // A key outlives an upgrade. What is compared must not change for requests that were possible before it: a field
  // added later is compared only if it is given.
  const hashOf = async (key: string): Promise<string> => {
    const text = `SELECT encode(request_hash, 'hex') AS hash FROM idempotency_keys WHERE key = $1`;
    return (await bahi.psql.query<{ hash: string }>(text, [key]))[0]!.hash;
  };
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

  it('is the same in every version: of a payout', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    await acme.payOut(60, { key });
    const details = `{"bankAccountId":"${await acme.account('0001')}","mode":"IMPS","referenceId":null,"narration":null}`;
    expect(await hashOf(key)).toBe(sha256(`["POST","/payouts","6000",${details}]`));
  });

  it('is the same in every version: of a payment', async () => {
    const acme = await bahi.aMerchant();
    const key = randomUUID();
    await acme.api.post('/payments', { amount: 12_001, currency: 'USD', purpose_code: 'P0802' }, { key });
    const details = '{"currency":"USD","description":null,"customer":null,"purposeCode":"P0802","referenceId":null}';
    expect(await hashOf(key)).toBe(sha256(`["POST","/payments","12001",${details}]`));
  });
});

describe('the same key twice', () => {
  it('pays once and answers the same bytes', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();

    const original = await acme.payOut(60, { key });
    const replay = await acme.payOut(60, { key });

    expect(original.status).toBe(201);
    expect(original.headers.has('idempotent-replayed')).toBe(false);
    expect(original.headers.get('location')).toBe(`/api/v1/payouts/${original.body.id}`);
    expectReplayOf(original, replay);
    expect(replay.headers.get('x-request-id')).not.toBe(original.headers.get('x-request-id'));
    expect(await payoutsOf(acme)).toBe(1);
    expect(await acme.balance()).toEqual({ available: 40, held: 60 });
  });

  it('answers the same bytes when the payout has moved on', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    const original = await acme.payOut(60, { key });

    await acme.api.post(`/payouts/${original.body.id}/cancel`);
    const replay = await acme.payOut(60, { key });

    expectReplayOf(original, replay);
    expect(replay.body.status).toBe('pending');
    expect((await acme.payout(original.body.id)).status).toBe('cancelled');
    expect(await acme.balance()).toEqual({ available: 100, held: 0 });
  });

  it('answers the same bytes when the account or the merchant has been closed since', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    const original = await acme.payOut(60, { key });

    await acme.api.patch(`/bank-accounts/${await acme.account('0001')}`, { is_active: false });
    await bahi.asOperator().patch(`/merchants/${acme.id}`, { is_active: false });

    expectReplayOf(original, await acme.payOut(60, { key }));
  });

  it('is the same key at another process', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();

    const original = await acme.at(first).payOut(60, { key });

    expectReplayOf(original, await acme.at(second).payOut(60, { key }));
  });

  it.each([
    ['another amount', 70, {}],
    ['another account', 60, { to: '0004' }],
    ['another reference', 60, { reference_id: 'INV-2' }],
    ['another narration', 60, { narration: 'December' }],
    ['another mode', 60, { mode: 'NEFT' }],
  ])('is refused with %s', async (_what, rupees, change: PayOutOptions) => {
    const acme = await bahi.aMerchant({ rupees: 200 });
    const key = randomUUID();
    const same = { key, reference_id: 'INV-1', narration: 'November' };
    const original = await acme.payOut(60, same);

    const other = await acme.payOut(rupees, { ...same, ...change });

    expect(other.status).toBe(409);
    expect(other.body).toMatchObject({ code: 'idempotency_key_reused', status: 409 });
    expect(await payoutsOf(acme)).toBe(1);
    // And the key still means the first request.
    expectReplayOf(original, await acme.payOut(60, same));
  });

  it('is another key when another merchant sends it', async () => {
    const [acme, fiaz] = (await bahi.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const key = randomUUID();

    const answers = [await acme.payOut(60, { key }), await fiaz.payOut(60, { key })];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]!.body.id).not.toBe(answers[1]!.body.id);
  });

  it('counts as long as its record is there, though the clock says that its window is long over', async () => {
    const acme = await bahi.aMerchant({ rupees: 200 });
    const key = randomUUID();
    const original = await acme.payOut(60, { key });

    await expire(acme, key);

    expectReplayOf(original, await acme.payOut(60, { key }));
    expect((await acme.payOut(70, { key })).status).toBe(409);
    expect(await acme.balance()).toEqual({ available: 140, held: 60 });
  });

  it('stays when the clock alone says that its window is over, and is a new key once live time says so too', async () => {
    const acme = await bahi.aMerchant({ rupees: 200 });
    const key = randomUUID();
    const original = await acme.payOut(60, { key });
    await expire(acme, key, '25 hours');
    const reaper = bahi.service.get(ReapExpiredKeys);

    await reaper.execute();
    expectReplayOf(original, await acme.payOut(60, { key }));

    await bahi.psql.query('UPDATE live_time SET live_ms = live_ms + 25 * 3600000 + 1');
    await reaper.execute();
    const renewed = await acme.payOut(60, { key });
    expect(renewed.status).toBe(201);
    expect(renewed.body.id).not.toBe(original.body.id);
    expectReplayOf(renewed, await acme.payOut(60, { key }));
  });

  it('keeps its window for as long as it is configured', async () => {
    const acme = await bahi.aMerchant({ rupees: 200 });
    await acme.payOut(60, { key: 'a day' });

    const [row] = await bahi.psql.query<{ hours: number }>(
      `SELECT extract(epoch FROM expires_at - clock_timestamp())::float / 3600 AS hours
       FROM idempotency_keys WHERE merchant_id = $1 AND key = 'a day'`,
      [acme.id],
    );
    expect(row!.hours).toBeGreaterThan(23.9);
    expect(row!.hours).toBeLessThanOrEqual(24);
  });
});

describe('a key', () => {
  it('finds what was made under it, of its own merchant, as long as it is remembered', async () => {
    const [acme, zen] = [await bahi.aMerchant({ rupees: 100 }), await bahi.aMerchant({ rupees: 100 })];
    const [key, ofPayment, refused] = [`${randomUUID()} /?&"%`, randomUUID(), randomUUID()];
    const made = await acme.payOut(60, { key });
    await acme.payOut(60, { key: refused });
    const payment = await acme.api.post('/payments', { amount: 12_001, currency: 'INR' }, { key: ofPayment });
    const found = async (api: Client, list: string, wanted: string, more = ''): Promise<string[]> => {
      const answer = await api.get(`/${list}?idempotency_key=${encodeURIComponent(wanted)}${more}`);
      expect(answer.status).toBe(200);
      return answer.body.results.map(({ id }: { id: string }) => id);
    };
    expect(await found(acme.api, 'payouts', key)).toEqual([made.body.id]);
    expect(await found(acme.api, 'payouts', key, '&status=reversed')).toEqual([]);
    expect(await found(acme.api, 'payments', ofPayment)).toEqual([payment.body.id]);
    for (const [list, other] of [
      ['payouts', ofPayment],
      ['payments', key],
      ['refunds', key],
      ['payouts', refused],
      ['payouts', randomUUID()],
    ] as const)
      expect(await found(acme.api, list, other)).toEqual([]);
    expect(await found(zen.api, 'payouts', key)).toEqual([]);

    const operator = bahi.asOperator();
    expect(await found(operator, 'payouts', key, `&merchant_id=${acme.id}`)).toEqual([made.body.id]);
    for (const list of ['payouts', 'refunds']) {
      const nobodys = await operator.get(`/${list}?idempotency_key=${ofPayment}`);
      expect([nobodys.status, nobodys.body.errors[0].pointer]).toEqual([400, '#/query/merchant_id']);
      expect((await acme.api.get(`/${list}?idempotency_key=%E2%82%B9`)).status).toBe(400);
    }
  });

  it('finds what was made under it in the form in which it was sent, in quotes or not', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    const { id } = (await acme.payOut(60, { key: `"${key}"` })).body;
    for (const form of [key, `"${key}"`, ` ${key} `]) {
      const { body } = await acme.api.get(`/payouts?idempotency_key=${encodeURIComponent(form)}`);
      expect([form, body.results]).toMatchObject([form, [{ id }]]);
    }
  });

  it('finds a payout that was archived since, so that nobody pays again who asks for it', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    const { id } = (await acme.payOut(60, { key })).body;
    await bahi.asOperator().delete(`/payouts/${id}`);

    expect((await acme.api.get('/payouts')).body.results).toEqual([]);
    expect((await acme.api.get(`/payouts?idempotency_key=${key}`)).body.results).toMatchObject([{ id }]);
  });
});

describe('twenty requests with the same key at once', () => {
  const places: [string, () => Service[]][] = [
    ['at one process', () => [first]],
    ['spread over two processes', () => [first, second]],
  ];

  it.each(places)('are one payout, one 201 and nineteen 200 %s', async (_where, services) => {
    const acme = await bahi.aMerchant({ rupees: 5_000 });

    const answers = await twentyAtOnce(acme, services());

    expectOnePayout(answers);
    expect(await payoutsOf(acme)).toBe(1);
    expect(await acme.balance()).toEqual({ available: 4_940, held: 60 });
  });

  it.each(places)('are the same when the balance suffices for only one %s', async (_where, services) => {
    const acme = await bahi.aMerchant({ rupees: 100 });

    const answers = await twentyAtOnce(acme, services());

    expectOnePayout(answers);
    expect(await acme.balance()).toEqual({ available: 40, held: 60 });
  });

  it.each(places)(
    'are twenty times the same refusal when the balance suffices for none %s',
    async (_where, services) => {
      const acme = await bahi.aMerchant({ rupees: 50 });

      const answers = await twentyAtOnce(acme, services());

      expect(answers.map(({ status }) => status)).toEqual(Array<number>(20).fill(422));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1);
    },
  );

  /** They arrive while the book is locked, so that the processes decide on them at the same moment. */
  async function twentyAtOnce(acme: Merchant, services: Service[]): Promise<Answer[]> {
    const psql = await bahi.sqlSession();
    await psql.lock(acme);
    const key = randomUUID();
    const answers = Promise.all(
      Array.from({ length: 20 }, (_, i) => acme.at(services[i % services.length]!).payOut(60, { key })),
    );
    await bahi.waitingFor('books', { connections: services.length });
    await psql.rollback();
    return answers;
  }

  function expectOnePayout(answers: readonly Answer[]): void {
    const [created, ...others] = answers.filter(({ status }) => status === 201);
    expect(others).toEqual([]);
    for (const answer of answers) if (answer !== created) expectReplayOf(created!, answer);
  }
});

describe('a refusal', () => {
  it.each([
    ['insufficient_funds', 422, { rupees: 150 }],
    ['bank_account_inactive', 422, { to: '0009' }],
    ['bank_account_unknown', 422, { bank_account_id: randomUUID() }],
    ['mode_not_supported', 422, { mode: 'RTGS' }],
    ['duplicate_reference', 409, { reference_id: 'taken' }],
  ])(
    'for %s is remembered by its key, down to the bytes, even when it would now be granted',
    async (code, status, ask) => {
      const acme = await bahi.aMerchant({ rupees: 100, accounts: ['0001', '0009'] });
      await acme.api.patch(`/bank-accounts/${await acme.account('0009')}`, { is_active: false });
      await acme.aPayout(1, { reference_id: 'taken' });
      const { rupees = 1, ...options } = { rupees: 1, ...ask };
      const request = { key: randomUUID(), ...options };

      const original = await acme.payOut(rupees, request);
      await bahi.fund(acme, 500_000);
      await acme.api.patch(`/bank-accounts/${await acme.account('0009')}`, { is_active: true });
      const replay = await acme.payOut(rupees, request);

      expect(original.status).toBe(status);
      expect(original.body.code).toBe(code);
      expect(original.headers.get('content-type')).toContain('application/problem+json');
      expect(original.headers.has('idempotent-replayed')).toBe(false);
      expectReplayOf(original, replay, status);
      expect(await payoutsOf(acme)).toBe(1);
    },
  );

  it('that is remembered refuses another request with its key as any other answer does', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    await acme.payOut(150, { key });

    expect((await acme.payOut(50, { key })).body.code).toBe('idempotency_key_reused');
  });

  it('of a request that is not in order leaves the key unused', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    const bank_account_id = await acme.account('0001');

    const refusals = [
      await acme.api.post('/payouts', { amount_paise: -1, bank_account_id }, { key }),
      await acme.api.post('/payouts', { amount_paise: 60_00 }, { key }),
      await acme.api.post('/payouts', '{"amount_paise":', { key }),
      await acme.api.post('/payouts', { amount_paise: 60_00, bank_account_id }),
      await acme.api.post(
        '/payouts',
        { amount_paise: 60_00, bank_account_id },
        { key, headers: { authorization: 'Api-Key no' } },
      ),
    ];

    expect(refusals.map(({ body }) => body.code)).toEqual([
      'validation_failed',
      'validation_failed',
      'malformed_json',
      'idempotency_key_missing',
      'unauthenticated',
    ]);
    expect((await acme.payOut(60, { key })).status).toBe(201);
  });

  describe('of a request that is not in order, under a key that has an answer', () => {
    // The rule may be newer than the answer: a request that is refused now was accepted and answered before an upgrade.
    const answeredBefore = async (acme: Merchant, key: string): Promise<Answer[]> => {
      const bank_account_id = await acme.account('0001');
      const body = { amount_paise: 60_00, bank_account_id };
      const twice = JSON.stringify(body).replace('{', '{"amount_paise":6000,');
      const headers = { 'content-type': 'application/json; charset=latin1' };
      return [
        await acme.api.post('/payouts', { ...body, reference_id: 'INV\u200b1' }, { key }),
        await acme.api.post('/payouts', twice, { key }),
        await acme.api.post('/payouts?x=1', body, { key }),
        await acme.api.post('/payouts', body, { key, headers }),
      ];
    };

    it('says that an earlier request stands, and what it has created', async () => {
      const acme = await bahi.aMerchant({ rupees: 100 });
      const key = randomUUID();
      const { body: payout } = await acme.payOut(60, { key });

      for (const { status, body } of await answeredBefore(acme, key)) {
        expect([status, body]).toMatchObject([
          409,
          { code: 'answered_before', earlier_status: 201, created_id: payout.id },
        ]);
        expect(['validation_failed', 'unsupported_media_type']).toContain(body.refused_as);
      }
      expect(await payoutsOf(acme)).toBe(1);
    });

    it('says so to an operator who names the merchant, too', async () => {
      const acme = await bahi.aMerchant({ rupees: 100 });
      const key = randomUUID();
      const { body: payout } = await acme.payOut(60, { key });
      const refused = await bahi.asOperator().post('/payouts', {}, { key, merchant: acme });
      expect(refused.body).toMatchObject({
        code: 'answered_before',
        created_id: payout.id,
        errors: [{ pointer: '#/amount_paise' }, { pointer: '#/bank_account_id' }],
      });
    });

    it('names nothing where the earlier request was refused', async () => {
      const acme = await bahi.aMerchant({ rupees: 10 });
      const key = randomUUID();
      await acme.payOut(60, { key });
      for (const { status, body } of await answeredBefore(acme, key))
        expect([status, body]).toMatchObject([409, { earlier_status: 422, created_id: null }]);
    });

    it('is an ordinary refusal for another merchant, and at an endpoint without keys', async () => {
      const [acme, other] = [await bahi.aMerchant({ rupees: 100 }), await bahi.aMerchant()];
      const key = randomUUID();
      await acme.payOut(60, { key });
      expect((await answeredBefore(other, key)).map(({ status }) => status)).toEqual([400, 400, 400, 415]);
      expect((await acme.api.post('/bank-accounts', {}, { key })).body.code).toBe('validation_failed');
    });

    it('is 503 while the database cannot say whether the key has one', async () => {
      const acme = await bahi.aMerchant({ rupees: 100 });
      const key = randomUUID();
      const proxy = await bahi.proxy();
      const cut = acme.at(await bahi.serve({ environment: { DATABASE_URL: proxy.url } }));
      expect((await cut.payOut(60, { key })).status).toBe(201);
      proxy.refusing = true;
      proxy.cutAll();
      expect((await cut.api.post('/payouts', {}, { key })).status).toBe(503);
    });
  });

  it('because the merchant is inactive leaves the key unused', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    await bahi.asOperator().patch(`/merchants/${acme.id}`, { is_active: false });

    const refusal = await acme.payOut(60, { key });
    await bahi.asOperator().patch(`/merchants/${acme.id}`, { is_active: true });

    expect([refusal.status, refusal.body.code]).toEqual([403, 'merchant_inactive']);
    expect((await acme.payOut(60, { key })).status).toBe(201);
  });
});

describe('a payout to a VPA, whose mode is UPI', () => {
  const MODES = { none: {}, UPI: { mode: 'UPI' }, IMPS: { mode: 'IMPS' }, NEFT: { mode: 'NEFT' } };
  type Mode = keyof typeof MODES;

  let acme: Merchant;
  let vpa: string;

  beforeAll(async () => {
    acme = await bahi.aMerchant({ rupees: 10_000 });
    const account = { account_holder_name: 'Asha Rao', vpa: 'asha.rao@okaxis' };
    vpa = (await acme.api.post('/bank-accounts', account)).body.id as string;
  });

  const payOut = (key: string, mode: Mode): Promise<Answer> =>
    acme.payOut(60, { key, bank_account_id: vpa, ...MODES[mode] });

  it.each<[Mode, Mode]>([
    ['none', 'none'],
    ['none', 'UPI'],
    ['UPI', 'none'],
    ['UPI', 'UPI'],
    ['IMPS', 'IMPS'],
  ])('is the same request: %s, then %s', async (one, other) => {
    const key = randomUUID();
    const original = await payOut(key, one);
    expect(original.status).toBe(one === 'IMPS' ? 422 : 201);
    expectReplayOf(original, await payOut(key, other), one === 'IMPS' ? 422 : 200);
  });

  it.each<[Mode, Mode]>([
    ['none', 'IMPS'],
    ['IMPS', 'none'],
    ['UPI', 'IMPS'],
    ['IMPS', 'UPI'],
    ['NEFT', 'IMPS'],
  ])('is another request: %s, then %s', async (one, other) => {
    const key = randomUUID();
    await payOut(key, one);
    const again = await payOut(key, other);
    expect([again.status, again.body.code]).toEqual([409, 'idempotency_key_reused']);
  });

  it.each<[Mode, string]>([
    ['none', 'IMPS'],
    ['UPI', 'UPI'],
    ['IMPS', 'IMPS'],
  ])('is repeated across the upgrade: %s', async (mode, comparedBefore) => {
    const key = randomUUID();
    const original = await payOut(key, mode);
    // As the previous version has recorded it.
    const details = `{"bankAccountId":"${vpa}","mode":"${comparedBefore}","referenceId":null,"narration":null}`;
    await bahi.psql.query('UPDATE idempotency_keys SET request_hash = sha256($2) WHERE key = $1', [
      key,
      Buffer.from(`["POST","/payouts","6000",${details}]`),
    ]);
    expectReplayOf(original, await payOut(key, mode), mode === 'IMPS' ? 422 : 200);
  });
});

describe('the same request written otherwise', () => {
  const words: [string, (account: string) => string][] = [
    ['members in another order', (account) => `{"bank_account_id":"${account}","amount_paise":6000}`],
    ['white space', (account) => `\n{ "amount_paise" : 6000 ,\t"bank_account_id":"${account}" }`],
    ['the amount as 6e3', (account) => `{"amount_paise":6e3,"bank_account_id":"${account}"}`],
    ['the amount as 6000.0', (account) => `{"amount_paise":6000.0,"bank_account_id":"${account}"}`],
    ['the id in capitals', (account) => `{"amount_paise":6000,"bank_account_id":"${account.toUpperCase()}"}`],
    [
      'the currency, which is the only one',
      (account) => `{"amount_paise":6000,"bank_account_id":"${account}","currency":"INR"}`,
    ],
    [
      'the mode that is chosen anyway',
      (account) => `{"amount_paise":6000,"bank_account_id":"${account}","mode":"IMPS"}`,
    ],
  ];

  it.each(words)('is the same request: %s', async (_how, inOtherWords) => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    const original = await acme.payOut(60, { key });

    const replay = await acme.api.post('/payouts', inOtherWords(await acme.account('0001')), { key });

    expectReplayOf(original, replay);
  });

  it.each([
    ['in quotes', (key: string) => `"${key}"`],
    ['with white space around it', (key: string) => `  ${key}\t`],
  ])('has the same key %s', async (_how, written) => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const key = randomUUID();
    const original = await acme.payOut(60, { key });

    expectReplayOf(original, await acme.payOut(60, { key: written(key) }));
  });

  it('has another key when a letter differs in case', async () => {
    const acme = await bahi.aMerchant({ rupees: 200 });

    const answers = [await acme.payOut(60, { key: 'invoice' }), await acme.payOut(60, { key: 'Invoice' })];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });
});

/** As if the database's clock had passed the end of the key's window. */
async function expire(acme: Merchant, key: string, ago = '1 second'): Promise<void> {
  const expired = await bahi.psql.query(
    `UPDATE idempotency_keys SET expires_at = statement_timestamp() - $3::interval
     WHERE merchant_id = $1 AND key = $2 RETURNING 1`,
    [acme.id, key, ago],
  );
  expect(expired).toHaveLength(1);
}
