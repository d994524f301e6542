import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nextId } from '../../src/shared/ids.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

/** A call to the bank may take a third of a second, and the bank is asked a second later. */
const TIMEOUT_MS = 1_000;
const DAY_MS = 86_400_000;

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: '1' } });
});

afterAll(() => bahi.close());

/** Gives a book what a clock that ran ahead leaves behind after it was set back. */
async function hasRunAhead({ id }: Merchant): Promise<void> {
  await bahi.psql.query(
    `INSERT INTO outbox (merchant_id, id, type, payload, created_at, published_at)
     SELECT $1, $2, 'payout.requested', '{}', clock_timestamp() + interval '1 day', clock_timestamp()`,
    [id, nextId(Date.now() + DAY_MS)],
  );
}

describe('a book whose last entry lies a day ahead', () => {
  let acme: Merchant;

  beforeAll(async () => {
    acme = await bahi.aMerchant({ rupees: 500, accounts: ['0001', '0004'] });
    await hasRunAhead(acme);
  });

  it('writes behind that entry, and finds a lost answer in the usual time', async () => {
    const { id, created_at } = await acme.aPayout(100, { to: '0004' });
    expect(Date.parse(created_at)).toBeGreaterThan(Date.now() + DAY_MS / 2);

    const completed = await acme.until(id, 'completed');
    expect(completed.attempts).toBe(1);
    expect(await bahi.bank.timesPaid(id)).toBe(1);
    const dates = (await acme.timeline(id)).map(({ at }) => at);
    expect(dates).toEqual([...dates].sort());
    expect(dates[0]! >= created_at).toBe(true);
  });

  it('plans the next step by the clock', async () => {
    const { id } = await acme.aPayout(100, { to: '0004' });
    const [row] = await bahi.psql.query<{ from_now: number }>(
      'SELECT extract(epoch FROM next_attempt_at - clock_timestamp())::float * 1000 AS from_now FROM payouts WHERE id = $1',
      [id],
    );
    expect(Math.abs(row!.from_now)).toBeLessThanOrEqual(TIMEOUT_MS);
    await acme.until(id, 'completed');
  });
});

describe('dates of a time in which the clock ran a day ahead', () => {
  it('do not put off a payout whose answer was lost: it is asked about, and paid once', async () => {
    const acme = await bahi.aMerchant({ rupees: 500, accounts: ['0004'] });
    const { id } = await acme.aPayout(100, { to: '0004' });
    await acme.payoutThat('is at the bank', id, ({ attempts }) => attempts === 1);
    await bahi.psql.query(
      `UPDATE payouts SET next_attempt_at = clock_timestamp() + interval '25 hours',
         submission_ends_at = clock_timestamp() + interval '25 hours' WHERE id = $1 AND status = 'processing'`,
      [id],
    );
    const { attempts } = await acme.until(id, 'completed');
    expect(attempts).toBe(1);
    expect(await bahi.bank.timesPaid(id)).toBe(1);
  });

  it('do not put off a payment whose answer was lost, nor what the bank never had', async () => {
    const acme = await bahi.aMerchant({ rupees: 500, accounts: ['0003'] });
    const { id } = await acme.aPayout(100, { to: '0003' });
    const { body: payment } = await acme.api.post('/payments', { amount: 10_004, currency: 'INR' }, { key: 'late' });
    await acme.payoutThat('is at the bank', id, ({ attempts }) => attempts === 1);
    for (const table of ['payouts', 'payments'])
      await bahi.psql.query(
        `UPDATE ${table} SET next_attempt_at = clock_timestamp() + interval '25 hours',
           submission_ends_at = clock_timestamp() + interval '25 hours', not_found_at = clock_timestamp() + interval '25 hours'
         WHERE merchant_id = $1 AND status = 'processing'`,
        [acme.id],
      );
    await acme.payoutThat('is submitted once more', id, ({ attempts }) => attempts === 2);
    await until('the payment has ended', async () => {
      return (await acme.api.get(`/payments/${payment.id}`)).body.status === 'succeeded';
    });
  });
});

describe('whoever counts live time', () => {
  it('keeps no payout waiting, though every commit reads the row that is written', async () => {
    const acme = await bahi.aMerchant({ rupees: 500, accounts: ['0001'] });
    const counting = await bahi.sqlSession();
    await counting.query('BEGIN');
    await counting.query('UPDATE live_time SET ticks = ticks + 1');
    try {
      const { id } = await acme.aPayout(100);
      await acme.until(id, 'completed');
    } finally {
      await counting.rollback();
    }
  });
});

describe('what was planned before the clock was set back by ten minutes', () => {
  it('is due by live time: a lost answer is found within seconds, and the payout is paid once', async () => {
    const acme = await bahi.aMerchant({ rupees: 500, accounts: ['0004'] });
    await until('live time is counted', async () => (await bahi.count('live_time WHERE live_ms > 0')) === 1);
    const { id } = await acme.aPayout(100, { to: '0004' });
    await acme.payoutThat('is at the bank', id, ({ attempts }) => attempts === 1);
    // For the rows it makes no difference whether the clock goes back or their dates go ahead.
    await bahi.psql.query(
      `UPDATE payouts SET next_attempt_at = next_attempt_at + interval '10 minutes',
         submission_ends_at = submission_ends_at + interval '10 minutes' WHERE id = $1 AND status = 'processing'`,
      [id],
    );
    await bahi.psql.query(`UPDATE live_time SET clock_at = clock_at + interval '10 minutes'`);
    const { attempts } = await acme.until(id, 'completed');
    expect(attempts).toBe(1);
    expect(await bahi.bank.timesPaid(id)).toBe(1);
  });
});

describe('two answers that the bank has nothing', () => {
  const LONGER_MS = 8_000;

  it('count as one time-out apart only when live time says so too, though the clock jumps by twenty minutes', async () => {
    const here = await Bahi.open({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: `${LONGER_MS / 1_000}` } });
    try {
      const acme = await here.aMerchant({ rupees: 500, accounts: ['0003'] });
      const { id } = await acme.aPayout(100, { to: '0003' });
      const state = async () => {
        const [row] = await here.psql.query<Record<'step' | 'inquiries' | 'live_ms' | 'ends_live_ms', string>>(
          `SELECT next_step AS step, inquiries, submission_ends_live_ms AS ends_live_ms,
             (SELECT live_ms FROM live_time) AS live_ms FROM payouts WHERE id = $1`,
          [id],
        );
        return row!;
      };
      const hasEnded = 'payouts WHERE id = $1 AND attempts = 1 AND submission_ends_at <= clock_timestamp()';
      await until('the submission has ended', async () => (await here.count(hasEnded, [id])) === 1);
      expect((await here.asOperator().post(`/payouts/${id}/inquire`)).status).toBe(200);
      expect(Number((await state()).inquiries)).toBe(1);

      // For the row it makes no difference whether the clock goes ahead or its dates go back.
      await here.psql.query(
        `UPDATE payouts SET submission_ends_at = submission_ends_at - interval '20 minutes',
           not_found_at = not_found_at - interval '20 minutes', next_attempt_at = next_attempt_at - interval '20 minutes'
         WHERE id = $1`,
        [id],
      );
      await until('the bank was asked again', async () => Number((await state()).inquiries) >= 2);
      expect((await state()).step).toBe('inquire');
      await until('it counts', async () => (await state()).step === 'submit', 10 * LONGER_MS);
      const { live_ms, ends_live_ms } = await state();
      expect(Number(live_ms) - Number(ends_live_ms)).toBeGreaterThanOrEqual(LONGER_MS - 3_000);
    } finally {
      await here.close();
    }
  });
});
