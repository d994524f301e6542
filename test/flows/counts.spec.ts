import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fillPayouts, FIRST_MS, ODD_ONES } from '../../bench/full-book.js';
import { Lists } from '../../src/platform/database/reads/lists.js';
import { Bahi } from '../support/bahi.js';
import type { Json } from '../support/client.js';
import { expectProblem } from '../support/http-test-client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';

let bahi: Bahi;
let acme: Merchant;
let payments: PaymentsDriver;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002'] });
  payments = new PaymentsDriver(acme);
});

afterAll(() => bahi.close());

async function counts(merchant: Merchant, path: string): Promise<Record<string, number>> {
  const { status, body } = await merchant.api.get(path);
  expect([path, status]).toEqual([path, 200]);
  const all = body.counts.map((one: Json) => [one.status, one.is_exact ? one.count : Infinity]);
  return { ...Object.fromEntries(all), attention: body.needs_attention.count };
}

describe('how many there are', () => {
  it('of payouts, by status, is never older than the caller’s own writes', async () => {
    const nothing = { pending: 0, processing: 0, completed: 0, failed: 0, cancelled: 0, reversed: 0, attention: 0 };
    expect(await counts(acme, '/payouts/counts')).toEqual(nothing);
    const paid = await Promise.all([acme.aPayout(10), acme.aPayout(20), acme.aPayout(30)]);
    const failing = await acme.aPayout(40, { to: '0002' });
    await Promise.all([...paid.map(({ id }) => acme.until(id, 'completed')), acme.until(failing.id, 'failed')]);
    expect(await counts(acme, '/payouts/counts')).toEqual({ ...nothing, completed: 3, failed: 1 });
    expect((await acme.api.get('/payouts/counts')).headers.get('x-cache')).toMatch(/^(HIT|MISS)$/);
    const account = await acme.account('0002');
    expect(await counts(acme, `/payouts/counts?bank_account_id=${account}`)).toEqual({ ...nothing, failed: 1 });
    const later = `created_from=${new Date(Date.now() + 86_400_000).toISOString()}`;
    expect(await counts(acme, `/payouts/counts?${later}`)).toEqual(nothing);
    expect((await bahi.asOperator().delete(`/payouts/${failing.id}`, { merchant: acme })).status).toBe(204);
    expect(await counts(acme, '/payouts/counts')).toEqual({ ...nothing, completed: 3 });
    expect(await counts(acme, '/payouts/counts?include_archived=true')).toEqual({
      ...nothing,
      completed: 3,
      failed: 1,
    });
  });

  it('is of one moment: what moves while it is counted is counted once', async () => {
    const zen = await bahi.aMerchant({ rupees: 100 });
    const operator = bahi.asOperator();
    await operator.patch('/gateways/bank-simulator', { is_paused: true, reason: 'test' });
    const { id } = await zen.aPayout(10);
    const lists = bahi.service.get(Lists);
    const read = lists.read.bind(lists);
    lists.read = async <Row>(statement: Parameters<typeof read>[0]) => {
      lists.read = read;
      const rows = await read<Row>(statement);
      expect((await zen.api.post(`/payouts/${id}/cancel`)).status).toBe(200);
      return rows;
    };
    const seen = await counts(zen, '/payouts/counts');
    expect(lists.read).toBe(read);
    expect(seen).toMatchObject({ pending: 1, cancelled: 0 });
    expect(await counts(zen, '/payouts/counts')).toMatchObject({ pending: 0, cancelled: 1 });
    await operator.patch('/gateways/bank-simulator', { is_paused: false });
  });

  it('of payments and refunds', async () => {
    const payment = await payments.aSuccess(12_000, { currency: 'INR' });
    await payments.aSuccess(12_000);
    await payments.refundThat(await payments.aRefund(payment.id, 2_000), 'succeeded');
    expect(await counts(acme, '/payments/counts')).toMatchObject({ succeeded: 1, partially_refunded: 1, failed: 0 });
    expect(await counts(acme, '/payments/counts?currency=USD')).toMatchObject({ succeeded: 1, partially_refunded: 0 });
    expect(await counts(acme, '/refunds/counts')).toEqual({ pending: 0, succeeded: 1, failed: 0, attention: 0 });
  });

  it('is each merchant’s own; operators count everybody’s, or one’s', async () => {
    const zen = await bahi.aMerchant({ accounts: [] });
    expect(await counts(zen, '/refunds/counts')).toMatchObject({ succeeded: 0 });
    const operator = bahi.asOperator();
    const { body } = await operator.get('/refunds/counts');
    expect(body.counts[1]).toEqual({ status: 'succeeded', count: 1, is_exact: true });
    const { body: none } = await operator.get('/refunds/counts', { merchant: zen });
    expect(none.counts[1].count).toBe(0);
    expectProblem(await zen.api.get('/refunds/counts', { merchant: acme }), 403, 'forbidden');
    expectProblem(await zen.api.get('/refunds/counts?status=failed'), 400, 'validation_failed');
  });

  it('is by all filters of the list but the status', async () => {
    const eve = await bahi.aMerchant({ rupees: 1_000 });
    const money = new PaymentsDriver(eve);
    const payout = await eve.aPayout(77, { reference_id: 'COUNTED-1' });
    const { utr } = await eve.until(payout.id, 'completed');
    const from = new Date(Date.now() - 86_400_000).toISOString();
    const period = `created_from=${from}&created_to=${new Date(Date.now() + 86_400_000).toISOString()}`;
    const one = async (path: string): Promise<number> =>
      Object.values(await counts(eve, path)).reduce((sum, count) => sum + count);
    expect(await one('/payouts/counts?reference_id=COUNTED-1')).toBe(1);
    expect(await one('/payouts/counts?reference_id=COUNTED-2')).toBe(0);
    expect(await one(`/payouts/counts?utr=${utr}`)).toBe(1);
    expect(await one(`/payouts/counts?utr=${utr}&max_amount_paise=7699`)).toBe(0);
    expect(await one(`/payouts/counts?${period}&min_amount_paise=7700&max_amount_paise=7700`)).toBe(1);
    expect(await one(`/payouts/counts?${period}&min_amount_paise=7701`)).toBe(0);
    expect(await one('/payouts/counts?waiting_for=gateway_paused')).toBe(0);
    expect(await one('/payouts/counts?needs_attention=true')).toBe(0);
    const paid = await money.aSuccess(13_300, { reference_id: 'COUNTED-3' });
    await money.refundThat(await money.aRefund(paid.id, 1_300), 'succeeded');
    expect(await one('/payments/counts?reference_id=COUNTED-3&needs_attention=false')).toBe(1);
    expect(await one(`/payments/counts?${period}&currency=USD&min_amount=13300`)).toBe(1);
    expect(await one(`/payments/counts?${period}&currency=USD&min_amount=13301`)).toBe(0);
    expect(await one(`/refunds/counts?${period}&min_amount_paise=1300`)).toBe(1);
    expect(await one(`/refunds/counts?${period}&max_amount_paise=1`)).toBe(0);
    expect(await one('/refunds/counts?waiting_for=no_gateway')).toBe(0);
    expectProblem(await eve.api.get('/payouts/counts?min_amount_paise=1'), 400, 'validation_failed');
  });

  it('of what needs attention is none where those that need it are left out', async () => {
    const uma = await bahi.aMerchant({ rupees: 100 });
    const { id } = await uma.aPayout(10);
    await uma.until(id, 'completed');
    await bahi.psql.query('UPDATE payouts SET needs_attention = true WHERE merchant_id = $1', [uma.id]);
    expect(await counts(uma, '/payouts/counts')).toMatchObject({ completed: 1, attention: 1 });
    expect(await counts(uma, '/payouts/counts?needs_attention=true')).toMatchObject({ completed: 1, attention: 1 });
    expect(await counts(uma, '/payouts/counts?needs_attention=false')).toMatchObject({ completed: 0, attention: 0 });
  });

  it('is counted up to ten thousand, and says so', async () => {
    const big = await bahi.aMerchant();
    const own = { id: big.id, usual: await big.account('0001'), rare: await big.account('0001') };
    await bahi.psql.query('BEGIN');
    await fillPayouts(bahi.psql, { acme: own, zen: { id: acme.id, usual: own.usual } }, 12_000);
    await bahi.psql.query(`UPDATE payouts SET needs_attention = true WHERE merchant_id = $1 AND status = 'failed'`, [
      big.id,
    ]);
    await bahi.psql.query('COMMIT');
    const { body } = await big.api.get('/payouts/counts?include_archived=true');
    const completed = body.counts.find((one: Json) => one.status === 'completed');
    expect(completed).toEqual({ status: 'completed', count: 10_000, is_exact: false });
    const failed = await bahi.count(`payouts WHERE merchant_id = $1 AND status = 'failed'`, [big.id]);
    expect(body.needs_attention).toEqual({ count: failed, is_exact: true });
    const odd = body.counts.filter((one: Json) => one.status !== 'completed');
    expect(odd.map((one: Json) => one.is_exact)).toEqual(odd.map(() => true));
    const all = `created_from=${new Date(FIRST_MS).toISOString()}&created_to=${new Date(FIRST_MS + 86_400_000).toISOString()}`;
    const { body: dear } = await big.api.get(`/payouts/counts?${all}&include_archived=true&min_amount_paise=10000000`);
    // There are more than ten thousand, and none of those counted has the amount; one of the others may.
    expect(dear.counts.find((one: Json) => one.status === 'completed')).toEqual({
      status: 'completed',
      count: 0,
      is_exact: false,
    });
    expect(dear.counts.find((one: Json) => one.status === 'failed')).toEqual({
      status: 'failed',
      count: 0,
      is_exact: true,
    });
    const until = `created_to=${new Date(FIRST_MS + (ODD_ONES + 1) * 1_000).toISOString()}`;
    const { body: few } = await big.api.get(`/payouts/counts?${until}`);
    const expected = await bahi.psql.query<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM payouts WHERE merchant_id = $1 AND created_at < to_timestamp($2)
       GROUP BY status`,
      [big.id, (FIRST_MS + (ODD_ONES + 1) * 1_000) / 1_000],
    );
    for (const { status, count } of expected)
      expect(few.counts.find((one: Json) => one.status === status)).toEqual({ status, count, is_exact: true });
  });
});

describe('a list by amount', () => {
  const day = new Date(Date.now() - 86_400_000).toISOString();
  const period = `created_from=${day}&created_to=${new Date(Date.now() + 86_400_000).toISOString()}`;
  const amounts = async (path: string, field: string): Promise<number[]> =>
    (await acme.api.get(path)).body.results.map((one: Json) => one[field]);

  it('has payouts, payments and refunds from one amount to another', async () => {
    expect(await amounts(`/payouts?${period}&min_amount_paise=2000&max_amount_paise=3000`, 'amount_paise')).toEqual(
      expect.arrayContaining([2_000, 3_000]),
    );
    expect(await amounts(`/payouts?${period}&min_amount_paise=2001&max_amount_paise=2999`, 'amount_paise')).toEqual([]);
    expect(await amounts(`/payouts?${period}&max_amount_paise=1000`, 'amount_paise')).toEqual([1_000]);
    expect(await amounts(`/payments?${period}&currency=USD&min_amount=12000`, 'amount')).toEqual([12_000]);
    expect(await amounts(`/payments?${period}&currency=USD&min_amount=12001`, 'amount')).toEqual([]);
    expect(await amounts(`/refunds?${period}&min_amount_paise=1&max_amount_paise=2000`, 'amount')).toEqual([2_000]);
    expect(await amounts(`/refunds?${period}&max_amount_paise=1999`, 'amount')).toEqual([]);
  });

  it.each([
    ['/payouts?min_amount_paise=1', 'created_from'],
    ['/payouts?min_amount_paise=1&created_from=2026-01-01T00:00:00Z', 'created_from'],
    ['/refunds?max_amount_paise=1&created_from=2026-01-01T00:00:00Z&created_to=2026-04-04T00:00:00Z', 'created_from'],
    ['/payments?min_amount=1&created_from=2026-01-01T00:00:00Z&created_to=2026-01-02T00:00:00Z', 'currency'],
    ['/payouts?min_amount_paise=-1', 'min_amount_paise'],
    ['/payouts?max_amount_paise=1.5', 'max_amount_paise'],
  ])('is refused without a period, or a currency: %s', async (path, field) => {
    const answer = await acme.api.get(path);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toBe(`#/query/${field}`);
  });

  it('needs no period where one payout is looked for', async () => {
    expect((await acme.api.get('/payouts?reference_id=none&min_amount_paise=1')).status).toBe(200);
  });
});
