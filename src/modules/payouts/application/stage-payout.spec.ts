import { describe, expect, it } from '@jest/globals';
import { BrokenInvariant } from '../../../shared/assert.js';
import { Money } from '../../../shared/money.js';
import { Book } from '../../../platform/group-commit/book.js';
import { outboxEvents, outboxHeads } from '../../../platform/outbox/outbox.js';
import { after, aPayout, BANK, CLOSED, REQUESTED_AT, TIMEOUT_MS, UTR } from '../../../../test/support/a-payout.js';
import { headOf, post } from '../../ledger/application/post.js';
import { adjustment, InsufficientFunds } from '../../ledger/domain/ledger.js';
import { ledgerHeads, ledgerTransactions } from '../../ledger/domain/ledger-tables.js';
import { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { payoutEvents, payoutReferences, payoutRows } from '../domain/payout-tables.js';
import { stagePayout, payoutIn } from './stage-payout.js';
import { payoutView } from './payout-view.js';
import { moment } from '../../../../test/support/moments.js';

const MERCHANT = '01980000-0000-7000-8000-00000000000a';
const ID = '019b8c6c-5078-7d02-8a11-0c0ffee12345';
const BY_MERCHANT = { now: moment(after(50)), actor: 'merchant:k1' };
const BY_BANK = { now: moment(after(50)), actor: `bank:${BANK}` };

/** A new merchant's book with ₹100 in it. */
function aFundedBook(): Book {
  const book = new Book(MERCHANT);
  const balances = { available: 0n, held: 0n, paid_out: 0n, received: 0n, fees: 0n, taxes: 0n };
  book.fill(ledgerHeads, '', { seq: 0, id: null, hash: new Uint8Array(32), balances });
  book.fill(payoutRows, ID, undefined);
  book.fill(outboxHeads, '', { id: null, sequence: 0 });
  book.open(REQUESTED_AT.getTime(), null);
  post(book, adjustment('opening', 100_00n, { actor: 'operator:o1', reason: 'opening balance' }));
  return book;
}

function aRequestedPayout(change: Partial<PayoutState> = {}): Payout {
  const { id, merchantId, bankAccountId, recipient, amount, mode, referenceId, narration } = {
    ...aPayout().state,
    ...change,
  };
  const requested = { id, merchantId, bankAccountId, recipient, amount, mode, referenceId, narration };
  return Payout.request(requested, { now: moment(REQUESTED_AT), actor: 'merchant:k1' }, after(TIMEOUT_MS));
}

/** Requests the payout on the book, then stages what `verb` does to it. */
function endedBy(verb: (payout: Payout) => void): Book {
  const book = aFundedBook();
  stagePayout(book, aRequestedPayout());
  const payout = payoutIn(book, ID)!;
  verb(payout);
  stagePayout(book, payout);
  return book;
}

const submit = (payout: Payout): void =>
  payout.submit(BANK, after(TIMEOUT_MS), { now: moment(after(10)), actor: 'system' });

const movementsOn = (book: Book) =>
  book.staged(ledgerTransactions).map(({ row: { kind, cause, actor, entries } }) => ({
    kind,
    about: cause.id,
    actor,
    entries: entries.map(({ account, amountPaise }) => `${account} ${amountPaise}`),
  }));

const timelineOf = (book: Book) =>
  book.staged(payoutEvents).map(({ key, row }) => [key, row.seq, row.type, row.from, row.to]);
const announcedBy = (book: Book) => book.staged(outboxEvents).map(({ row }) => row.type);

describe('staging a new payout', () => {
  it('holds its amount, begins its timeline and emits its event, all on one book', () => {
    const book = aFundedBook();
    stagePayout(book, aRequestedPayout());
    expect(movementsOn(book).slice(1)).toEqual([
      { kind: 'payout_hold', about: ID, actor: 'merchant:k1', entries: ['available -6000', 'held 6000'] },
    ]);
    expect(headOf(book).balances).toMatchObject({ available: 40_00n, held: 60_00n });
    expect(timelineOf(book)).toEqual([[`${ID}/1`, 1, 'payout.requested', null, 'pending']]);
    expect(book.staged(payoutRows)).toMatchObject([{ key: ID, isNew: true, row: { status: 'pending', events: 1 } }]);
    expect(announcedBy(book)).toEqual(['payout.requested']);
  });

  it('is refused when the amount is not there, and the decision leaves nothing', () => {
    const book = aFundedBook();
    const tooMuch = aRequestedPayout({ amount: Money.ofPaise(100_01n) });
    expect(() => book.savepoint(() => stagePayout(book, tooMuch))).toThrow(InsufficientFunds);
    expect(headOf(book).balances).toMatchObject({ available: 100_00n, held: 0n });
    expect([timelineOf(book), announcedBy(book), book.staged(payoutRows)]).toEqual([[], [], []]);
  });

  it('takes its reference, so that a second request of the batch finds it', () => {
    const book = aFundedBook();
    stagePayout(book, aRequestedPayout({ referenceId: 'invoice 7' }));
    expect(book.get(payoutReferences, 'invoice 7')).toBe(ID);
    const other = aFundedBook();
    stagePayout(other, aRequestedPayout());
    expect(other.staged(payoutReferences)).toEqual([]);
  });
});

describe('staging a payout that has moved', () => {
  it('leaves the money alone while the bank has it', () => {
    const book = endedBy(submit);
    expect(movementsOn(book).map(({ kind }) => kind)).toEqual(['adjustment', 'payout_hold']);
    expect(timelineOf(book)).toEqual([
      [`${ID}/1`, 1, 'payout.requested', null, 'pending'],
      [`${ID}/2`, 2, 'payout.processing', 'pending', 'processing'],
    ]);
  });

  it('moves no money when it is submitted again, or an operator sends it off', () => {
    const book = endedBy((payout) => {
      payout.sendOff({ now: moment(after(5)), actor: 'operator:o1', reason: 'now' });
      submit(payout);
    });
    const again = payoutIn(book, ID)!;
    again.plan({ nextStep: 'submit', nextAttemptAt: after(20) }, moment(after(20)));
    submit(again);
    stagePayout(book, again);
    expect(movementsOn(book).map(({ kind }) => kind)).toEqual(['adjustment', 'payout_hold']);
    expect(timelineOf(book).map(([key]) => key)).toEqual([`${ID}/1`, `${ID}/2`, `${ID}/3`, `${ID}/4`]);
  });

  it('settles the hold when the bank has paid', () => {
    const book = endedBy((payout) => {
      submit(payout);
      payout.complete(UTR, BY_BANK);
    });
    expect(movementsOn(book).slice(2)).toEqual([
      { kind: 'payout_settlement', about: ID, actor: `bank:${BANK}`, entries: ['held -6000', 'paid_out 6000'] },
    ]);
    expect(headOf(book).balances).toMatchObject({ available: 40_00n, held: 0n, paid_out: 60_00n });
  });

  it.each([
    ['failed', (payout: Payout) => (submit(payout), payout.fail(CLOSED, BY_BANK)), `bank:${BANK}`],
    ['was cancelled', (payout: Payout) => payout.cancel(BY_MERCHANT), 'merchant:k1'],
  ])('gives the hold back when it %s', (_, verb, actor) => {
    const book = endedBy(verb);
    expect(movementsOn(book).slice(2)).toEqual([
      { kind: 'payout_release', about: ID, actor, entries: ['available 6000', 'held -6000'] },
    ]);
    expect(headOf(book).balances).toMatchObject({ available: 100_00n, held: 0n, paid_out: 0n });
  });

  it('moves the money once when it is cancelled and archived in one go', () => {
    const book = endedBy((payout) => {
      payout.cancel(BY_MERCHANT);
      payout.archive(BY_MERCHANT);
    });
    expect(movementsOn(book).map(({ kind }) => kind)).toEqual(['adjustment', 'payout_hold', 'payout_release']);
    expect(announcedBy(book)).toEqual(['payout.requested', 'payout.cancelled', 'payout.archived']);
  });

  it.each([
    ['archived', (payout: Payout) => payout.archive(BY_MERCHANT)],
    ['contradicted by the bank', (payout: Payout) => payout.contradict({ bank_says: { kind: 'succeeded' } }, BY_BANK)],
  ])('moves no money after the end, when it is %s', (_, verb) => {
    const book = endedBy((payout) => payout.cancel(BY_MERCHANT));
    const ended = payoutIn(book, ID)!;
    verb(ended);
    stagePayout(book, ended);
    expect(movementsOn(book)).toHaveLength(3);
    expect(headOf(book).balances).toMatchObject({ available: 100_00n, held: 0n });
  });

  it('writes the row once, as a change, with its latest state', () => {
    const book = new Book(MERCHANT);
    const { state } = aPayout({ status: 'processing' });
    const balances = { available: 0n, held: 60_00n, paid_out: 0n, received: -60_00n, fees: 0n, taxes: 0n };
    book.fill(ledgerHeads, '', { seq: 2, id: ID, hash: new Uint8Array(32), balances });
    book.fill(payoutRows, ID, state);
    book.fill(outboxHeads, '', { id: ID, sequence: 2 });
    book.open(after(1_000).getTime(), null);
    for (const verb of [
      (payout: Payout) => payout.plan({ inquiries: 1 }, moment(after(1_000))),
      (payout: Payout) => payout.complete(UTR, BY_BANK),
    ]) {
      const payout = payoutIn(book, ID)!;
      verb(payout);
      stagePayout(book, payout);
    }
    expect(book.staged(payoutRows)).toMatchObject([
      { key: ID, isNew: false, row: { status: 'completed', inquiries: 1, utr: UTR, events: 3 } },
    ]);
    expect(timelineOf(book)).toEqual([[`${ID}/3`, 3, 'payout.completed', 'processing', 'completed']]);
  });
});

describe('a payout in its book', () => {
  it('may not be there', () => {
    expect(payoutIn(aFundedBook(), ID)).toBeNull();
  });

  it('must have been looked for', () => {
    expect(() => payoutIn(aFundedBook(), 'another')).toThrow(BrokenInvariant);
  });

  it('is restored with its invariants', () => {
    const book = aFundedBook();
    book.put(payoutRows, ID, { ...aPayout({ status: 'completed' }).state, utr: null });
    expect(() => payoutIn(book, ID)).toThrow('a completed payout has a UTR');
  });
});

describe('the events of a payout', () => {
  it('are numbered, and say what the payout was before; what changes no status says nothing of that', () => {
    const book = endedBy((payout) => {
      submit(payout);
      payout.raiseAttention('the bank is silent', BY_BANK);
      payout.fail(CLOSED, BY_BANK);
      payout.archive(BY_MERCHANT);
    });
    const shown = book.staged(outboxEvents).map(({ row }) => [row.sequence, row.type, row.previousStatus]);
    expect(shown).toEqual([
      [1, 'payout.requested', null],
      [2, 'payout.processing', 'pending'],
      [3, 'payout.needs_attention', null],
      [4, 'payout.failed', 'processing'],
      [null, 'payout.archived', null],
    ]);
    expect(new Set(book.staged(outboxEvents).flatMap(({ row }) => row.objectId ?? []))).toEqual(new Set([ID]));
  });

  it('are not repeated when it is submitted once more', () => {
    const book = endedBy(submit);
    const again = payoutIn(book, ID)!;
    again.plan({ nextStep: 'submit', nextAttemptAt: after(20) }, moment(after(20)));
    submit(again);
    stagePayout(book, again);
    expect(book.staged(outboxEvents).map(({ row }) => row.sequence)).toEqual([1, 2, null]);
  });

  it('shows the last four digits of the account and no more', () => {
    const book = aFundedBook();
    stagePayout(book, aRequestedPayout());
    const [event] = book.staged(outboxEvents);
    expect(event!.row.object).toContain('"account_number_last4":"6789"');
    expect(JSON.stringify(event!.row)).not.toContain('00012345');
    expect(event!.row).toMatchObject({ merchantId: MERCHANT, createdAt: REQUESTED_AT });
  });

  it('is the payout as the API shows it, amounts as integers and times in UTC with milliseconds', () => {
    const failed = aPayout({ status: 'failed', referenceId: 'r1', narration: 'November' }).state;
    expect(payoutView(failed, 'merchant')).toEqual({
      id: ID,
      merchant_id: MERCHANT,
      bank_account_id: '01980000-0000-7000-8000-00000000000b',
      amount_paise: 6000,
      currency: 'INR',
      status: 'failed',
      mode: 'IMPS',
      reference_id: 'r1',
      narration: 'November',
      recipient: { name: 'Asha Rao', account_number_last4: '6789', ifsc: 'HDFC0000001', vpa: null },
      utr: null,
      failure: { ...CLOSED, next_action: 'Ask the recipient for another bank account, and pay to that one.' },
      attempts: 1,
      waiting_for: null,
      needs_attention: false,
      created_at: '2026-01-05T04:30:00.000Z',
      updated_at: '2026-01-05T04:30:00.002Z',
      revision: failed.revision,
      allowed_statuses: [],
    });
    const completed = payoutView(aPayout({ status: 'completed' }).state, 'merchant');
    expect(completed).toMatchObject({ utr: UTR, failure: null, attempts: 1 });
  });
});
