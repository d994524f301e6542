import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';

const TIMEOUT_MS = 2_000;

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: { PROCESSING_TIMEOUT_SECONDS: `${TIMEOUT_MS / 1_000}` } });
  acme = await bahi.aMerchant({ rupees: 500 });
});

afterAll(() => bahi.close());

describe('a worker that is frozen while it claims a payout, and woken after the lease', () => {
  it('sends nothing: the bank is asked first, and pays once', async () => {
    const { id } = await acme.aPayout(100);
    const book = await bahi.sqlSession();
    await book.lock(acme);
    const worker = await bahi.process('worker');
    await bahi.waitingFor('books');

    worker.signal('SIGSTOP');
    await book.rollback();
    // Longer than the lease: the test is about the time during which nobody hears from the worker.
    await new Promise((resolve) => setTimeout(resolve, 2 * TIMEOUT_MS));
    worker.signal('SIGCONT');

    await acme.until(id, 'completed');
    const timeline = await acme.timeline(id);
    const [first, second] = timeline.filter(({ type }) => type === 'payout.processing');
    expect([first?.data['attempt'], second?.data['attempt']]).toEqual([1, 2]);
    const between = timeline.slice(timeline.indexOf(first!), timeline.indexOf(second!));
    expect(between.filter(({ data }) => JSON.stringify(data).includes('"not_found"'))).not.toEqual([]);
    expect(await bahi.bank.submissions(id)).toBe(1);
    expect(await bahi.bank.timesPaid(id)).toBe(1);
  });
});
