import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { ChangePayout } from '../../src/modules/payouts/application/change-payout.js';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import { failureOf, monotonicNow } from '../../src/modules/gateways/gateways.public.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { movedBy } from '../support/moved-by.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0004'] });
});

afterAll(() => bahi.close());

/** Fails a payout that the bank has rejected; while the bank is being asked, something else happens to the payout. */
async function failWhile(happens: (id: string) => Promise<unknown>) {
  const { id } = await acme.aPayout(100, { to: '0004' });
  await bahi.service.get(ProcessPayout).execute({ merchantId: acme.id, payoutId: id });
  await bahi.psql.query(
    `UPDATE bank_simulator.transfers SET outcome = 'rejected', utr = NULL, failure_code = 'bank_account_closed'
     WHERE reference = $1`,
    [id],
  );
  // The inquiry waits for the bank's table.
  const door = await bahi.sqlSession();
  await door.query('BEGIN');
  await door.query('LOCK TABLE bank_simulator.transfers IN ACCESS EXCLUSIVE MODE');
  const failed = bahi.asOperator().patch(`/payouts/${id}`, { status: 'failed', reason: 'asked by phone' });
  await bahi.waitingFor('bank_simulator.transfers');
  await happens(id);
  await door.rollback();
  return { id, answer: await failed };
}

describe('an operator who fails a payout', () => {
  it('is refused when anything was done since the bank was asked, within the same millisecond too', async () => {
    const { id, answer } = await failWhile(async (id) => {
      const before = await acme.payout(id);
      await bahi.service
        .get(ChangePayout)
        .execute(acme.id, id, (payout, now) => payout.plan({ nextAttemptAt: payout.state.nextAttemptAt }, now));
      await bahi.psql.query('UPDATE payouts SET updated_at = $2 WHERE id = $1', [id, before.updated_at]);
    });

    expect(answer).toMatchObject({ status: 409, body: { code: 'outcome_unknown' } });
    expect((await acme.payout(id)).status).toBe('processing');
    expect(await acme.movementsOf(id)).toEqual(['payout_hold']);
  });

  it.each([
    ['failed', { kind: 'rejected', failure: failureOf('bank_account_closed') }],
    ['completed', { kind: 'succeeded', utr: '632812345678' }],
  ] as const)('learns that it is %s where that was settled while the bank was asked', async (status, answer) => {
    const call = { kind: 'submission', gateway: 'bank-simulator', attempt: 1, askedAtMs: monotonicNow() } as const;
    const { answer: refusal } = await failWhile((id) =>
      bahi.service.get(SettlePayout).execute(acme.id, id, call, answer),
    );

    const problem = { code: 'invalid_transition', current_status: status, allowed_statuses: [] };
    expect(refusal).toMatchObject({ status: 409, body: problem });
  });
});

describe('an operator who fails a payout of which the bank has another transfer', () => {
  it('is refused by the news, and decides once that is on record', async () => {
    const tiny = await bahi.aMerchant({ rupees: 100, accounts: ['0004'] });
    const { id } = await tiny.aPayout(60, { to: '0004' });
    await bahi.service.get(ProcessPayout).execute({ merchantId: tiny.id, payoutId: id });
    await bahi.psql.query('UPDATE bank_simulator.transfers SET amount_paise = 100 WHERE reference = $1', [id]);
    const fail = () => bahi.asOperator().patch(`/payouts/${id}`, { status: 'failed', reason: 'Too slow' });

    expect(await fail()).toMatchObject({ status: 409, body: { code: 'outcome_unknown' } });

    expect(await tiny.payout(id)).toMatchObject({ status: 'processing', needs_attention: true });
    expect(await tiny.balance()).toEqual({ available: 40, held: 60 });
    const findings = (await bahi.findings()).filter((finding) => finding.includes(id));
    expect(findings).toEqual([expect.stringMatching(/^BANK_DISAGREES.*another transfer under its reference/)]);
    expect(await fail()).toMatchObject({ status: 200, body: { status: 'failed' } });
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
  });
});

describe.each([
  ['', async () => undefined],
  [
    ', and the clock has jumped ahead by an hour since,',
    (id: string) =>
      // For the row it makes no difference whether the clock goes ahead or its dates go back.
      bahi.psql.query(
        `UPDATE payouts SET submission_ends_at = ${movedBy('submission_ends_at', '-1 hour')},
           next_attempt_at = ${movedBy('next_attempt_at', '-1 hour')} WHERE id = $1 AND attempts = 1 RETURNING 1`,
        [id],
      ),
  ],
])('an operator who asks about a payout while it is on its way%s', (_, jump) => {
  it('changes nothing by what the bank says of an earlier attempt', async () => {
    const rich = await bahi.aMerchant({ rupees: 500, accounts: ['0005'] });
    const { id } = await rich.aPayout(100, { to: '0005' });
    const submission = bahi.service.get(ProcessPayout).execute({ merchantId: rich.id, payoutId: id });
    const says = async (outcome: string, code: string | null): Promise<boolean> => {
      const rows = await bahi.psql.query(
        `UPDATE bank_simulator.transfers SET outcome = $2, failure_code = $3, utr = CASE $2 WHEN 'paid' THEN $4 END
         WHERE reference = $1 RETURNING 1`,
        [id, outcome, code, '632812345678'],
      );
      return rows.length === 1;
    };
    await until('the bank has it', () => says('rejected', 'bank_account_closed'));
    // An inquiry is counted, so the row has a newer revision; and operators may do more.
    const { updated_at: _at, revision: _revision, allowed_statuses: _allowed, ...before } = await rich.payout(id);
    await jump(id);

    const inquired = await bahi.asOperator().post(`/payouts/${id}/inquire`);

    expect(inquired).toMatchObject({ status: 200, body: before });
    expect(await rich.movementsOf(id)).toEqual(['payout_hold']);
    await says('paid', null);
    await submission;
    expect(await rich.payout(id)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(await rich.movementsOf(id)).toEqual(['payout_hold', 'payout_settlement']);
  });
});
