import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallbackInbox } from '../../src/modules/gateways/domain/callback-inbox.js';
import type { Bahi } from '../support/bahi.js';
import { type BankName, openBahiWith, postCallback } from '../support/banks-over-http.js';
import { documentedFetch } from '../support/documented-fetch.js';
import type { Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { movedBy } from '../support/moved-by.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { RecordedAlarms } from '../support/recorded-alarms.js';
import { scrape } from '../support/scrape.js';
import { until } from '../support/wait-for.js';

const BANKS: readonly BankName[] = ['razorpayx', 'cashfree', 'toy-bank'];

describe.each(BANKS)('a payout through %s', (name) => {
  let double: Awaited<ReturnType<typeof openBahiWith>>['double'];
  let bahi: Bahi;
  let acme: Merchant;

  beforeAll(async () => {
    ({ bahi, double } = await openBahiWith(name, { PROCESSING_TIMEOUT_SECONDS: '3' }));
    acme = await bahi.aMerchant({ rupees: 1_000, accounts: [] });
  });

  afterAll(async () => {
    await bahi.close();
    await double.close();
  });

  const post = (reference: string, event: 'succeeded' | 'returned' | 'undocumented') =>
    postCallback(bahi, name, double.callback(reference, event));

  it('completes, fails, or ends by inquiry when the answer was lost or nonsense', async () => {
    const paid = await acme.aPayout(100, { to: '0001' });
    const refused = await acme.aPayout(100, { to: '0002' });
    const lost = await acme.aPayout(100, { to: '0004' });
    const nonsense = await acme.aPayout(100, { to: '0009' });
    const later = await acme.aPayout(100, { to: '0006' });
    for (const { id } of [paid, lost, nonsense, later]) {
      expect((await acme.until(id, 'completed')).utr).toMatch(/^[A-Z0-9]{10,35}$/);
      expect(double.timesPaid(id)).toBe(1);
    }
    const { failure } = await acme.until(refused.id, 'failed');
    expect(failure).toMatchObject({ code: 'bank_account_closed', source: 'beneficiary_bank', retryable: false });
    expect(await acme.balance()).toEqual({ available: 600, held: 0 });
  });

  it('is ended by a callback, and its money comes back by another', async () => {
    const { available } = await acme.balance();
    const { id } = await acme.aPayout(100, { to: '0007' });
    await until('the bank has it', () => double.timesPaid(id) === 1);
    expect(await post(id, 'succeeded')).toBe(200);
    await acme.until(id, 'completed');
    // The bank still answers an inquiry with "paid": the money cannot have come back yet.
    expect(await post(id, 'returned')).toBe(200);
    await until('it was looked at', async () => (await bahi.count(LOOKED_AT, [id])) === 1);
    expect((await acme.payout(id)).status).toBe('completed');
    double.returnNow(id);
    await acme.until(id, 'reversed');
    expect((await acme.balance()).available).toBe(available);
    expect(await bahi.findings()).toEqual([]);
  });

  it('waits for the UTR while the bank says that it has paid and does not name it, and completes under it', async () => {
    const { available } = await acme.balance();
    const field = name === 'cashfree' ? 'transfer_utr' : 'utr';
    for (const nothing of ['', undefined]) {
      double.override = { [field]: nothing };
      const { id } = await acme.aPayout(10, { to: '0001' });
      await until('the bank was asked about it', async () => {
        const [attempt] = (await acme.api.get(`/payouts/${id}/attempts`)).body.results;
        return attempt?.answers.length > 0 && attempt.unchanged_inquiries > 0;
      });
      const [{ answers }] = (await acme.api.get(`/payouts/${id}/attempts`)).body.results;
      expect(answers).toEqual([expect.objectContaining({ ending: 'pending', reason: 'utr_pending', utr: null })]);
      expect(await acme.payout(id)).toMatchObject({ status: 'processing', utr: null, needs_attention: false });
      double.override = {};
      expect(await post(id, 'succeeded')).toBe(200);
      expect((await acme.until(id, 'completed')).utr).toMatch(/^[A-Z0-9]{10,35}$/);
    }
    expect(await acme.balance()).toEqual({ available: available - 20, held: 0 });
  });

  it('needs a person when the bank does not name the UTR for a day, who completes it under the one of the statement', async () => {
    const operator = bahi.asOperator();
    double.override = { [name === 'cashfree' ? 'transfer_utr' : 'utr']: '' };
    const { id } = await acme.aPayout(10, { to: '0001' });
    await acme.payoutThat('is paid as the bank says', id, (payout) => payout.revision > 2);
    await until('the bank has said so', async () => {
      const [attempt] = (await acme.api.get(`/payouts/${id}/attempts`)).body.results;
      return attempt?.answers.at(-1)?.reason === 'utr_pending';
    });
    await bahi.psql.tamper([
      `UPDATE payouts SET submission_ends_at = ${movedBy('submission_ends_at', '-25 hours')} WHERE id = $1`,
      [id],
    ]);
    await operator.post(`/payouts/${id}/inquire`);
    const [item] = (await operator.get('/attention')).body.results;
    expect(item).toMatchObject({ id, status: 'processing', reasons: [{ code: 'utr_pending' }] });
    expect(item.allowed_statuses).toContain('completed');
    expect((await scrape(bahi.service)).get('bahi_payouts_needing_attention')).toBe(1);
    // A payout that the bank has called paid cannot be failed, even while the bank gives no clear answer.
    double.override = { [name === 'toy-bank' ? 'state' : 'status']: 42 };
    await operator.post(`/payouts/${id}/inquire`);
    const failed = await operator.patch(`/payouts/${id}`, { status: 'failed', reason: 'Test.' });
    expect(failed).toMatchObject({ status: 409, body: { code: 'outcome_unknown' } });
    double.override = {};
    const completed = { status: 'completed', reason: 'On the statement.', utr: `HDFC${Date.now()}` };
    expect((await operator.patch(`/payouts/${id}`, completed)).body).toMatchObject({
      status: 'completed',
      needs_attention: false,
    });
    expect((await operator.get('/attention')).body.results).toEqual([]);
  });

  it('is asked about when the bank signs a status that its documentation does not know', async () => {
    const { id } = await acme.aPayout(100, { to: '0006' });
    await until('the bank has it', () => double.timesPaid(id) === 1);
    const before = double.requests.filter(({ method }) => method === 'GET').length;
    for (let i = 0; i < 3; i++) expect(await post(id, 'undocumented')).toBe(200);
    const judged = `gateway_callbacks WHERE reference = $1 AND outcome = 'unrecognized' AND body ILIKE '%initiated%'`;
    await until('it was judged', async () => (await bahi.count(judged, [id])) === 1);
    expect(double.requests.filter(({ method }) => method === 'GET').length).toBeGreaterThan(before);
    expect(await bahi.findings()).toEqual([expect.stringMatching(`CALLBACK_REFUSED: .*${id}.*unrecognized`)]);
    await acme.until(id, 'completed');
  });
});

describe('a bank that refuses a reference as used, and finds nothing under it', () => {
  it('frees no money: it is asked until it names what it has', async () => {
    const settings = { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: '1' };
    const { bahi, double } = await openBahiWith('toy-bank', settings);
    try {
      const acme = await bahi.aMerchant({ rupees: 100, accounts: [] });
      double.findsNothing = true;
      const { id } = await acme.aPayout(100, { to: '0004' });
      await until('a person is asked to look, or it has ended', async () => {
        const { needs_attention: needs, status } = await acme.payout(id);
        return needs || !['pending', 'processing'].includes(status);
      });
      expect(await acme.payout(id)).toMatchObject({ status: 'processing', attempts: 2, needs_attention: true });
      expect(double.timesPaid(id)).toBe(1);
      expect(await acme.balance()).toEqual({ available: 0, held: 100 });
      const { body } = await acme.api.get(`/payouts/${id}/attempts`);
      expect(body.results.flatMap((attempt: Json) => attempt.answers).map(({ ending }: Json) => ending)).toContain(
        'reference_reused',
      );
      double.findsNothing = false;
      await acme.until(id, 'completed');
      expect(await bahi.findings()).toEqual([]);
    } finally {
      await bahi.close();
      await double.close();
    }
  }, 60_000);
});

const LOOKED_AT = `gateway_callbacks WHERE reference = $1 AND ending ->> 'kind' = 'returned' AND tries > 0`;

describe('a callback of another gateway than the one that has the order', () => {
  let opened: Awaited<ReturnType<typeof openBahiWith<'toy-bank'>>>;
  let alarms: RecordedAlarms;

  beforeAll(async () => {
    const gateways = 'toy-bank,bank-simulator,payment-simulator';
    // Bahi does not ask the bank by itself during a test.
    opened = await openBahiWith('toy-bank', { GATEWAYS: gateways, PROCESSING_TIMEOUT_SECONDS: '600' });
    alarms = new RecordedAlarms();
  });

  afterAll(async () => {
    await opened.bahi.close();
    await opened.double.close();
  });

  it('about a payout is kept, with an alarm, counted and a finding, and settles nothing', async () => {
    const { bahi, double } = opened;
    const acme = await bahi.aMerchant({ rupees: 100, accounts: [] });
    const { id } = await acme.aPayout(100, { to: '0004' });
    await until('the bank has it', () => double.timesPaid(id) === 1);
    const paid = { utr: '632812345678', amount_paise: '10000' };
    expect(await postCallback(bahi, 'bank-simulator', await bahi.bank.callback(id, 'succeeded', paid))).toBe(200);
    await isStored(id);
    expect(await acme.payout(id)).toMatchObject({ status: 'processing', utr: null, needs_attention: false });
    expect(await bahi.count(`gateway_callbacks WHERE reference = $1 AND body LIKE '%632812345678%'`, [id])).toBe(1);
    const metrics = await (await documentedFetch(`${bahi.service.url}/metrics`)).text();
    expect(metrics).toMatch(/^bahi_gateway_callbacks_total\{outcome="other_gateway"\} [1-9]\d*$/m);
  });

  it('about a payment does the same', async () => {
    const { bahi } = opened;
    const payments = new PaymentsDriver(await bahi.aMerchant());
    const { id } = await payments.aPayment(100_04, { currency: 'INR' });
    await payments.paymentThat('is at its provider', id, ({ attempts }) => attempts === 1);
    const about = { subject: 'payment', reference: id, amountMinor: 100_04n, currency: 'INR' } as const;
    const event = { eventId: `${id}.other`, ...about, ending: { kind: 'succeeded', providerId: 'pi_1' } as const };
    await bahi.service.get(CallbackInbox).store('stripe', event, { digest: 'f'.repeat(64), text: '{}' });
    await isStored(id);
    expect(await payments.payment(id)).toMatchObject({ status: 'processing', receipt: null });
  });

  async function isStored(id: string): Promise<void> {
    const judged = `gateway_callbacks WHERE reference = $1 AND outcome = 'other_gateway'`;
    await until('it was judged', async () => (await opened.bahi.count(judged, [id])) === 1);
    expect(alarms.about(id)).toEqual([expect.stringMatching(/was not accepted \(other_gateway\); /)]);
    const findings = (await opened.bahi.findings()).filter((finding) => finding.includes(id));
    expect(findings).toEqual([expect.stringMatching(/^CALLBACK_REFUSED: .* other_gateway$/)]);
  }
});
