import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BookPoint, ExpectedHead, VerifiedBook } from '../../src/modules/ledger/application/verified-book.js';
import { VerifyBooks } from '../../src/modules/ledger/application/verify-books.js';
import { headOf, operator, RUPEE, VerifiedBooks } from '../support/verified-books.js';
import type { TestMerchant } from '../support/write-process.js';

let books: VerifiedBooks;

beforeAll(async () => {
  books = await VerifiedBooks.open();
});

afterAll(() => books.close());

describe('a book that was verified before', () => {
  const verifySince = (merchant: TestMerchant, since: ExpectedHead): Promise<VerifiedBook> =>
    books.verify(merchant, { since: new Map([[merchant.id, since]]) });

  const codesSince = (merchant: TestMerchant, since: ExpectedHead): Promise<string[]> =>
    books.codesOf(merchant, { since: new Map([[merchant.id, since]]) });

  /** A book that went on after it was verified: the pending payout was paid, and another was requested and is open. */
  async function grown() {
    const merchant = await books.aBook();
    const since = headOf(await books.verify(merchant));
    await books.complete(merchant, merchant.pending);
    return { ...merchant, since, requested: await books.aPayout(merchant, 5n * RUPEE) };
  }

  it('is read from there on, comes to the same head, and says what was not read', async () => {
    const merchant = await grown();
    const whole = await books.verify(merchant);
    const after = await verifySince(merchant, merchant.since);
    expect(after).toEqual({ ...whole, unread: 6, adjustments: [] });
    expect(after).toMatchObject({ transactions: 8, findings: [] });
    expect(await verifySince(merchant, headOf(whole))).toMatchObject({ transactions: 8, unread: 8, findings: [] });
  });

  it.each([
    [
      'a new transaction',
      'HASH_MISMATCH',
      `UPDATE ledger_transactions SET actor = 'x' WHERE seq = 7 AND merchant_id = $1`,
    ],
    [
      'a new balance',
      'BALANCE_MISMATCH',
      `UPDATE ledger_entries SET balance_paise = 1 WHERE account = 'held' AND seq = 8 AND merchant_id = $1`,
    ],
    [
      'a payout of since',
      'PAYOUT_MISMATCH',
      `UPDATE payouts SET recipient_name = 'Eve' WHERE merchant_id = $1 AND status = 'pending'`,
    ],
    ['one that was paid since', 'PAYOUT_MISMATCH', `UPDATE payouts SET recipient_name = 'Eve' WHERE id = $2`],
    ['its timeline', 'TIMELINE_MISMATCH', `DELETE FROM payout_events WHERE payout_id = $2 AND seq = 2`],
    [
      'the held money',
      'HELD_MISMATCH',
      `UPDATE payouts SET amount_paise = amount_paise + 1 WHERE merchant_id = $1 AND status = 'pending'`,
    ],
    [
      'a new timeline of nothing',
      'PAYOUT_MISMATCH',
      `DELETE FROM payouts WHERE merchant_id = $1 AND status = 'pending'`,
    ],
  ])('finds what was done to %s', async (_what, code, statement) => {
    const merchant = await grown();
    const values = [merchant.id, merchant.pending].slice(0, statement.includes('$2') ? 2 : 1);
    const text = statement.includes('$1') ? statement : statement.replace('$2', '$1');
    await books.tamper([text, statement.includes('$1') ? values : [merchant.pending]]);
    expect(await codesSince(merchant, merchant.since)).toContain(code);
  });

  it('finds what was done to a payout that was open then and is open still', async () => {
    const merchant = await books.aBook();
    const since = headOf(await books.verify(merchant));
    await books.tamper([`UPDATE payouts SET recipient_name = 'Eve' WHERE id = $1`, [merchant.pending]]);
    expect(await codesSince(merchant, since)).toEqual(['PAYOUT_MISMATCH']);
  });

  it('names each fault once, though the payout is new, has moved money and is open', async () => {
    const merchant = await grown();
    await books.tamper([
      `UPDATE payouts SET recipient_name = 'Eve' WHERE id = ANY($1)`,
      [[merchant.pending, merchant.requested]],
    ]);
    const { findings } = await verifySince(merchant, merchant.since);
    expect(findings.map(({ detail }) => detail.split(' ')[1]).sort()).toEqual(
      [merchant.pending, merchant.requested].sort(),
    );
  });

  it('does not find what was changed before and has moved no money since: a full run does', async () => {
    const merchant = await grown();
    await books.tamper([`UPDATE payouts SET recipient_name = 'Eve' WHERE id = $1`, [merchant.completed]]);
    await books.tamper([
      `UPDATE ledger_transactions SET reason = 'x' WHERE merchant_id = $1 AND seq = 2`,
      [merchant.id],
    ]);
    expect(await codesSince(merchant, merchant.since)).toEqual([]);
    expect(await books.codesOf(merchant)).toEqual(['HASH_MISMATCH', 'PAYOUT_MISMATCH']);
  });

  it('finds one UTR on a payout of since and one of before', async () => {
    const merchant = await grown();
    await books.tamper([
      'UPDATE payouts SET utr = (SELECT utr FROM payouts WHERE id = $1) WHERE id = $2',
      [merchant.completed, merchant.pending],
    ]);
    expect(await codesSince(merchant, merchant.since)).toEqual(['TIMELINE_MISMATCH', 'UTR_REUSED']);
  });

  it.each([
    ['was changed', `UPDATE ledger_transactions SET actor = 'x' WHERE merchant_id = $1 AND seq = 6`],
    ['is gone', `DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq >= 6`],
  ])('is read whole where the transaction %s', async (_how, statement) => {
    const merchant = await grown();
    await books.tamper([statement, [merchant.id]]);
    const { findings, unread } = await verifySince(merchant, merchant.since);
    expect(findings[0]).toMatchObject({
      code: 'HEAD_MISMATCH',
      detail: expect.stringContaining('the whole book was read'),
    });
    expect(unread).toBe(0);
  });

  it('goes on wherever it was stopped, and finds nothing twice', async () => {
    const merchant = await books.aBook();
    const moved = await books.aPayout(merchant, RUPEE);
    const since = new Map([[merchant.id, headOf(await books.verify(merchant))]]);
    await books.service.change(merchant, moved, (payout, now) => payout.cancel(operator(now)));
    const requested = await books.aPayout(merchant, RUPEE);
    const payouts = [merchant.pending, moved, requested];
    await books.tamper([`UPDATE payouts SET recipient_name = 'Eve' WHERE id = ANY($1)`, [payouts]]);
    const points: BookPoint[] = [];
    const whole = await books.verify(merchant, { since, watch: ({ point }) => points.push(point!()) });
    expect(whole.findings).toHaveLength(payouts.length);
    for (const point of points) {
      const resume = { verified: new Map(), within: { merchantId: merchant.id, point } };
      expect(await books.verify(merchant, { since, resume })).toEqual(whole);
    }
  });

  it('shows where a head that was given is not that of its own content', async () => {
    const merchant = await grown();
    await books.tamper([
      'UPDATE ledger_entries SET amount_paise = amount_paise + 1 WHERE merchant_id = $1 AND seq = 6',
      [merchant.id],
    ]);
    expect(await codesSince(merchant, merchant.since)).toContain('HEAD_MISMATCH');
  });

  it('is compared with a head that was stored of what is not read', async () => {
    const merchant = await grown();
    const stored = (await books.transactionsOf(merchant))[2]!;
    const expected = { seq: 3, hash: Buffer.from(stored.hash).toString('hex') };
    const withHead = (expectedHead: ExpectedHead): Promise<VerifiedBook> =>
      books.verify(merchant, { expectedHead, since: new Map([[merchant.id, merchant.since]]) });
    expect(await withHead(expected)).toMatchObject({ unread: 6, findings: [] });
    const another = { ...expected, hash: 'ab'.repeat(32) };
    expect((await withHead(another)).findings).toMatchObject([
      { code: 'HEAD_MISMATCH', detail: `transaction 3 has the hash ${expected.hash}, expected ${another.hash}` },
    ]);
    await books.tamper([
      `UPDATE ledger_transactions SET reason = 'x' WHERE merchant_id = $1 AND seq = 3`,
      [merchant.id],
    ]);
    expect((await withHead(expected)).findings).toMatchObject([{ code: 'HEAD_MISMATCH' }]);
  });

  it('shows balances of before that do not sum to nothing', async () => {
    const merchant = await grown();
    await books.tamper([
      `UPDATE ledger_entries SET balance_paise = balance_paise + 1 WHERE merchant_id = $1 AND account = 'received'`,
      [merchant.id],
    ]);
    expect(await codesSince(merchant, merchant.since)).toEqual(['BALANCE_MISMATCH']);
  });
});

describe('a run that was stopped', () => {
  /** Where the run was after each slice. */
  async function pointsOf(merchant: TestMerchant): Promise<BookPoint[]> {
    const points: BookPoint[] = [];
    await books.verify(merchant, {
      watch: ({ point }) => points.push(JSON.parse(JSON.stringify(point!())) as BookPoint),
    });
    return points;
  }

  const goOn = (merchant: TestMerchant, point: BookPoint): Promise<VerifiedBook> =>
    books.verify(merchant, { resume: { verified: new Map(), within: { merchantId: merchant.id, point } } });

  it('goes on wherever it was, and comes to the same end', async () => {
    const merchant = await books.aBook();
    const whole = await books.verify(merchant);
    const points = await pointsOf(merchant);
    expect(points.map(({ part }) => part?.name)).toEqual(expect.arrayContaining([undefined, 'UTRs', 'payouts']));
    for (const point of points) expect(await goOn(merchant, point)).toEqual(whole);
  });

  it('has not forgotten what it had found', async () => {
    const merchant = await books.aBook();
    await books.tamper([
      `UPDATE ledger_transactions SET actor = 'x' WHERE merchant_id = $1 AND seq = 3`,
      [merchant.id],
    ]);
    await books.tamper([`UPDATE payouts SET recipient_name = 'Eve' WHERE id = $1`, [merchant.completed]]);
    const whole = await books.verify(merchant);
    for (const point of await pointsOf(merchant)) expect(await goOn(merchant, point)).toEqual(whole);
  });

  it('does not read again what it has read, and reads what has come since', async () => {
    const merchant = await books.aBook();
    const [point] = await pointsOf(merchant);
    await books.aPayout(merchant, RUPEE);
    await books.tamper([
      `UPDATE ledger_transactions SET reason = 'x' WHERE merchant_id = $1 AND seq = 3`,
      [merchant.id],
    ]);
    expect(await goOn(merchant, point!)).toMatchObject({ transactions: 7, findings: [] });
  });

  it('leaves out the books that it had verified', async () => {
    const [first, second] = [await books.aBook(), await books.aBook()];
    const verified = new Map([[first.id, headOf(await books.verify(first))]]);
    const found: string[] = [];
    for await (const { merchantId } of new VerifyBooks(books.archive).execute(null, {
      resume: { verified, within: null },
    }))
      found.push(merchantId);
    expect(found).not.toContain(first.id);
    expect(found).toContain(second.id);
  });

  it('does not go on with books that are not those', async () => {
    const merchant = await books.aBook();
    const stored = headOf(await books.verify(merchant));
    const anew = new VerifyBooks(books.archive);
    const [point] = await pointsOf(merchant);
    const verified = { verified: new Map([[merchant.id, stored]]), within: null };
    const within = { verified: new Map(), within: { merchantId: merchant.id, point: point! } };
    for (const fitting of [verified, within]) expect(await anew.misfit(fitting)).toBeNull();
    await books.tamper([
      `UPDATE ledger_transactions SET hash = sha256('x') WHERE merchant_id = $1 AND seq = 6`,
      [merchant.id],
    ]);
    for (const other of [verified, within]) expect(await anew.misfit(other)).toMatchObject({ stored });
    await books.tamper([`DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq = 6`, [merchant.id]]);
    expect(await anew.misfit(verified)).toEqual({ merchantId: merchant.id, stored, found: null });
  });
});
