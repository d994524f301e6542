import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { openBahiWith, postCallback } from '../support/banks-over-http.js';
import type { Merchant } from '../support/merchant.js';
import { movedBy } from '../support/moved-by.js';
import { until } from '../support/wait-for.js';

/** A call may take a third of a second, and the bank is asked a second later. */
const QUICKLY = { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: '1' };

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: QUICKLY });
});

afterAll(() => bahi.close());

describe('a bank that has another transfer under the reference', () => {
  it.each([
    ['amount', { amount_paise: '100' }],
    ['account', { account_number: '99999999999' }],
    ['amount and account', { amount_paise: '100', account_number: '99999999999' }],
  ])('is not believed, of another %s: a person must look, and verify says so', async (_, change) => {
    const acme = await bahi.aMerchant({ rupees: 10_000, accounts: ['0004'] });
    const { id } = await acme.aPayout(9_000, { to: '0004' });
    await until('the bank has it', async () => (await bahi.bank.timesPaid(id)) === 1);
    const { amount_paise = null, account_number = null } = change as Record<string, string>;
    await bahi.psql.query(
      `UPDATE bank_simulator.transfers SET amount_paise = coalesce($2, amount_paise),
         account_number = coalesce($3, account_number) WHERE reference = $1`,
      [id, amount_paise, account_number],
    );
    const payout = await acme.payoutThat('needs attention', id, ({ needs_attention }) => needs_attention);
    expect(payout).toMatchObject({ status: 'processing', utr: null });
    expect((await acme.balance()).held).toBe(9_000);
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'bank_disagreed', 'needs_attention']);
    expect(await findingsOn(id)).toEqual([
      `BANK_DISAGREES: payout ${id} is processing, but the bank has another transfer under its reference`,
    ]);
    // Whatever else the bank says about it afterwards, nothing is submitted again and nothing is released.
    await bahi.psql.tamper(['DELETE FROM bank_simulator.transfers WHERE reference = $1', [id]]);
    await until('it was asked again, twice', async () => (await timesNotFound(id)) >= 2);
    expect(await acme.payout(id)).toMatchObject({ status: 'processing', attempts: 1, needs_attention: true });
    // A person has checked, and decides.
    const decided = { status: 'failed', reason: 'The bank had it for somebody else.' };
    expect((await bahi.asOperator().patch(`/payouts/${id}`, decided)).status).toBe(200);
  });

  it('reverses nothing by it', async () => {
    const acme = await bahi.aMerchant({ rupees: 10 });
    const { id } = await acme.aPayout(1);
    await acme.until(id, 'completed');
    await bahi.psql.query(
      `UPDATE bank_simulator.transfers SET amount_paise = 50, returns_at = now() WHERE reference = $1`,
      [id],
    );
    expect((await bahi.asOperator().post(`/payouts/${id}/inquire`)).body).toMatchObject({ status: 'completed' });
    expect(await findingsOn(id)).toEqual([expect.stringMatching(`^BANK_DISAGREES: payout ${id} is completed`)]);
  });
});

describe('the money of a payout whose submission was written to end long from now', () => {
  it.each([
    ['its clock ran ahead', `submission_ends_at = ${movedBy('submission_ends_at', '25 hours')}`],
    ['the count of live time was lost', 'submission_ends_live_ms = submission_ends_live_ms + 1000000000'],
  ])('comes back when the bank says so: %s', async (_, wrong) => {
    const acme = await bahi.aMerchant({ rupees: 10, accounts: ['0007'] });
    const { id } = await acme.aPayout(1, { to: '0007' });
    await acme.until(id, 'completed');
    await bahi.psql.query(`UPDATE payouts SET ${wrong} WHERE id = $1`, [id]);
    await bahi.psql.query('UPDATE bank_simulator.transfers SET returns_at = now() WHERE reference = $1', [id]);
    // By the inquiry, or by the callback that the bank may send first.
    await bahi.asOperator().post(`/payouts/${id}/inquire`);
    await acme.until(id, 'reversed');
    expect(await acme.balance()).toEqual({ available: 10, held: 0 });
  });
});

/** An answer that repeats the previous one is only counted. */
async function timesNotFound(id: string): Promise<number> {
  const [attempt] = (await bahi.asOperator().get(`/payouts/${id}/attempts`)).body.results;
  return attempt.ending === 'not_found' ? 1 + attempt.unchanged_inquiries : 0;
}

async function findingsOn(id: string, on = bahi): Promise<string[]> {
  return (await on.findings()).filter((finding) => finding.includes(id));
}

/** How the providers' documentation describes a failed and a reversed transfer. */
const FIELDS = {
  razorpayx: {
    failed: { status: 'failed', status_details: { reason: 'bank_account_closed' } },
    reversed: { status: 'reversed', status_details: { reason: 'bank_account_closed' } },
    utr: 'utr',
  },
  cashfree: {
    failed: { status: 'FAILED', status_code: 'BENEFICIARY_ACCOUNT_CLOSED' },
    reversed: { status: 'REVERSED', status_code: 'RETURNED_FROM_BENEFICIARY' },
    utr: 'transfer_utr',
  },
} as const;

const TIMEOUT_SECONDS = 3;

describe.each(['razorpayx', 'cashfree'] as const)('the money of a payout that %s has called paid', (name) => {
  let opened: Awaited<ReturnType<typeof openBahiWith<'razorpayx' | 'cashfree'>>>;
  let acme: Merchant;
  /** UTRs are never used twice. */
  let utrs = 523223155920;

  beforeAll(async () => {
    opened = await openBahiWith(name, { PROCESSING_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS) });
  });

  beforeEach(async () => {
    acme = await opened.bahi.aMerchant({ rupees: 500, accounts: [] });
  });

  afterAll(async () => {
    await opened.bahi.close();
    await opened.double.close();
  });

  const operator = () => opened.bahi.asOperator();
  const inquire = async (id: string) => (await operator().post(`/payouts/${id}/inquire`)).body;
  const aUtr = (): string => String(++utrs);

  /** How often the bank was asked about it; Cashfree writes ids without dashes. */
  const timesAsked = (id: string): number =>
    opened.double.requests.filter(({ path, query }) =>
      `${path}?${query.toString()}`.replaceAll('-', '').includes(id.replaceAll('-', '')),
    ).length;

  /** Applies from now on, in answers and in callbacks. */
  function report(what: 'failed' | 'reversed', utr: string | null): void {
    opened.double.override = { ...FIELDS[name][what], [FIELDS[name].utr]: utr };
  }

  async function completed(utr: string): Promise<string> {
    opened.double.override = { [FIELDS[name].utr]: utr };
    const { id } = await acme.aPayout(200);
    expect(await acme.until(id, 'completed')).toMatchObject({ utr });
    expect(await acme.balance()).toEqual({ available: 300, held: 0 });
    // An answer that took too long leaves a submission that may still be in transit, during which no look-up counts.
    const hasEnded = `payouts, live_time WHERE id = $1 AND submission_ends_at <= clock_timestamp()
      AND submission_ends_live_ms <= live_ms`;
    await until('its submission has ended', async () => (await opened.bahi.count(hasEnded, [id])) === 1);
    return id;
  }

  const call = (id: string, event: 'rejected' | 'returned') =>
    postCallback(opened.bahi, name, opened.double.callback(id, event));

  /** Reversed once, by a transaction that names the one it reverses, under the stored UTR. */
  async function expectReversed(id: string, utr: string, story: string[]): Promise<void> {
    expect(await acme.until(id, 'reversed')).toMatchObject({ utr, failure: { source: expect.any(String) } });
    expect(await acme.balance()).toEqual({ available: 500, held: 0 });
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'completed', ...story]);
    const reversals = await opened.bahi.psql.query(
      `SELECT s.kind AS reverses FROM ledger_transactions r JOIN ledger_transactions s
         ON s.merchant_id = r.merchant_id AND s.seq = r.reverses_seq WHERE r.reference_id = $1`,
      [id],
    );
    expect(reversals).toEqual([{ reverses: 'payout_settlement' }]);
    const announced = `outbox WHERE type = 'payout.reversed' AND payload -> 'payout' ->> 'id' = $1`;
    expect(await opened.bahi.count(announced, [id])).toBe(1);
    expect(await findingsOn(id, opened.bahi)).toEqual([]);
  }

  it.each([
    ['failed, with its UTR', 'failed', 'rejected', true],
    ['failed, without a UTR', 'failed', 'rejected', false],
    ['reversed, with its UTR', 'reversed', 'returned', true],
    ['reversed, without a UTR', 'reversed', 'returned', false],
  ] as const)('is available again when a callback and the look-up say %s', async (_, what, event, named) => {
    const utr = aUtr();
    const id = await completed(utr);
    report(what, named ? utr : null);
    expect(await call(id, event)).toBe(200);
    await expectReversed(id, utr, ['reversed']);
    // Repeating it changes nothing.
    expect(await call(id, event)).toBe(200);
    expect(await inquire(id)).toMatchObject({ status: 'reversed' });
    await expectReversed(id, utr, ['reversed']);
  });

  it('is available again though the callback never came, when one look-up says reversed', async () => {
    const utr = aUtr();
    const id = await completed(utr);
    report('reversed', null);
    expect(await inquire(id)).toMatchObject({ status: 'reversed', utr });
    await expectReversed(id, utr, ['reversed']);
  });

  it('needs two look-ups that say failed, a time-out apart; until then it is a finding', async () => {
    const utr = aUtr();
    const id = await completed(utr);
    report('failed', null);
    const [first, before] = [performance.now(), timesAsked(id)];
    const inquired = inquire(id);
    // Bahi also asks the bank by itself a time-out later, however long this inquiry takes: then the bank says nothing.
    await until('the bank was asked', () => timesAsked(id) > before);
    opened.double.override = { status: 'undocumented' };
    expect(await inquired).toMatchObject({ status: 'completed' });
    expect(await acme.balance()).toEqual({ available: 300, held: 0 });
    expect(await findingsOn(id, opened.bahi)).toEqual([expect.stringMatching(/^BANK_DISAGREES/)]);
    report('failed', null);
    await until('the bank was asked a time-out later', async () => (await inquire(id)).status === 'reversed');
    expect(performance.now() - first).toBeGreaterThan(TIMEOUT_SECONDS * 1_000 - 100);
    await expectReversed(id, utr, ['bank_disagreed', 'reversed']);
  });

  it('stays where it is while the callback alone says failed', async () => {
    const utr = aUtr();
    const id = await completed(utr);
    report('failed', utr);
    const callback = opened.double.callback(id, 'rejected');
    opened.double.override = { [FIELDS[name].utr]: utr };
    expect(await postCallback(opened.bahi, name, callback)).toBe(200);
    const tried = `gateway_callbacks WHERE reference = $1 AND tries > 1`;
    await until('it was looked at, twice', async () => (await opened.bahi.count(tried, [id])) === 1);
    expect(await acme.payout(id)).toMatchObject({ status: 'completed' });
    expect(await acme.balance()).toEqual({ available: 300, held: 0 });
    // The bank's list has caught up.
    report('failed', utr);
    await expectReversed(id, utr, ['reversed']);
  });

  it('that an operator has called paid comes back only under the UTR that was named', async () => {
    const utr = aUtr();
    const { id } = await acme.aPayout(200, { to: '0004' });
    await until('the bank has it', () => opened.double.timesPaid(id) === 1);
    const paid = { status: 'completed', reason: 'On the statement of our account.', utr };
    expect((await operator().patch(`/payouts/${id}`, paid)).status).toBe(200);
    report('failed', null);
    expect(await call(id, 'rejected')).toBe(200);
    await until('it was looked at', async () => (await findingsOn(id, opened.bahi)).length > 0);
    for (let i = 0; i < 2; i++) expect(await inquire(id)).toMatchObject({ status: 'completed' });
    expect(await acme.balance()).toEqual({ available: 300, held: 0 });
    expect(await findingsOn(id, opened.bahi)).toEqual([expect.stringMatching(/^BANK_DISAGREES/)]);
    report('failed', utr);
    await inquire(id);
    await until('the bank was asked a time-out later', async () => (await inquire(id)).status === 'reversed');
    await expectReversed(id, utr, ['bank_disagreed', 'reversed']);
  });
});
