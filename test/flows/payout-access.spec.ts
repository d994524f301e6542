import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

/** Has no worker until its last tests: a pending payout stays pending. */
let still: Bahi;

beforeAll(async () => {
  still = await Bahi.open();
});

afterAll(() => still.close());

describe('merchants', () => {
  it('do not see each other’s payouts', async () => {
    const [owner, stranger] = (await still.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const { id } = await owner.aPayout(60);

    const answers = [
      await stranger.api.get(`/payouts/${id}`),
      await stranger.api.get(`/payouts/${id}/events`),
      await stranger.api.post(`/payouts/${id}/cancel`),
      await stranger.api.get(`/payouts/${randomUUID()}`),
      await stranger.api.get('/payouts/1'),
    ];

    for (const { status, body } of answers) expect([status, body.code]).toEqual([404, 'not_found']);
    expect((await stranger.api.get('/payouts')).body.results).toEqual([]);
    expect((await stranger.api.get(`/payouts?bank_account_id=${await owner.account('0001')}`)).body.results).toEqual(
      [],
    );
    expect((await owner.payout(id)).status).toBe('pending');
  });

  it('do not pay to each other’s accounts, nor in each other’s name', async () => {
    const [owner, stranger] = (await still.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const order = { amount_paise: 60_00, bank_account_id: await owner.account('0001') };

    const toTheirs = await stranger.api.post('/payouts', order, { key: randomUUID() });
    const inTheirName = await stranger.api.post('/payouts', order, { key: randomUUID(), merchant: owner });

    expect([toTheirs.status, toTheirs.body.code]).toEqual([422, 'bank_account_unknown']);
    expect([inTheirName.status, inTheirName.body.code]).toEqual([403, 'forbidden']);
    expect(await owner.balance()).toEqual({ available: 100, held: 0 });
  });

  it('decide nothing that is an operator’s to decide', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(60);

    const answers = [
      await fiaz.api.patch(`/payouts/${id}`, { status: 'completed', reason: 'please', utr: 'HDFCN52026112101' }),
      await fiaz.api.delete(`/payouts/${id}`),
    ];

    for (const { status, body } of answers) expect([status, body.code]).toEqual([403, 'forbidden']);
    expect((await fiaz.payout(id)).status).toBe('pending');
  });
});

describe('an operator who acts for a merchant', () => {
  it('names it where one is needed', async () => {
    const fiaz = await still.aMerchant({ rupees: 200 });
    const operator = still.asOperator();
    const order = { amount_paise: 60_00, bank_account_id: await fiaz.account('0001') };

    const nameless = await operator.post('/payouts', order, { key: randomUUID() });
    const queried = await operator.post(`/payouts?merchant_id=${fiaz.id}`, order, { key: randomUUID() });
    expect([queried.status, queried.body.merchant_id]).toEqual([201, fiaz.id]);
    const named = await operator.post('/payouts', order, { key: randomUUID(), merchant: fiaz });

    expect([nameless.status, nameless.body.code]).toEqual([400, 'validation_failed']);
    expect(nameless.body.errors[0].pointer).toBe('#/headers/X-Merchant-Id');
    expect([named.status, named.body.merchant_id]).toEqual([201, fiaz.id]);
    expect((await fiaz.timeline(named.body.id))[0]!.actor).toMatch(/^operator:/);
    expect((await operator.get('/balance')).status).toBe(400);
    expect((await operator.get(`/balance?merchant_id=${fiaz.id}`)).body.held_paise).toBe(120_00);
  });

  it('shares the key’s scope with the merchant', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const order = { amount_paise: 60_00, bank_account_id: await fiaz.account('0001') };
    const key = randomUUID();

    const original = await fiaz.api.post('/payouts', order, { key });
    const replay = await still.asOperator().post('/payouts', order, { key, merchant: fiaz });

    expect([replay.status, replay.text]).toEqual([200, original.text]);
  });

  it('reads and decides by id alone, but not in the name of somebody else', async () => {
    const [fiaz, tiny] = (await still.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const { id } = await fiaz.aPayout(60);
    const operator = still.asOperator();

    expect((await operator.get(`/payouts/${id}`)).body.merchant_id).toBe(fiaz.id);
    expect((await operator.get(`/payouts/${id}/events`)).body.results).toHaveLength(1);
    expect((await operator.get(`/payouts/${id}`, { merchant: tiny })).status).toBe(404);
    expect(
      (await operator.patch(`/payouts/${id}`, { status: 'cancelled', reason: 'x' }, { merchant: tiny })).status,
    ).toBe(404);
    expect((await operator.delete(`/payouts/${id}`, { merchant: tiny })).status).toBe(404);
    expect((await operator.patch(`/payouts/${randomUUID()}`, { status: 'cancelled', reason: 'x' })).status).toBe(404);
    expect((await fiaz.payout(id)).status).toBe('pending');
  });
});

describe('an account or a merchant that is closed', () => {
  it('refuses new payouts to an inactive account, until it is active again', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const account = `/bank-accounts/${await fiaz.account('0001')}`;
    await fiaz.api.patch(account, { is_active: false });

    const refused = await fiaz.payOut(60);
    await fiaz.api.patch(account, { is_active: true });

    expect([refused.status, refused.body.code]).toEqual([422, 'bank_account_inactive']);
    expect((await fiaz.payOut(60)).status).toBe(201);
  });

  it('refuses new payouts of an inactive merchant, who still reads', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(10);
    await still.asOperator().patch(`/merchants/${fiaz.id}`, { is_active: false });

    const refused = await fiaz.payOut(60);

    expect([refused.status, refused.body.code]).toEqual([403, 'merchant_inactive']);
    expect((await fiaz.payout(id)).status).toBe('pending');
    expect(await fiaz.balance()).toEqual({ available: 90, held: 10 });
    expect((await still.asOperator().post('/payouts', {}, { key: 'x', merchant: fiaz })).status).toBe(400);
    await still.asOperator().patch(`/merchants/${fiaz.id}`, { is_active: true });
  });

  /** From here on there is a worker: everything that is still pending is processed. */
  it('does not change whom a payout is paid to that was made before', async () => {
    const fiaz = await still.aMerchant({ rupees: 100, accounts: ['0001'] });
    const { id, recipient } = await fiaz.aPayout(60);
    const account = `/bank-accounts/${await fiaz.account('0001')}`;
    for (const isActive of [false, true]) await fiaz.api.patch(account, { is_active: isActive });
    // Nobody can change an account's number; even if somebody could, the payout would not follow.
    await still.psql.query(
      `UPDATE bank_accounts SET account_number = '9990002', account_holder_name = 'Mallory' WHERE id = $1`,
      [await fiaz.account('0001')],
    );

    await still.serve({ worker: true });
    const payout = await fiaz.until(id, 'completed');

    expect(payout.recipient).toEqual(recipient);
    expect(
      await still.psql.query(
        'SELECT account_number, beneficiary_name FROM bank_simulator.transfers WHERE reference = $1',
        [id],
      ),
    ).toEqual([{ account_number: '50100012340001', beneficiary_name: 'Asha Rao' }]);
    expect(await fiaz.balance()).toEqual({ available: 40, held: 0 });
  });

  it('nor of one that an operator sent off by hand', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(60);

    await still.asOperator().patch(`/payouts/${id}`, { status: 'processing', reason: 'Urgent' });
    const payout = await fiaz.until(id, 'completed');

    expect(payout.attempts).toBe(1);
    expect(await still.bank.timesPaid(id)).toBe(1);
  });

  it('and leaves all books in order', async () => {
    await until('all has ended', async () => (await still.count('payouts WHERE next_attempt_at IS NOT NULL')) === 0);

    expect(await still.findings()).toEqual([]);
    expect(await still.bank.paidTwice()).toEqual([]);
    expect(
      await still.count('ledger_entries WHERE balance_paise < 0 AND account IN ($1, $2)', ['available', 'held']),
    ).toBe(0);
  });
});
