import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Availability } from '../../src/modules/gateways/domain/availability.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { Answer, Client } from '../support/client.js';
import { until } from '../support/wait-for.js';

const ENVIRONMENT = {
  GATEWAYS: 'bank-simulator,always-succeeds,always-fails',
  // Waiting orders are checked again after three seconds. A call may take one, even with a hundred payouts at once.
  PROCESSING_TIMEOUT_SECONDS: '3',
  GATEWAY_BREAKER_OPEN_SECONDS: '1',
};

let bahi: Bahi;
let acme: Merchant;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: ENVIRONMENT });
  acme = await bahi.aMerchant({ rupees: 100_00_000, accounts: [] });
  operator = bahi.asOperator();
});

afterAll(() => bahi.close());

const made: string[] = [];

async function rule(fields: object): Promise<string> {
  const answer = await operator.post('/routing-rules', { priority: 100, gateway: 'always-succeeds', ...fields });
  expect(answer.status).toBe(201);
  made.push(answer.body.id as string);
  return answer.body.id as string;
}

async function withoutRules(): Promise<void> {
  for (const id of made.splice(0)) await operator.delete(`/routing-rules/${id}`);
}

/** The gateway to which the payout went, once it has ended. */
async function gatewayOf(answer: Promise<Answer>): Promise<string> {
  const id = (await answer).body.id as string;
  await acme.payoutThat('has ended', id, ({ status }) => ['completed', 'failed'].includes(status));
  return (await acme.api.get(`/payouts/${id}/attempts`)).body.results[0].gateway as string;
}

/** The gateway to which it was sent first, whatever happens next. */
async function firstGatewayOf(answer: Promise<Answer>): Promise<string> {
  const id = (await answer).body.id as string;
  let attempts: { gateway: string }[] = [];
  await until('it is sent', async () => {
    attempts = (await acme.api.get(`/payouts/${id}/attempts`)).body.results as { gateway: string }[];
    return attempts.length > 0;
  });
  return attempts[0]!.gateway;
}

describe('without rules', () => {
  it('the first bank of GATEWAYS that carries the mode gets every payout', async () => {
    expect(await gatewayOf(acme.payOut(100))).toBe('bank-simulator');
    const { body } = await operator.get('/gateways');
    expect(body.results.map(({ name }: { name: string }) => name)).toEqual(ENVIRONMENT.GATEWAYS.split(','));
    expect(body.results[0]).toMatchObject({ is_paused: false, breaker: 'closed', sends_callbacks: true });
    expect(body.results[0].modes).toEqual([
      { mode: 'IMPS', min_amount_paise: null, max_amount_paise: 5_00_000_00 },
      { mode: 'NEFT', min_amount_paise: null, max_amount_paise: null },
      { mode: 'RTGS', min_amount_paise: 2_00_000_00, max_amount_paise: null },
      { mode: 'UPI', min_amount_paise: null, max_amount_paise: 1_00_000_00 },
    ]);
  });
});

describe('a routing rule', () => {
  it.each([
    ['a mode', { mode: 'NEFT' }, { mode: 'NEFT' }, { mode: 'IMPS' }],
    ['an amount band', { min_amount_paise: 500_00, max_amount_paise: 600_00 }, { rupees: 600 }, { rupees: 601 }],
    ['a bank', { beneficiary_bank: 'HDFC' }, {}, { bank: 'ICIC' }],
  ] as [string, object, Wish, Wish][])(
    'may be for %s, and leaves the others alone',
    async (_, fields, inside, outside) => {
      await rule(fields);
      expect(await gatewayOf(pay(inside))).toBe('always-succeeds');
      expect(await gatewayOf(pay(outside))).toBe('bank-simulator');
      await withoutRules();
    },
  );

  it('may be for one merchant', async () => {
    await rule({ merchant_id: acme.id });
    const other = await bahi.aMerchant({ rupees: 100 });
    expect(await gatewayOf(acme.payOut(100))).toBe('always-succeeds');
    const { id } = await other.aPayout(100);
    await other.until(id, 'completed');
    expect((await other.api.get(`/payouts/${id}/attempts`)).body.results[0].gateway).toBe('bank-simulator');
    await withoutRules();
  });

  it('comes before those with a higher number, and can be switched off and on', async () => {
    const first = await rule({ priority: 1, gateway: 'always-fails' });
    await rule({ priority: 2, gateway: 'always-succeeds' });
    expect(await gatewayOf(acme.payOut(100))).toBe('always-fails');
    expect((await operator.patch(`/routing-rules/${first}`, { is_enabled: false })).status).toBe(200);
    expect(await gatewayOf(acme.payOut(100))).toBe('always-succeeds');
    expect((await operator.patch(`/routing-rules/${first}`, { is_enabled: true, priority: 3 })).status).toBe(200);
    expect(await gatewayOf(acme.payOut(100))).toBe('always-succeeds');
    await withoutRules();
  });

  it('may be for a share of the payouts', async () => {
    await rule({ percentage: 50 });
    const gateways = await Promise.all(Array.from({ length: 100 }, () => firstGatewayOf(acme.payOut(1))));
    const share = gateways.filter((gateway) => gateway === 'always-succeeds').length;
    // A correct share is outside of this once in 10^9 runs.
    expect([share > 20, share < 80]).toEqual([true, true]);
    await withoutRules();
  });

  it('is in effect in other processes within seconds', async () => {
    const worker = await bahi.serve({ worker: true });
    await operator.patch('/gateways/bank-simulator', { is_paused: true, reason: 'test' });
    await rule({});
    await until('it is in effect in both', async () => {
      const ended = await Promise.all(Array.from({ length: 20 }, () => gatewayOf(acme.payOut(1))));
      return ended.every((gateway) => gateway === 'always-succeeds');
    });
    await withoutRules();
    await operator.patch('/gateways/bank-simulator', { is_paused: false });
    await worker.stop();
  });

  it.each([
    ['a bank that is not enabled', { gateway: 'razorpayx' }, '#/gateway'],
    ['no priority', { priority: undefined }, '#/priority'],
    ['a share of nothing', { percentage: 0 }, '#/percentage'],
    ['a band upside down', { min_amount_paise: 200, max_amount_paise: 100 }, '#/max_amount_paise'],
    ['half a bank', { beneficiary_bank: 'HD' }, '#/beneficiary_bank'],
    ['an unknown mode', { mode: 'SWIFT' }, '#/mode'],
    ['an unknown field', { weight: 3 }, '#/weight'],
  ])('takes no nonsense: %s', async (_, fields, pointer) => {
    const answer = await operator.post('/routing-rules', { priority: 1, gateway: 'always-succeeds', ...fields });
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('is an operator’s, has its own address, and is gone for good', async () => {
    expect((await acme.api.get('/routing-rules')).status).toBe(403);
    expect((await acme.api.get('/gateways')).status).toBe(403);
    const id = await rule({ mode: 'NEFT', is_enabled: false });
    expect((await operator.get(`/routing-rules/${id}`)).body).toMatchObject({ id, mode: 'NEFT', percentage: 100 });
    expect((await operator.patch(`/routing-rules/${id}`, { mode: null })).body).toMatchObject({ mode: null });
    for (let i = 0; i < 2; i++) expect((await operator.delete(`/routing-rules/${id}`)).status).toBe(204);
    expect((await operator.get(`/routing-rules/${id}`)).status).toBe(404);
    expect((await operator.patch(`/routing-rules/${id}`, { priority: 1 })).status).toBe(404);
  });
});

describe('a bank that is paused', () => {
  it('gets nothing new: the payout waits, cancellable, and goes on afterwards', async () => {
    const pause = { is_paused: true, reason: 'Maintenance' };
    expect((await operator.patch('/gateways/bank-simulator', { is_paused: true })).status).toBe(400);
    expect((await operator.patch('/gateways/nobody', pause)).status).toBe(404);
    expect((await operator.patch('/gateways/bank-simulator', pause)).body).toMatchObject({
      ...{ is_paused: true, paused_reason: 'Maintenance' },
    });
    const [waiting, taken] = [await acme.aPayout(100), await acme.aPayout(100)];
    // It has been due, and was checked, more than once.
    const due = "payouts WHERE id = $1 AND next_attempt_at < now() - interval '2 seconds'";
    await until('it has been due for a while', async () => (await bahi.count(due, [waiting.id])) === 1);
    expect((await acme.payout(waiting.id)).status).toBe('pending');
    expect((await acme.api.post(`/payouts/${taken.id}/cancel`)).status).toBe(200);
    await operator.patch('/gateways/bank-simulator', { is_paused: false });
    await acme.until(waiting.id, 'completed');
    expect(await acme.story(waiting.id)).toEqual(['requested', 'waiting', 'processing', 'completed']);
  });

  it('sends payouts to the next rule', async () => {
    await operator.patch('/gateways/always-fails', { is_paused: true, reason: 'Maintenance' });
    await rule({ priority: 1, gateway: 'always-fails' });
    await rule({ priority: 2, gateway: 'always-succeeds' });
    expect(await gatewayOf(acme.payOut(100))).toBe('always-succeeds');
    await operator.patch('/gateways/always-fails', { is_paused: false });
    await withoutRules();
  });
});

describe('a bank that does not answer', () => {
  it('is left alone, tried with one payout, and taken back; no payout fails for it or goes to two banks', async () => {
    await rule({ priority: 1, gateway: 'bank-simulator', mode: 'IMPS' });
    await rule({ priority: 2, gateway: 'always-succeeds', mode: 'IMPS' });
    const breaker = async () => (await operator.get('/gateways')).body.results[0].breaker as string;
    // Payouts of only one merchant would not affect the others.
    await bahi.service.get(Availability).close('bank-simulator', { actor: 'system', reason: 'Counts anew.' });
    const globex = await bahi.aMerchant({ rupees: 100 });
    // The bank is down: all of these have an unknown outcome, and stay with that bank.
    const down = await Promise.all(Array.from({ length: 12 }, () => acme.aPayout(1, { to: '0008' })));
    await Promise.all(Array.from({ length: 12 }, () => globex.aPayout(1, { to: '0008' })));
    await until('the breaker is open', async () => (await breaker()) !== 'closed');
    const meanwhile = await Promise.all(Array.from({ length: 10 }, () => gatewayOf(acme.payOut(1))));
    // The second rule applied; one payout at a time may have tried the first.
    expect(meanwhile).toContain('always-succeeds');
    await until('the breaker is closed again', async () => {
      await gatewayOf(acme.payOut(1));
      return (await breaker()) === 'closed';
    });
    for (const { id } of down) {
      const { status, needs_attention } = await acme.payout(id);
      const gateways = (await acme.api.get(`/payouts/${id}/attempts`)).body.results.map((a: Json) => a.gateway);
      expect([status, new Set(gateways)]).toEqual(['processing', new Set(['bank-simulator'])]);
      expect(typeof needs_attention).toBe('boolean');
    }
    await withoutRules();
  });
});

describe('a mode', () => {
  it('that the account cannot be paid by, or that does not carry the amount, is refused with its limit', async () => {
    const refusal = async (wish: Wish) => (await pay(wish)).body;
    expect(await refusal({ mode: 'UPI' })).toMatchObject({ code: 'mode_not_supported', status: 422, mode: 'UPI' });
    expect(await refusal({ mode: 'IMPS', rupees: 5_00_001 })).toMatchObject({
      ...{ code: 'mode_not_supported', max_amount_paise: 5_00_000_00 },
    });
    expect(await refusal({ mode: 'RTGS', rupees: 1_99_999 })).toMatchObject({
      ...{ code: 'mode_not_supported', min_amount_paise: 2_00_000_00 },
    });
    expect(await refusal({ vpa: 'asha0001@okaxis', rupees: 1_00_001 })).toMatchObject({
      ...{ code: 'mode_not_supported', mode: 'UPI', max_amount_paise: 1_00_000_00 },
    });
  });

  it('is UPI to a VPA, which nobody ever sees whole', async () => {
    const { id, mode, recipient } = (await pay({ vpa: 'asha.0001@okaxis' })).body;
    expect([mode, recipient]).toEqual([
      'UPI',
      { name: 'Asha Rao', account_number_last4: null, ifsc: null, vpa: 'as…@okaxis' },
    ]);
    expect(await acme.until(id, 'completed')).toMatchObject({ utr: expect.stringMatching(/^\d{12}$/) });
    expect((await pay({ vpa: 'asha.0002@okaxis' })).status).toBe(201);
  });
});

type Json = Record<string, unknown>;

interface Wish {
  readonly rupees?: number;
  readonly mode?: string;
  readonly bank?: string;
  readonly vpa?: string;
}

async function pay({ rupees = 100, mode, bank = 'HDFC', vpa }: Wish): Promise<Answer> {
  const destination = vpa === undefined ? { account_number: '501000123450001', ifsc: `${bank}0000001` } : { vpa };
  const account = await acme.api.post('/bank-accounts', { account_holder_name: 'Asha Rao', ...destination });
  const options = { bank_account_id: account.body.id as string };
  return acme.payOut(rupees, mode === undefined ? options : { ...options, mode });
}
