import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Json } from '../support/client.js';
import { appendDated, type Dated, movements } from '../support/dated-ledger.js';
import type { Merchant } from '../support/merchant.js';
import { whileOwnClockIsOff } from '../support/own-clock.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { expectProblem } from '../support/http-test-client.js';

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
});

afterAll(() => bahi.close());

const at = (text: string): Date => new Date(text);

/** The sums of the ledger's entries up to `seq`, computed in another way than the balance is. */
async function sumsBy({ id }: Merchant, seq: number): Promise<Record<string, number>> {
  const rows = await bahi.psql.query<{ account: string; sum: string }>(
    'SELECT account, sum(amount_paise) FROM ledger_entries WHERE merchant_id = $1 AND seq <= $2 GROUP BY account',
    [id, seq],
  );
  return Object.fromEntries(rows.map(({ account, sum }) => [account, Number(sum)]));
}

async function balance(merchant: Merchant, asOf?: string): Promise<Json> {
  const { status, body } = await merchant.api.get(`/balance${asOf === undefined ? '' : `?as_of=${asOf}`}`);
  expect(status).toBe(200);
  return body;
}

describe('a balance', () => {
  let acme: Merchant;
  let history: Dated[];

  beforeAll(async () => {
    acme = await bahi.aMerchant({ accounts: [] });
    const [hold, settlement] = movements.payout(300_00n);
    const [failing, released] = movements.failedPayout(50_00n);
    history = [
      { at: at('2026-01-01T00:00:00.000Z'), posting: movements.funding(1_000_00n) },
      { at: at('2026-01-01T00:00:00.001Z'), posting: hold! },
      // Two transactions of one commit have the same date.
      { at: at('2026-01-02T10:00:00.500Z'), posting: settlement! },
      { at: at('2026-01-02T10:00:00.500Z'), posting: failing! },
      { at: at('2026-01-05T23:59:59.999Z'), posting: movements.payment(120_00n, 2_00n, 36n) },
      { at: at('2026-02-01T00:00:00.000Z'), posting: released! },
    ];
    await appendDated(bahi, acme, history);
  });

  it('of any instant is what the entries dated until then come to', async () => {
    const instants = history.flatMap(({ at: when }) => [-1, 0, 1].map((ms) => new Date(when.getTime() + ms)));
    for (const instant of [at('1899-01-01T00:00:00Z'), ...instants]) {
      const seq = history.filter(({ at: when }) => when <= instant).length;
      const { available = 0, held = 0 } = await sumsBy(acme, seq);
      expect(await balance(acme, instant.toISOString())).toEqual({
        ...{ merchant_id: acme.id, currency: 'INR', as_of: instant.toISOString(), seq },
        ...{ available_paise: available, held_paise: held, total_paise: available + held },
      });
    }
  });

  it('of now names the instant and the transaction for which it holds, and stays so when it is asked for again', async () => {
    const now = await balance(acme);
    expect(now).toMatchObject({ available_paise: 817_64, held_paise: 0, total_paise: 817_64, seq: history.length });
    expect(Math.abs(Date.parse(now.as_of) - Date.now())).toBeLessThan(3_600_000);
    expect(await balance(acme, now.as_of)).toEqual(now);
  });

  it('is nothing before the first movement, and of a merchant without any', async () => {
    const nothing = { available_paise: 0, held_paise: 0, total_paise: 0, seq: 0 };
    expect(await balance(acme, '2025-12-31T23:59:59.999Z')).toMatchObject(nothing);
    const zen = await bahi.aMerchant({ accounts: [] });
    expect(await balance(zen)).toMatchObject(nothing);
    expect(await balance(zen, '2026-01-01T00:00:00Z')).toMatchObject(nothing);
  });

  it('of the future is refused, and what is no instant', async () => {
    for (const asOf of [
      ...['2100-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00', '0000-01-01T00:00:00+00:01', '2026-01-01', 'now', ''],
    ]) {
      const answer = await acme.api.get(`/balance?as_of=${encodeURIComponent(asOf)}`);
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.errors[0].pointer).toBe('#/query/as_of');
    }
  });

  it('names the date of the last transaction where a clock was set back since', async () => {
    const late = await bahi.aMerchant({ accounts: [] });
    const ahead = new Date(Date.now() + 86_400_000);
    await appendDated(bahi, late, [{ at: ahead, posting: movements.funding(100n) }]);
    expect(await balance(late)).toMatchObject({ available_paise: 100, seq: 1, as_of: ahead.toISOString() });
    expect(await balance(late, ahead.toISOString())).toMatchObject({ available_paise: 100, seq: 1 });
    expect(await balance(late, new Date(ahead.getTime() - 1).toISOString())).toMatchObject({ seq: 0 });
  });
});

describe('the balances by day', () => {
  let shop: Merchant;
  const returned = randomUUID();

  beforeAll(async () => {
    shop = await bahi.aMerchant({ accounts: [] });
    const [hold, settlement] = movements.payout(400_00n, returned);
    const [open] = movements.payout(10_00n);
    const [refundHold, refunded] = movements.refund(50_00n, 1_00n, 18n);
    await appendDated(bahi, shop, [
      // Days in India begin at 18:30 UTC of the day before.
      { at: at('2026-03-01T18:29:59.999Z'), posting: movements.funding(1_000_00n) },
      { at: at('2026-03-01T18:30:00.000Z'), posting: movements.payment(200_00n, 4_00n, 72n) },
      { at: at('2026-03-02T06:00:00.000Z'), posting: hold! },
      { at: at('2026-03-02T18:29:59.999Z'), posting: refundHold! },
      { at: at('2026-03-04T00:00:00.000Z'), posting: settlement! },
      { at: at('2026-03-04T00:00:00.000Z'), posting: refunded! },
      { at: at('2026-03-04T01:00:00.000Z'), posting: movements.funding(-5_00n) },
      { at: at('2026-03-04T18:30:00.000Z'), posting: movements.returned(400_00n, returned, 5) },
      { at: at('2026-03-05T00:00:00.000Z'), posting: open! },
    ]);
  });

  const day = (date: string, figures: object): object => {
    const zeros = ['in', 'out', 'payments', 'returned', 'adjustments_in', 'payouts', 'refunds', 'adjustments_out'];
    return {
      ...{ date, starts_at: expect.any(String), ends_at: expect.any(String), is_complete: true },
      ...Object.fromEntries([...zeros, 'fees', 'taxes'].map((name) => [`${name}_paise`, 0])),
      ...figures,
    };
  };

  it('show what came in and went out in each, in India’s time', async () => {
    const { status, body } = await shop.api.get('/balance/daily?from=2026-02-28&to=2026-03-05');
    expect(status).toBe(200);
    expect(body).toMatchObject({ from: '2026-02-28', to: '2026-03-05', time_zone: 'Asia/Kolkata', seq: 9 });
    expect(body).toMatchObject({ opening_balance_paise: 0, closing_balance_paise: 1_141_46 });
    expect(body.days).toEqual([
      day('2026-02-28', { opening_balance_paise: 0, closing_balance_paise: 0 }),
      day('2026-03-01', {
        ...{ opening_balance_paise: 0, closing_balance_paise: 1_000_00, in_paise: 1_000_00 },
        adjustments_in_paise: 1_000_00,
      }),
      day('2026-03-02', {
        ...{ opening_balance_paise: 1_000_00, closing_balance_paise: 1_195_28, in_paise: 195_28 },
        ...{ payments_paise: 195_28, fees_paise: 4_00, taxes_paise: 72 },
      }),
      day('2026-03-03', { opening_balance_paise: 1_195_28, closing_balance_paise: 1_195_28 }),
      day('2026-03-04', {
        ...{ opening_balance_paise: 1_195_28, closing_balance_paise: 741_46, out_paise: 453_82, payouts_paise: 400_00 },
        ...{ refunds_paise: 48_82, adjustments_out_paise: 5_00, fees_paise: -1_00, taxes_paise: -18 },
      }),
      day('2026-03-05', {
        ...{ opening_balance_paise: 741_46, closing_balance_paise: 1_141_46, in_paise: 400_00 },
        returned_paise: 400_00,
      }),
    ]);
    expect(body.days[1]).toMatchObject({ starts_at: '2026-02-28T18:30:00.000Z', ends_at: '2026-03-01T18:30:00.000Z' });
  });

  it('are today and the 29 days before it unless others are asked for, and today is not over', async () => {
    const { body } = await shop.api.get('/balance/daily');
    expect(body.days).toHaveLength(30);
    expect(body.days.map((one: Json) => one.is_complete)).toEqual([...Array<boolean>(29).fill(true), false]);
    expect(body.days.at(-1).date).toBe(body.to);
    const { body: sixty } = await shop.api.get(`/balance/daily?from=${body.days[10].date}`);
    expect(sixty.days).toHaveLength(20);
  });

  it('are the database’s, whatever the clock of the process says', async () => {
    const { body: days } = await shop.api.get('/balance/daily');
    const later = await whileOwnClockIsOff(3 * 86_400_000, () => shop.api.get('/balance/daily'));
    expect([later.body.from, later.body.to]).toEqual([days.from, days.to]);
  });

  it('agree with the balances at their ends, and chain', async () => {
    const { body } = await shop.api.get('/balance/daily?from=2026-03-01&to=2026-03-05');
    for (const one of body.days) {
      const last = new Date(Date.parse(one.ends_at) - 1).toISOString();
      expect(one.closing_balance_paise).toBe((await balance(shop, last)).total_paise);
    }
    expect(body.days.slice(1).map((one: Json) => one.opening_balance_paise)).toEqual(
      body.days.slice(0, -1).map((one: Json) => one.closing_balance_paise),
    );
    expect(body.opening_balance_paise + body.in_paise - body.out_paise).toBe(body.closing_balance_paise);
  });

  it.each([
    ['from=2026-03-02&to=2026-03-01', 'from'],
    ['from=2025-11-30&to=2026-03-02', 'from'],
    ['from=0000-01-01&to=0000-01-01', 'from'],
    ['to=2126-01-01', 'to'],
    ['to=2026-02-30', 'to'],
    ['from=2026-1-1', 'from'],
    ['from=2026-03-01T00:00:00Z', 'from'],
  ])('are refused for days that are none or too many: %s', async (query, field) => {
    const answer = await shop.api.get(`/balance/daily?${query}`);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toBe(`#/query/${field}`);
  });

  it('are 92 at most', async () => {
    const { body } = await shop.api.get('/balance/daily?from=2025-12-01&to=2026-03-02');
    expect(body.days).toHaveLength(92);
    expect(body.days.at(-1).closing_balance_paise).toBe(1_195_28);
  });

  it('of a real payout, payment and refund are those that their balances say', async () => {
    const real = await bahi.aMerchant({ rupees: 1_000 });
    const payments = new PaymentsDriver(real);
    const payout = await real.aPayout(100);
    const failing = await real.aPayout(30, { to: '0002' });
    const payment = await payments.aSuccess(12_000, { currency: 'INR' });
    const refund = await payments.aRefund(payment.id, 2_000);
    await Promise.all([real.until(payout.id, 'completed'), real.until(failing.id, 'failed')]);
    await payments.refundThat(refund, 'succeeded');
    const { body } = await real.api.get('/balance/daily');
    const days: Json[] = body.days.slice(-2);
    const sum = (figure: string): number => days.reduce((total, one) => total + one[figure], 0);
    const credited = (await payments.payment(payment.id)).receipt!.credited_paise;
    expect([sum('adjustments_in_paise'), sum('payouts_paise')]).toEqual([1_000_00, 100_00]);
    expect([sum('payments_paise'), sum('refunds_paise'), sum('returned_paise')]).toEqual([credited, 20_00, 0]);
    expect(body.closing_balance_paise).toBe((await balance(real)).total_paise);
  });

  it('keep nobody waiting who reads one thing, however many ask for them', async () => {
    const zen = await bahi.aMerchant({ accounts: [] });
    const lock = await bahi.sqlSession();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE ledger_transactions');
    const statuses: number[] = [];
    const asked = Array.from({ length: 12 }, async () => statuses.push((await shop.api.get('/balance/daily')).status));
    await bahi.waitingFor('ledger_transactions', { connections: 2 });
    expect((await zen.api.get('/balance/alert')).status).toBe(200);
    // No reader has given up meanwhile, which would have freed a place.
    expect(statuses.filter((status) => status !== 429)).toEqual([]);
    await lock.query('ROLLBACK');
    await Promise.all(asked);
  });

  it('are nobody else’s: an operator names the merchant', async () => {
    const operator = bahi.asOperator();
    expect((await operator.get('/balance/daily?to=2026-03-05', { merchant: shop })).body.closing_balance_paise).toBe(
      1_141_46,
    );
    expectProblem(await operator.get('/balance/daily'), 400, 'validation_failed');
    expectProblem(await operator.get('/balance/daily', { merchant: { id: randomUUID() } }), 404, 'not_found');
    expectProblem(await shop.api.get('/balance/daily', { merchant: { id: randomUUID() } }), 403, 'forbidden');
  });
});

describe('while payouts are on their way', () => {
  it('a balance is that of one moment of the ledger, and a later one has no smaller number', async () => {
    const busy = await bahi.aMerchant({ rupees: 1_000 });
    const seen: Json[] = [];
    let paying = true;
    const look = async (): Promise<void> => {
      while (paying) seen.push(await balance(busy));
    };
    const looking = look();
    const payouts = await Promise.all(Array.from({ length: 12 }, (_, i) => busy.aPayout(10 + i)));
    await Promise.all(payouts.map(({ id }) => busy.until(id, 'completed')));
    paying = false;
    await looking;
    seen.push(await balance(busy));
    expect(new Set(seen.map(({ seq }) => seq)).size).toBeGreaterThan(1);
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map(({ seq }) => seq).sort((a, b) => a - b));
    for (const { seq, available_paise, held_paise, total_paise } of seen) {
      const { available, held = 0 } = await sumsBy(busy, seq);
      expect({ available_paise, held_paise, total_paise }).toEqual({
        ...{ available_paise: available, held_paise: held, total_paise: available! + held },
      });
    }
    expect(seen.at(-1).held_paise).toBe(0);
  });
});
