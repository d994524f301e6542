import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { until } from '../support/wait-for.js';

/** A call may take a third of a second, and a second later the bank is asked. */
const QUICKLY = { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: '1' };

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: QUICKLY });
}, 60_000);

afterAll(() => bahi.close());

describe('a bank that has another transfer under the reference', () => {
  it.each([
    ['amount', { amount_paise: '100' }],
    ['account', { account_number: '99999999999' }],
    ['amount and account', { amount_paise: '100', account_number: '99999999999' }],
  ])(
    'is not believed, of another %s: a person must look, and verify says so',
    async (_, change) => {
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
        `BANK_DISAGREES: payout ${id} is processing, and the bank has another transfer under its reference`,
      ]);
      // Whatever else the bank says of it then: nothing is submitted again, and nothing is released.
      await bahi.psql.query('SET session_replication_role = replica');
      await bahi.psql.query('DELETE FROM bank_simulator.transfers WHERE reference = $1', [id]);
      await bahi.psql.query('RESET session_replication_role');
      await until('it was asked again, twice', async () => (await timesNotFound(id)) >= 2);
      expect(await acme.payout(id)).toMatchObject({ status: 'processing', attempts: 1, needs_attention: true });
      // A person has looked, and says what is the case.
      const decided = { status: 'failed', reason: 'The bank had it for somebody else.' };
      expect((await bahi.asOperator().patch(`/payouts/${id}`, decided)).status).toBe(200);
    },
    60_000,
  );

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

/** Those that say the same as the one before are counted only. */
async function timesNotFound(id: string): Promise<number> {
  const [attempt] = (await bahi.asOperator().get(`/payouts/${id}/attempts`)).body.results;
  return attempt.ending === 'not_found' ? 1 + attempt.unchanged_inquiries : 0;
}

async function findingsOn(id: string): Promise<string[]> {
  return (await bahi.findings()).filter((finding) => finding.includes(id));
}
