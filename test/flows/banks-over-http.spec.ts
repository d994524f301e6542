import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../support/bahi.js';
import { type BankName, openBahiWith, postCallback } from '../support/banks-over-http.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

const BANKS: readonly BankName[] = ['razorpayx', 'cashfree', 'toy-bank'];

describe.each(BANKS)('a payout through %s', (name) => {
  let double: Awaited<ReturnType<typeof openBahiWith>>['double'];
  let bahi: Bahi;
  let acme: Merchant;

  beforeAll(async () => {
    ({ bahi, double } = await openBahiWith(name, { PROCESSING_TIMEOUT_SECONDS: '3' }));
    acme = await bahi.aMerchant({ rupees: 1_000, accounts: [] });
  }, 60_000);

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
  }, 60_000);

  it('is ended by a callback, and its money comes back by another', async () => {
    const { available } = await acme.balance();
    const { id } = await acme.aPayout(100, { to: '0007' });
    await until('the bank has it', () => double.timesPaid(id) === 1);
    expect(await post(id, 'succeeded')).toBe(200);
    await acme.until(id, 'completed');
    // The bank still says to an inquiry that it has paid: the money cannot be here yet.
    expect(await post(id, 'returned')).toBe(200);
    await until('it was looked at', async () => (await bahi.count(LOOKED_AT, [id])) === 1);
    expect((await acme.payout(id)).status).toBe('completed');
    double.returnNow(id);
    await acme.until(id, 'reversed');
    expect((await acme.balance()).available).toBe(available);
    expect(await bahi.findings()).toEqual([]);
  }, 60_000);

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
  }, 60_000);
});

const LOOKED_AT = `gateway_callbacks WHERE reference = $1 AND ending ->> 'kind' = 'returned' AND tries > 0`;
