import { describe, expect, it } from '@jest/globals';
import { BrokenInvariant } from '../../../shared/assert.js';
import { MAX_PAISE, Money } from '../../../shared/money.js';
import { AmountTooLarge } from './amount-too-large.js';
import {
  adjustment,
  append,
  hold,
  InsufficientFunds,
  type LedgerHead,
  type Posting,
  release,
  settlement,
} from './ledger.js';
import { type Account, chainHash, GENESIS } from './transaction.js';

const MERCHANT = '01980000-0000-7000-8000-00000000000a';
const ID = '019b8c6b-49bb-7b21-9c3e-5f0a1b2c3d4e';
const NOW = new Date('2026-01-05T04:30:00.120Z');
const NOTHING = { available: 0n, held: 0n, paid_out: 0n, received: 0n, fees: 0n, taxes: 0n };
const rupees = (amount: number): Money => Money.ofPaise(BigInt(amount) * 100n);

const aHead = (balances: Partial<Record<Account, bigint>> = {}): LedgerHead => ({
  seq: 0,
  id: null,
  hash: GENESIS,
  balances: { ...NOTHING, ...balances },
});

const appended = (head: LedgerHead, posting: Posting) => append(MERCHANT, head, posting, ID, NOW);

const legs = (amounts: Posting['legs']): Posting => ({
  kind: 'payment',
  cause: { type: 'payment', id: 'p1' },
  legs: amounts,
  actor: 'system',
});

describe('a movement of money', () => {
  it('out of nowhere is received and available', () => {
    const posting = adjustment('opening', 100_00n, { actor: 'operator:o1', reason: 'opening balance' });
    expect(appended(aHead(), posting).transaction).toMatchObject({
      kind: 'adjustment',
      cause: { type: 'adjustment', id: 'opening' },
      actor: 'operator:o1',
      reason: 'opening balance',
      entries: [
        { account: 'available', amountPaise: 100_00n, balancePaise: 100_00n },
        { account: 'received', amountPaise: -100_00n, balancePaise: -100_00n },
      ],
    });
  });

  it('out of nowhere can be taken back', () => {
    const { head } = appended(
      aHead({ available: 50n, received: -50n }),
      adjustment('back', -20n, { actor: 'operator:o1', reason: 'wrong' }),
    );
    expect(head.balances).toEqual({ ...NOTHING, available: 30n, received: -30n });
  });

  it.each([
    ['holds', hold, 'payout_hold', { available: 60_00n, held: 100_00n, paid_out: 0n }],
    ['settles', settlement, 'payout_settlement', { available: 100_00n, held: 20_00n, paid_out: 40_00n }],
    ['releases', release, 'payout_release', { available: 140_00n, held: 20_00n, paid_out: 0n }],
  ] as const)('%s what a payout is about', (_, verb, kind, balances) => {
    const before = aHead({ available: 100_00n, held: 60_00n, received: -160_00n });
    const { transaction, head } = appended(before, verb('p1', rupees(40), 'merchant:k1'));
    expect(transaction).toMatchObject({
      kind,
      cause: { type: 'payout', id: 'p1' },
      actor: 'merchant:k1',
      reason: null,
    });
    expect(head.balances).toEqual({ ...NOTHING, received: -160_00n, ...balances });
  });
});

describe('a book', () => {
  it('gives each transaction the next place, chained to the one before it', () => {
    const first = appended(aHead(), adjustment('a', 500n, { actor: 'operator:o1', reason: 'r' }));
    expect(first.transaction).toMatchObject({
      merchantId: MERCHANT,
      seq: 1,
      id: ID,
      createdAt: NOW,
      reversesSeq: null,
    });
    expect(first.transaction.prevHash).toBe(GENESIS);
    expect(first.transaction.hash).toEqual(chainHash(GENESIS, first.transaction));
    expect(first.head).toMatchObject({ seq: 1, id: ID, hash: first.transaction.hash });

    const id = ID.replace(/e$/, 'f');
    const second = append(MERCHANT, first.head, hold('p1', Money.ofPaise(200n), 'merchant:k1'), id, NOW);
    expect(second.transaction).toMatchObject({ seq: 2, id, prevHash: first.transaction.hash });
    expect(second.transaction.hash).toEqual(chainHash(first.transaction.hash, second.transaction));
    expect(second.head).toEqual({
      seq: 2,
      id,
      lowBelowPaise: null,
      hash: second.transaction.hash,
      balances: { ...NOTHING, available: 300n, held: 200n, received: -500n },
    });
  });

  it('does not change the head that it was given', () => {
    const head = aHead({ available: 100n, received: -100n });
    appended(head, hold('p1', Money.ofPaise(100n), 'merchant:k1'));
    expect(head).toEqual(aHead({ available: 100n, received: -100n }));
  });

  it('lists entries in the order of its accounts, however the posting names them, and none of zero', () => {
    const posting = legs({ taxes: 3n, fees: 2n, received: -105n, held: 0n, available: 100n });
    expect(
      appended(aHead(), posting).transaction.entries.map(({ account, amountPaise }) => [account, amountPaise]),
    ).toEqual([
      ['available', 100n],
      ['received', -105n],
      ['fees', 2n],
      ['taxes', 3n],
    ]);
  });

  it('records what is reversed with the transaction', () => {
    const posting = { ...legs({ available: 1n, paid_out: -1n }), reversesSeq: 5 };
    expect(appended(aHead(), posting).transaction.reversesSeq).toBe(5);
  });

  it('spends its last paisa and refuses the one after it', () => {
    const head = aHead({ available: 100_00n });
    expect(appended(head, hold('p1', Money.ofPaise(100_00n), 'merchant:k1')).head.balances).toMatchObject({
      available: 0n,
    });
    const refused = () => appended(head, hold('p1', Money.ofPaise(100_01n), 'merchant:k1'));
    expect(refused).toThrow(InsufficientFunds);
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'insufficient_funds',
        extensions: { available_paise: 100_00, amount_paise: 100_01 },
      }),
    );
  });

  it('refuses to take out by hand what is not available', () => {
    expect(() =>
      appended(aHead({ available: 10n, held: 500n }), adjustment('a', -11n, { actor: 'operator:o1', reason: 'r' })),
    ).toThrow(InsufficientFunds);
  });

  it.each([
    ['settle', settlement],
    ['release', release],
  ])('cannot %s more than is held: that is a mistake of ours, not of a caller', (_, verb) => {
    const head = aHead({ available: 100_00n, held: 59n });
    expect(() => appended(head, verb('p1', Money.ofPaise(60n), 'bank:b'))).toThrow(BrokenInvariant);
    expect(() => appended(head, verb('p1', Money.ofPaise(60n), 'bank:b'))).toThrow('held cannot fall below zero');
    expect(appended(head, verb('p1', Money.ofPaise(59n), 'bank:b')).head.balances.held).toBe(0n);
  });

  it('lets all other accounts go below zero', () => {
    const posting = legs({ available: 10n, paid_out: -1n, received: -2n, fees: -3n, taxes: -4n });
    expect(appended(aHead(), posting).head.balances).toEqual({
      available: 10n,
      held: 0n,
      paid_out: -1n,
      received: -2n,
      fees: -3n,
      taxes: -4n,
    });
  });

  it('holds no balance that JSON could not show, neither above nor below zero', () => {
    const full = appended(aHead(), adjustment('all', MAX_PAISE, { actor: 'operator:o1', reason: 'r' })).head;
    expect(full.balances).toMatchObject({ available: MAX_PAISE, received: -MAX_PAISE });
    expect(() => appended(full, adjustment('one', 1n, { actor: 'operator:o1', reason: 'r' }))).toThrow(
      'The balance of available would exceed ₹9,00,71,99,25,47,409.91.',
    );
    expect(() => appended(aHead({ received: -MAX_PAISE }), legs({ available: 1n, received: -1n }))).toThrow(
      'The balance of received',
    );
    expect(() => appended(aHead({ fees: MAX_PAISE }), legs({ received: -1n, fees: 1n }))).toThrow(AmountTooLarge);
  });

  it.each<[string, Posting['legs']]>([
    ['nothing', {}],
    ['zeros only', { available: 0n, held: 0n }],
    ['one leg', { available: 1n }],
    ['legs that sum to one paisa', { available: 100n, received: -99n }],
    ['legs that sum to minus one paisa', { available: 99n, received: -100n }],
    ['legs of equal sign', { available: 5n, fees: 5n }],
  ])('takes no posting of %s', (_, amounts) => {
    expect(() => appended(aHead(), legs(amounts))).toThrow(BrokenInvariant);
    expect(() => appended(aHead(), legs(amounts))).toThrow('a transaction has entries on both sides that sum to zero');
  });
});
