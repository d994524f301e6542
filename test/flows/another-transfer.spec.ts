import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { postCallback } from '../support/banks-over-http.js';
import type { Merchant } from '../support/merchant.js';
import { openToyBankDouble, type ToyBankDouble } from '../support/toy-bank-double.js';
import { until } from '../support/wait-for.js';

/**
 * What the bank reports instead of amount and account: those of another transfer, and an account that cannot be
 * compared.
 */
const ANOTHER = { paise: 1_00 };
const NO_ACCOUNT = { account: 'XXXX XXXX XXXX' };

let bank: ToyBankDouble;
let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bank = await openToyBankDouble({ slowAnswerMs: 500, settlementMs: 500, returnMs: 600_000 });
  const { url, key, callbackSecrets } = bank.settings;
  const toyBank = { TOY_BANK_URL: url, TOY_BANK_KEY: key, TOY_BANK_CALLBACK_SECRET: callbackSecrets.join() };
  // Bahi does not ask the bank by itself during a test.
  const environment = { GATEWAYS: 'toy-bank', ...toyBank, PROCESSING_TIMEOUT_SECONDS: '600' };
  bahi = await Bahi.open({ worker: true, environment });
});

afterAll(async () => {
  await bahi.close();
  await bank.close();
});

const asked = (id: string): number =>
  bank.requests.filter(({ method, path }) => method === 'GET' && path.endsWith(id)).length;

const submitted = (id: string): number =>
  bank.requests.filter(({ method, json }) => method === 'POST' && (json as { reference: string }).reference === id)
    .length;

async function inquired(id: string): Promise<string> {
  return (await bahi.asOperator().post(`/payouts/${id}/inquire`)).body.status as string;
}

/** A payout for which the bank's own answer describes another transfer. */
async function aPayoutInDoubt(): Promise<string> {
  acme = await bahi.aMerchant({ rupees: 500, accounts: [] });
  bank.override = ANOTHER;
  const { id } = await acme.aPayout(100, { to: '0001' });
  await until('a person is asked for', async () => (await acme.payout(id)).needs_attention);
  bank.override = NO_ACCOUNT;
  return id;
}

describe('an open payout whose bank has reported another transfer', () => {
  it('is not ended by what the bank says without an account, and is by one that it names', async () => {
    const id = await aPayoutInDoubt();
    expect(await inquired(id)).toBe('processing');
    bank.override = {};
    expect(await inquired(id)).toBe('completed');
  });

  it('is asked about, though its next step was to submit it again', async () => {
    const id = await aPayoutInDoubt();
    const before = asked(id);
    await bahi.psql.query(`UPDATE payouts SET next_step = 'submit', next_attempt_at = now() WHERE id = $1`, [id]);
    await until('the bank was asked', () => asked(id) > before);
    expect(submitted(id)).toBe(1);
    expect(await acme.payout(id)).toMatchObject({ status: 'processing', needs_attention: true });
  });

  it('is completed by a person, and not failed, while the bank calls it paid', async () => {
    const id = await aPayoutInDoubt();
    const operator = bahi.asOperator();
    const failed = await operator.patch(`/payouts/${id}`, { status: 'failed', reason: 'On no statement' });
    expect([failed.status, failed.body.code]).toEqual([409, 'bank_has_it']);
    const paid = { status: 'completed', utr: 'TOYB000000000001', reason: 'On the statement' };
    expect((await operator.patch(`/payouts/${id}`, paid)).status).toBe(200);
    expect(await acme.balance()).toEqual({ available: 400, held: 0 });
  });

  it('is failed by a person while the bank shows the other one', async () => {
    const id = await aPayoutInDoubt();
    bank.override = ANOTHER;
    const failed = { status: 'failed', reason: 'On no statement' };
    expect((await bahi.asOperator().patch(`/payouts/${id}`, failed)).status).toBe(200);
    expect(await acme.balance()).toEqual({ available: 500, held: 0 });
  });
});

describe('an open payout about which a callback names another amount', () => {
  it('waits for a person, whatever the bank then says without an account', async () => {
    acme = await bahi.aMerchant({ rupees: 500, accounts: [] });
    bank.override = { state: 'working' };
    const { id } = await acme.aPayout(100, { to: '0001' });
    await until('the bank has it', () => submitted(id) === 1);
    await acme.until(id, 'processing');
    for (const state of ['refused', 'done']) {
      bank.override = { ...NO_ACCOUNT, state, reason: 'closed' };
      const callback = bank.callback(id, state === 'done' ? 'succeeded' : 'rejected', { amountPaise: 1_00n });
      expect(await postCallback(bahi, 'toy-bank', callback)).toBe(200);
      await until('it was looked at', async () => (await bahi.count(`gateway_callbacks WHERE outcome IS NULL`)) === 0);
      expect(await acme.payout(id)).toMatchObject({ status: 'processing', needs_attention: true });
    }
    expect(await acme.balance()).toEqual({ available: 400, held: 100 });
  });
});

describe('a completed payout whose bank has reported another transfer', () => {
  it('gets its money back when the bank says so, and stays a finding', async () => {
    acme = await bahi.aMerchant({ rupees: 500, accounts: [] });
    bank.override = {};
    const { id } = await acme.aPayout(100, { to: '0001' });
    await acme.until(id, 'completed');
    bank.override = ANOTHER;
    expect(await inquired(id)).toBe('completed');
    bank.override = { ...ANOTHER, state: 'sent_back', reason: 'closed' };
    expect(await inquired(id)).toBe('completed');
    bank.override = { ...NO_ACCOUNT, state: 'sent_back', reason: 'closed' };
    expect(await inquired(id)).toBe('reversed');
    expect(await acme.balance()).toEqual({ available: 500, held: 0 });
    expect(await bahi.findings()).toContainEqual(expect.stringMatching(`^BANK_DISAGREES: payout ${id} is reversed`));
  });
});
