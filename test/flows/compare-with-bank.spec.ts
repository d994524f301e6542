import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002'] });
});
afterAll(() => bahi.close());

const failover = (seenAt = 'now()'): Promise<unknown> =>
  bahi.psql.query(
    `INSERT INTO database_failovers (system_identifier, timeline, from_timeline, was_synchronous, seen_at)
     VALUES ('7', (SELECT coalesce(max(timeline), 1) + 1 FROM database_failovers), 1, false, ${seenAt})`,
  );

/** An order that the bank has and Bahi has lost. */
const order = (reference: string): Promise<unknown> =>
  bahi.psql.query(
    `INSERT INTO bank_simulator.transfers (reference, amount_paise, mode, beneficiary_name, account_number, ifsc, outcome,
       utr, settles_at) VALUES ($1, 12345, 'IMPS', 'Asha Rao', '1', 'HDFC0000001', 'paid', $1, now())`,
    [reference],
  );

const forgotten = (reference: string): Promise<void> =>
  bahi.psql.tamper(['DELETE FROM bank_simulator.transfers WHERE reference = $1', [reference]]);

const compare = (...args: string[]) => bahi.command('compare', '--with-bank', ...args);
const stops = async (): Promise<boolean> =>
  (await bahi.asOperator().get('/database-failovers')).body.results.some(
    ({ stops_submissions: stopping }: { stops_submissions: boolean }) => stopping,
  );

describe('compare --with-bank', () => {
  it('finds nothing where both have the same, and lets submissions go on', async () => {
    for (const to of ['0001', '0002']) {
      const { id } = await acme.aPayout(10, { to });
      await acme.until(id, to === '0001' ? 'completed' : 'failed');
    }
    await failover(`now() - interval '1 hour'`);
    const { code, stdout } = await compare();
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/bank-simulator: 2 orders to [^]*\nNo differences\.\nSubmissions are resumed\.\n$/),
    ]);
    expect(await stops()).toBe(false);
  });

  it('does not say that nothing differs of payments, which it has compared with no provider', async () => {
    const stripe = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };
    const { code, stdout } = await bahi.commandWith(
      { GATEWAYS: 'bank-simulator,payment-simulator,stripe', ...stripe },
      ...['compare', '--with-bank'],
    );
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /\nNo differences between payouts and banks\. Payments and refunds at stripe were not compared\.\n$/,
      ),
    ]);
  });

  it('lets none go on while something may come later, whatever the end of the period', async () => {
    await failover(`now() + interval '1 hour'`);
    for (const period of [[], ['--to', '2999-01-01T00:00:00Z']]) {
      const { code, stdout } = await compare(...period);
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/Submissions stay stopped: orders that were on their way may still appear/),
      ]);
      expect(await stops()).toBe(true);
    }
    await bahi.asOperator().post('/database-failovers/resume', { reason: 'Test.' });
  });

  it.each([
    ['--from', '2999-01-01T00:00:00Z'],
    ['--to', '2020-01-01T00:00:00Z'],
  ])('finds no difference where there is no period: %s %s', async (option, time) => {
    const { code, stdout, stderr } = await compare(option, time);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^--from .* is not before .*\n$/)]);
  });

  it('takes a reference in capitals for the same', async () => {
    const { id } = await acme.aPayout(10);
    await acme.until(id, 'completed');
    await forgotten(id);
    await order(id.toUpperCase());
    const { stdout } = await compare();
    const differences = stdout.split('\n').filter((line) => line.toLowerCase().includes(id));
    expect(differences).toEqual([expect.stringMatching(/^OTHER_AMOUNT /)]);
  });

  it('reports both directions, changes no book, and lets none go on', async () => {
    const [lost, kept] = [randomUUID(), await acme.aPayout(10)];
    await acme.until(kept.id, 'completed');
    await failover(`now() - interval '1 hour'`);
    await order(lost);
    await forgotten(kept.id);
    const balance = await acme.balance();
    const first = await compare();
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(new RegExp(`^UNKNOWN_HERE bank-simulator ${lost}: ₹123\\.45 at 20.*Z$`, 'm'));
    expect(first.stdout).toMatch(
      new RegExp(
        `^UNKNOWN_AT_BANK bank-simulator ${kept.id}: ₹10\\.00 at .*, of merchant ${acme.id}, completed here$`,
        'm',
      ),
    );
    expect(first.stdout).toMatch(/Submissions stay stopped: a bank has orders that are not known here/);
    expect(await stops()).toBe(true);
    // A second comparison gives the same result.
    const differences = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => line.startsWith('UNKNOWN'))
        .sort();
    expect(differences((await compare()).stdout)).toEqual(differences(first.stdout));
    expect(await acme.balance()).toEqual(balance);
    // In another period there is no difference.
    const past = ['--from', '2020-01-01T00:00:00Z', '--to', '2020-01-01T02:00:00Z'];
    expect((await compare(...past)).stdout).toMatch(
      /No differences\.\nSubmissions stay stopped: orders that were on their way/,
    );
  });

  it('finds an order for a payout that was not submitted, as far as is known here', async () => {
    await until('submissions are stopped', async () => {
      const { id } = await acme.aPayout(1);
      return (
        (await acme.payoutThat('is looked at', id, (p) => p.waiting_for !== null || p.attempts > 0)).attempts === 0
      );
    });
    const { id } = await acme.aPayout(10);
    await order(id);
    const { code, stdout } = await compare();
    expect([code, stdout]).toEqual([1, expect.stringContaining(`NOT_SUBMITTED_HERE bank-simulator ${id}: ₹123.45`)]);
  });

  it('needs no key for the secrets of webhook endpoints, which are for API and workers', async () => {
    const DATA_ENCRYPTION_KEY = randomBytes(32).toString('base64');
    const other = await Bahi.open({ environment: { DATA_ENCRYPTION_KEY, WEBHOOK_ALLOW_LOOPBACK: '1' } });
    try {
      const merchant = await other.aMerchant({ rupees: 1 });
      const url = `${other.service.url}/health`;
      expect((await merchant.api.post('/webhook-endpoints', { url })).status).toBe(201);
      const { code, stdout, stderr } = await other.commandWith({ DATA_ENCRYPTION_KEY: '' }, 'compare', '--with-bank');
      expect([code, stderr, stdout]).toEqual([0, '', expect.stringContaining('No differences.')]);
    } finally {
      await other.close();
    }
  });

  it('says which banks and providers are left to a person, those that are enabled no more among them', async () => {
    const { id } = await new PaymentsDriver(acme).aPayment(10_000);
    await bahi.psql.tamper(['UPDATE payments SET gateway = $1 WHERE id = $2', ['another-provider', id]]);
    const stripe = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };
    const { code, stdout } = await bahi.commandWith(
      { GATEWAYS: 'always-succeeds,payment-simulator,stripe', ...stripe },
      ...['compare', '--with-bank'],
    );
    const byHand = ['always-succeeds', 'bank-simulator', 'stripe', 'another-provider'].map(
      (gateway) => `The orders of ${gateway} cannot be listed: compare with its statement by hand.`,
    );
    const lines = stdout.split('\n');
    expect([code, lines.filter((line) => line.includes('by hand'))]).toEqual([2, byHand]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^Submissions stay stopped: not everything could be compared; .* resume-submissions\.$/),
    );
  });
});
