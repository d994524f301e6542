import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../support/bahi.js';
import { openBahiWith } from '../support/banks-over-http.js';
import type { Merchant } from '../support/merchant.js';
import type { RazorpayXDouble } from '../support/razorpayx-double.js';

let bahi: Bahi;
let double: RazorpayXDouble;
let acme: Merchant;

beforeAll(async () => {
  ({ bahi, double } = await openBahiWith('razorpayx', {}));
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002'] });
});

afterAll(async () => {
  await bahi.close();
  await double.close();
});

async function paid(): Promise<string> {
  const { id } = await acme.aPayout(10);
  await acme.until(id, 'completed');
  return id;
}

const compare = (...args: string[]) => bahi.command('compare', '--with-bank', ...args);

function differencesIn(stdout: string): string[] {
  return stdout
    .split('\n')
    .filter((line) => /^[A-Z_]{9,} /.test(line))
    .sort();
}

/** Nothing promises that RazorpayX's list is complete. */
describe('compare --with-bank with RazorpayX', () => {
  it('finds nothing where both have the same, and leaves it to a person to let submissions go on', async () => {
    await paid();
    await acme.until((await acme.aPayout(10, { to: '0002' })).id, 'failed');
    double.add();
    await bahi.psql.query(
      `INSERT INTO database_failovers (system_identifier, timeline, from_timeline, was_synchronous, seen_at)
       VALUES ('7', 2, 1, false, now() - interval '1 hour')`,
    );
    const { code, stdout } = await compare();
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /razorpayx: 2 orders to [^]*\nNo differences\.\nSubmissions stay stopped: the list of razorpayx is not guaranteed to be complete; if you know that it is, run resume-submissions\.\n$/,
      ),
    ]);
    const operator = bahi.asOperator();
    const { results } = (await operator.get('/database-failovers')).body;
    expect(results).toEqual([expect.objectContaining({ stops_submissions: true })]);
    await operator.post('/database-failovers/resume', { reason: 'Test.' });
  });

  it('reports what only one of them has, what differs, and what the bank has twice', async () => {
    const [lost, gone, changed, doubled] = [randomUUID(), await paid(), await paid(), await paid()];
    double.add({ referenceId: lost, amount: 123_45 });
    double.forget(gone);
    double.forget(changed);
    double.add({ referenceId: changed, amount: 10_01 });
    double.add({ referenceId: doubled, amount: 10_00 });
    const { code, stdout } = await compare();
    expect([code, differencesIn(stdout)]).toEqual([
      1,
      [
        expect.stringMatching(`^LISTED_TWICE razorpayx ${doubled}: ₹10.00 at 20.*, completed here$`),
        expect.stringMatching(`^OTHER_AMOUNT razorpayx ${changed}: ₹10.01 at 20.*, completed here$`),
        expect.stringMatching(`^UNKNOWN_AT_BANK razorpayx ${gone}: ₹10.00 at 20.*, completed here$`),
        expect.stringMatching(`^UNKNOWN_HERE razorpayx ${lost}: ₹123.45 at 20.*Z$`),
      ],
    ]);
  });

  it('asks again for a page that fails, and goes on with those before it', async () => {
    let pages = 0;
    double.beforePage = () => void (pages += 1);
    double.failing = () => (pages === 2 || pages === 3 ? 503 : null);
    const { code, stdout } = await compare();
    expect([code, differencesIn(stdout)]).toEqual([
      1,
      [
        expect.stringMatching('^LISTED_TWICE'),
        expect.stringMatching('^OTHER_AMOUNT'),
        expect.stringMatching('^UNKNOWN_AT_BANK'),
        expect.stringMatching('^UNKNOWN_HERE'),
      ],
    ]);
    expect(stdout).not.toMatch(/NOT READ|Interrupted/);
  });

  it('compares what was read before a page that fails for good, and says what was not read', async () => {
    const to = new Date();
    const from = new Date(to.getTime() - 90 * 60_000);
    const [early, border] = [new Date(from.getTime() + 60_000), new Date(from.getTime() + 3_600_000)];
    const reference = randomUUID();
    double.add({ referenceId: reference, amount: 77_00, createdAt: Math.ceil(early.getTime() / 1_000) });
    double.failing = (query) => (Number(query.get('to')) * 1_000 > border.getTime() + 1_000 ? 429 : null);
    const { code, stdout } = await compare('--from', from.toISOString(), '--to', to.toISOString());
    // Payouts in the period that was not read are not reported as unknown at the bank.
    expect([code, differencesIn(stdout)]).toEqual([
      1,
      [expect.stringMatching(`^UNKNOWN_HERE razorpayx ${reference}: ₹77.00 at `)],
    ]);
    const rest = `--from ${border.toISOString()} --to ${to.toISOString()}`;
    expect(stdout).toContain(
      `\nNOT READ: the orders of razorpayx from ${border.toISOString()} to ${to.toISOString()}: RazorpayX answered 429.\n` +
        `When it answers again, compare that period too: compare --with-bank ${rest}\n`,
    );
    const { code: alone, stdout: nothing } = await compare(...rest.split(' '));
    expect([alone, differencesIn(nothing)]).toEqual([2, []]);
    double.failing = () => null;
  });

  it.each([401, 403])('asks once where RazorpayX answers %i, and says that it refuses access', async (status) => {
    let asked = 0;
    double.failing = () => ((asked += 1), status);
    const { code, stdout } = await compare();
    expect([code, asked]).toEqual([2, 1]);
    expect(stdout).toMatch(
      new RegExp(
        `\\nNOT READ: .*: RazorpayX answered ${status}: it refuses the credentials, or the address that asks\\.\\n`,
      ),
    );
    double.failing = () => null;
  });

  it('compares nothing with a list that has what cannot be read', async () => {
    double.override = { amount: 'much' };
    const { code, stdout } = await compare();
    expect([code, stdout]).toEqual([
      2,
      expect.stringMatching(/\nNOT READ: the orders of razorpayx from .*\nWhen it answers/),
    ]);
    expect(stdout).not.toMatch(/No difference|UNKNOWN/);
  });
});
