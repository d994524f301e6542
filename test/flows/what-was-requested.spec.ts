import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessRefund } from '../../src/modules/payments/application/process-refund.js';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver, ProviderBooks } from '../support/payments-driver.js';
import { RecordedAlarms } from '../support/recorded-alarms.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';

/** No worker: what is requested stays unchanged until a test starts one. */
let bahi: Bahi;
let merchant: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  merchant = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001'] });
});

afterAll(() => bahi.close());

const ANOTHER_ACCOUNT = '50100099990001';

/** Waits until a worker has processed it without sending it. */
async function isHeldBack(id: string): Promise<void> {
  await merchant.payoutThat('needs attention', id, ({ needs_attention }) => needs_attention);
  expect(await merchant.payout(id)).toMatchObject({ status: 'pending', attempts: 0, utr: null });
  const [last] = (await merchant.timeline(id)).slice(-1);
  expect(last).toMatchObject({ type: 'payout.needs_attention', actor: 'system' });
  expect(last!.reason).toContain('not what was requested');
}

describe('before a payout goes to the bank', () => {
  it('is compared with what was requested: its recipient, its amount, and that anybody did', async () => {
    const [elsewhere, more, good] = [
      await merchant.aPayout(10),
      await merchant.aPayout(20),
      await merchant.aPayout(30),
    ];
    const invented = randomUUID();
    await bahi.psql.tamper(
      ['UPDATE payouts SET recipient_account_number = $2 WHERE id = $1', [elsewhere.id, ANOTHER_ACCOUNT]],
      ['UPDATE payouts SET amount_paise = amount_paise * 2 WHERE id = $1', [more.id]],
      ['CREATE TEMP TABLE copied AS SELECT * FROM payouts WHERE id = $1', [good.id]],
      [
        'UPDATE copied SET id = $1, recipient_account_number = $2, next_attempt_at = now()',
        [invented, ANOTHER_ACCOUNT],
      ],
      ['INSERT INTO payouts SELECT * FROM copied'],
    );
    const worker = await bahi.serve({ worker: true });
    // The payout that is as it was requested shows that the worker is running.
    await merchant.until(good.id, 'completed');
    for (const { id } of [elsewhere, more]) await isHeldBack(id);
    await until('the invented one was looked at', async () => {
      return (await bahi.count('payouts WHERE id = $1 AND needs_attention', [invented])) === 1;
    });
    for (const id of [elsewhere.id, more.id, invented]) expect(await bahi.bank.submissions(id)).toBe(0);
    expect(await merchant.balance()).toEqual({ available: 940, held: 30 });

    // Once corrected, it is sent.
    await bahi.psql.tamper([
      `UPDATE payouts SET recipient_account_number = $2, next_attempt_at = now() WHERE id = $1`,
      [elsewhere.id, '50100012340001'],
    ]);
    await merchant.until(elsewhere.id, 'completed');
    await worker.stop();

    // The owner removes what nobody has requested, with the statements of the docs and no others.
    await bahi.psql.tamper(
      ['CREATE TEMP TABLE copied_events AS SELECT * FROM payout_events WHERE payout_id = $1', [good.id]],
      ['UPDATE copied_events SET payout_id = $1, seq = seq + 100', [invented]],
      ['INSERT INTO payout_events SELECT * FROM copied_events'],
    );
    expect((await bahi.findings()).join()).toContain(invented);
    const owner = await SqlSession.at(bahi.urls.ownerUrl);
    const remove = `DELETE FROM payout_events WHERE payout_id = '${invented}'`;
    await expect(owner.query(remove)).rejects.toThrow('append-only');
    const removal = /^```sql\n(BEGIN;[^]*?)\n```$/m.exec(readFileSync('docs/operating.md', 'utf8'))![1]!;
    // One after another, as psql sends them.
    for (const statement of removal.replaceAll('…', invented).split('\n')) await owner.query(statement);
    expect((await bahi.findings()).join()).not.toContain(invented);
    await expect(owner.query(`DELETE FROM payout_events WHERE payout_id = '${good.id}'`)).rejects.toThrow(
      'append-only',
    );
    await owner.close();
  });
});

describe('a hold that does not say what was requested', () => {
  /** Set as the owner, since the service may not. */
  const mayLackUntil = (days: number) =>
    bahi.psql.query(`UPDATE hold_digests SET undigested_until = now() + $1 * interval '1 day'`, [days]);

  it('pays while the version that made such holds may serve, and then no more: a person has to look', async () => {
    const payouts = [await merchant.aPayout(10), await merchant.aPayout(10)];
    const ids = payouts.map(({ id }) => id);
    await bahi.psql.tamper([
      `UPDATE ledger_transactions SET request_digest = NULL WHERE reference_id = ANY($1)`,
      [ids],
    ]);
    const process = bahi.service.get(ProcessPayout);
    const alarms = new RecordedAlarms();
    await process.execute({ merchantId: merchant.id, payoutId: ids[0]! });
    expect(await merchant.payout(ids[0]!)).toMatchObject({ status: 'pending', attempts: 0, needs_attention: true });
    expect(await bahi.bank.submissions(ids[0]!)).toBe(0);
    // The alarm says what is wrong, and what to do.
    expect(alarms.about(ids[0]!)).toEqual([expect.stringMatching(/hold does not say .* End it by hand/)]);
    expect((await merchant.timeline(ids[0]!)).at(-1)!.reason).toContain('end it by hand');

    await mayLackUntil(1);
    await process.execute({ merchantId: merchant.id, payoutId: ids[1]! });
    expect(await merchant.payout(ids[1]!)).toMatchObject({ status: 'completed' });
    await mayLackUntil(-1);
    const granted = await bahi.psql.query<{ privilege_type: string }>(
      `SELECT DISTINCT privilege_type FROM information_schema.role_table_grants
       WHERE grantee IN ('bahi_app', 'bahi_admin') AND table_name = 'hold_digests'`,
    );
    expect(granted).toEqual([{ privilege_type: 'SELECT' }]);

    const found = async () => (await bahi.findings()).filter((finding) => finding.startsWith('HOLD_WITHOUT_DIGEST'));
    expect(await found()).toHaveLength(2);

    // A person can end it, which releases what is held. For the one that was paid the finding remains.
    const before = await merchant.balance();
    const why = 'Nobody knows whom it was for.';
    const ended = await bahi.asOperator().patch(`/payouts/${ids[0]}`, { status: 'cancelled', reason: why });
    expect(ended).toMatchObject({ status: 200, body: { status: 'cancelled', needs_attention: true } });
    expect((await merchant.timeline(ids[0]!)).at(-1)).toMatchObject({
      type: 'payout.cancelled',
      actor: expect.stringMatching(/^operator:/),
      reason: why,
    });
    expect(await merchant.balance()).toEqual({ available: before.available + 10, held: before.held - 10 });
    expect(await found()).toEqual([expect.stringContaining('HOLD_WITHOUT_DIGEST')]);
    // The owner, after comparing it with the bank's statement, extends the period and so ends the finding.
    await mayLackUntil(1);
    expect(await found()).toEqual([]);
    await mayLackUntil(-1);
  });

  it('of another amount than what it is for opens no door: what would be given back is not what is held', async () => {
    const { id } = await merchant.aPayout(10);
    await bahi.psql.tamper(
      ['UPDATE ledger_transactions SET request_digest = NULL WHERE reference_id = $1', [id]],
      ['UPDATE payouts SET amount_paise = amount_paise * 2 WHERE id = $1', [id]],
    );
    const cancel = () => bahi.asOperator().patch(`/payouts/${id}`, { status: 'cancelled', reason: 'Asked for.' });
    expect(await cancel()).toMatchObject({ status: 409, body: { code: 'not_as_requested' } });
    await bahi.psql.tamper(['UPDATE payouts SET amount_paise = amount_paise / 2 WHERE id = $1', [id]]);
    expect((await cancel()).status).toBe(200);
  });

  it('of a payout at the bank lets it be failed by hand, and not be called paid', async () => {
    const before = await merchant.balance();
    const { id } = await merchant.aPayout(10);
    await bahi.psql.tamper(
      ['UPDATE ledger_transactions SET request_digest = NULL WHERE reference_id = $1', [id]],
      [
        `UPDATE payouts SET status = 'processing', gateway = 'bank-simulator', attempts = 1, next_step = 'inquire',
           needs_attention = true, submission_ends_at = now() - interval '1 hour' WHERE id = $1`,
        [id],
      ],
    );
    const end = (body: object) =>
      bahi.asOperator().patch(`/payouts/${id}`, { reason: 'Seen on the statement.', ...body });
    const paid = await end({ status: 'completed', utr: 'HDFCN7654321' });
    expect([paid.status, paid.body.code]).toEqual([409, 'not_as_requested']);
    expect((await end({ status: 'cancelled' })).status).toBe(409);
    expect(await merchant.balance()).toEqual({ available: before.available - 10, held: before.held + 10 });
    expect(await end({ status: 'failed' })).toMatchObject({ status: 200, body: { status: 'failed' } });
    expect(await merchant.balance()).toEqual(before);
  });

  it('keeps a refund from being sent too, until a person ends it', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const payments = new PaymentsDriver(acme);
    const worker = await bahi.serve({ worker: true });
    const payment = await payments.aSuccess(10_001, { currency: 'INR' });
    await worker.stop();
    const before = await acme.balance();
    const { id } = await payments.aRefund(payment.id, 1_000);
    await bahi.psql.tamper(['UPDATE ledger_transactions SET request_digest = NULL WHERE reference_id = $1', [id]]);
    const key = { merchantId: acme.id, paymentId: payment.id, refundId: id };
    await bahi.service.get(ProcessRefund).execute(key);
    expect(await bahi.count('refunds WHERE id = $1 AND needs_attention AND attempts = 0', [id])).toBe(1);
    expect((await bahi.findings()).join()).toContain('(refund_hold) does not say what was requested');
    const ended = await bahi.asOperator().patch(`/refunds/${id}`, { status: 'failed', reason: 'Asked for.' });
    expect(ended).toMatchObject({ status: 200, body: { status: 'failed' } });
    expect(await acme.balance()).toEqual(before);
    expect((await bahi.findings()).join()).not.toContain('refund_hold');
  });
});

describe('before a person ends a payout', () => {
  type End = (id: string) => Promise<{ status: number; body: { code?: string } }>;
  const operator = () => bahi.asOperator();
  it.each<[string, End]>([
    ['a merchant cancels it', (id) => merchant.api.post(`/payouts/${id}/cancel`)],
    [
      'an operator cancels it',
      (id) => operator().patch(`/payouts/${id}`, { status: 'cancelled', reason: 'Asked for.' }),
    ],
    ['an operator archives it', (id) => operator().delete(`/payouts/${id}`)],
  ])('it is compared with what was requested: %s', async (_, end) => {
    const before = await merchant.balance();
    const { id } = await merchant.aPayout(10);
    await bahi.psql.tamper(['UPDATE payouts SET amount_paise = amount_paise * 3 WHERE id = $1', [id]]);
    const refused = await end(id);
    expect([refused.status, refused.body.code]).toEqual([409, 'not_as_requested']);
    expect(await merchant.payout(id)).toMatchObject({ status: 'pending', needs_attention: true });
    expect((await merchant.timeline(id)).map(({ type }) => type)).toEqual([
      'payout.requested',
      'payout.needs_attention',
    ]);
    expect(await merchant.balance()).toEqual({ available: before.available - 10, held: before.held + 10 });

    // A second try says the same, and writes nothing more. Once corrected, it ends.
    expect((await end(id)).status).toBe(409);
    expect(await merchant.timeline(id)).toHaveLength(2);
    await bahi.psql.tamper(['UPDATE payouts SET amount_paise = amount_paise / 3 WHERE id = $1', [id]]);
    expect((await end(id)).status).toBeLessThan(300);
    expect(await merchant.payout(id)).toMatchObject({ status: 'cancelled' });
    expect(await merchant.balance()).toEqual(before);
  });

  it.each([
    ['completes', { status: 'completed', reason: 'Seen on the statement.', utr: 'HDFCN1234567' }],
    ['fails', { status: 'failed', reason: 'The bank has confirmed it by mail.' }],
  ])('it is compared also when an operator %s it at the bank', async (_, body) => {
    const before = await merchant.balance();
    const { id } = await merchant.aPayout(10);
    await bahi.psql.tamper([
      `UPDATE payouts SET status = 'processing', gateway = 'bank-simulator', attempts = 1, next_step = 'inquire', needs_attention = true,
         submission_ends_at = now() - interval '1 hour', recipient_account_number = $2 WHERE id = $1`,
      [id, ANOTHER_ACCOUNT],
    ]);
    const refused = await operator().patch(`/payouts/${id}`, body);
    expect([refused.status, refused.body.code]).toEqual([409, 'not_as_requested']);
    expect((await merchant.payout(id)).status).toBe('processing');
    expect(await merchant.balance()).toEqual({ available: before.available - 10, held: before.held + 10 });
  });
});

describe('before a refund goes to the provider', () => {
  it('is compared with what was requested, and so before a person ends it', async () => {
    const worker = await bahi.serve({ worker: true });
    const payments = new PaymentsDriver(merchant);
    const payment = await payments.aSuccess(10_001, { currency: 'INR' });
    await worker.stop();
    const [more, good] = [await payments.aRefund(payment.id, 1_000), await payments.aRefund(payment.id, 2_000)];
    await bahi.psql.tamper(['UPDATE refunds SET amount_minor = amount_minor * 2 WHERE id = $1', [more.id]]);
    const again = await bahi.serve({ worker: true });
    await payments.refundThat(good, 'succeeded');
    await until('the other one was looked at', async () => {
      return (await bahi.count('refunds WHERE id = $1 AND needs_attention', [more.id])) === 1;
    });
    expect(await new ProviderBooks(bahi.psql).submissions(more.id)).toBe(0);
    const held = await merchant.balance();
    const refused = await bahi.asOperator().patch(`/refunds/${more.id}`, { status: 'failed', reason: 'Asked for.' });
    expect([refused.status, refused.body.code]).toEqual([409, 'not_as_requested']);
    expect(await merchant.balance()).toEqual(held);
    await again.stop();
  });
});
