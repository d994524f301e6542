import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { ChangePayout } from '../../src/modules/payouts/application/change-payout.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  acme = await bahi.aMerchant({ rupees: 500, accounts: ['0004'] });
}, 60_000);

afterAll(() => bahi.close());

describe('an operator who fails a payout', () => {
  it('is refused when anything was done since the bank was asked, within the same millisecond too', async () => {
    const { id } = await acme.aPayout(100, { to: '0004' });
    await bahi.service.get(ProcessPayout).execute(acme.id, id);
    await bahi.psql.query(
      `UPDATE bank_simulator.transfers SET outcome = 'rejected', utr = NULL, failure_code = 'bank_account_closed'
       WHERE reference = $1`,
      [id],
    );
    const before = await acme.payout(id);

    // The inquiry waits at the bank's door; meanwhile a worker claims the next step.
    const door = await bahi.sqlSession();
    await door.query('BEGIN');
    await door.query('LOCK TABLE bank_simulator.transfers IN ACCESS EXCLUSIVE MODE');
    const failed = bahi.asOperator().patch(`/payouts/${id}`, { status: 'failed', reason: 'asked by phone' });
    await bahi.waitingFor('bank_simulator.transfers');
    await bahi.service
      .get(ChangePayout)
      .execute(acme.id, id, (payout, now) => payout.plan({ nextAttemptAt: payout.state.nextAttemptAt }, now));
    await bahi.psql.query('UPDATE payouts SET updated_at = $2 WHERE id = $1', [id, before.updated_at]);
    await door.rollback();

    expect(await failed).toMatchObject({ status: 409, body: { code: 'outcome_unknown' } });
    expect((await acme.payout(id)).status).toBe('processing');
    expect(await acme.movementsOf(id)).toEqual(['payout_hold']);
  });
});
