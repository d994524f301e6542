import { describe, expect, it } from '@jest/globals';
import { Money } from '../../../shared/money.js';
import { type ApartSum, dayFlows, inPaise, outPaise } from './day-flows.js';
import { countDays, dayOf, daysAfter, startOf } from './indian-day.js';
import { adjustment, hold, type Posting, release, reversal, settlement } from './ledger.js';
import type { BalancesAt } from './book-over-time.js';
import { credit, refund, refundHold, refundRelease } from './payment-postings.js';
import { type Account, ACCOUNTS, type TransactionKind } from './transaction.js';

const BY = 'system';
const NOTHING = Object.fromEntries(ACCOUNTS.map((account) => [account, 0n])) as BalancesAt['accounts'];

/** The balances of the ledger after these movements, and those movements that are read one by one. */
function dayWith(opening: BalancesAt, postings: readonly Posting[]): { closing: BalancesAt; apart: ApartSum[] } {
  const accounts = { ...opening.accounts };
  const apart = new Map<string, { kind: ApartSum['kind']; account: Account; gainedPaise: bigint; lostPaise: bigint }>();
  for (const { kind, legs } of postings)
    for (const [account, paise] of Object.entries(legs) as [Account, bigint][]) {
      accounts[account] += paise;
      if (!isApart(kind)) continue;
      const key = `${kind}:${account}`;
      const sum = apart.get(key) ?? { kind, account, gainedPaise: 0n, lostPaise: 0n };
      if (paise > 0n) sum.gainedPaise += paise;
      else sum.lostPaise -= paise;
      apart.set(key, sum);
    }
  return { closing: { seq: 0, accounts }, apart: [...apart.values()].map((sum) => ({ day: 0, ...sum })) };
}

const isApart = (kind: TransactionKind): kind is ApartSum['kind'] =>
  ['payout_reversal', 'refund', 'adjustment'].includes(kind);

/** Postings of one kind each, with what they add to each figure. */
const MOVES: Readonly<Record<string, readonly [postings: Posting[], adds: Partial<ReturnType<typeof dayFlows>>]>> = {
  funding: [[adjustment('a', 5_000n, { actor: BY, reason: 'x' })], { adjustmentsInPaise: 5_000n }],
  'taking out': [[adjustment('b', -700n, { actor: BY, reason: 'x' })], { adjustmentsOutPaise: 700n }],
  'a payment': [
    [credit('p', { gross: 1_000n, fee: 20n, tax: 4n, net: 976n }, BY)],
    { paymentsPaise: 976n, feesPaise: 20n, taxesPaise: 4n },
  ],
  'a payout': [[hold('o', Money.ofPaise(300n), BY), settlement('o', Money.ofPaise(300n), BY)], { payoutsPaise: 300n }],
  'a payout that is on its way': [[hold('h', Money.ofPaise(50n), BY)], {}],
  'a payout that failed': [[hold('f', Money.ofPaise(60n), BY), release('f', Money.ofPaise(60n), BY)], {}],
  'a return': [[reversal('o', Money.ofPaise(300n), BY, 1)], { returnedPaise: 300n }],
  'a refund': [
    [refundHold('r', { gross: 400n, fee: 8n, tax: 1n }, BY), refund('r', { gross: 400n, fee: 8n, tax: 1n }, BY)],
    { refundsPaise: 391n, feesPaise: -8n, taxesPaise: -1n },
  ],
  'a refund that failed': [
    [refundHold('s', { gross: 70n, fee: 0n, tax: 0n }, BY), refundRelease('s', { gross: 70n, fee: 0n, tax: 0n }, BY)],
    {},
  ],
};

const START: BalancesAt = { seq: 9, accounts: { ...NOTHING, available: 10_000n, paid_out: 900n, received: -10_900n } };

describe('the flows of a day', () => {
  it.each(Object.entries(MOVES))('show %s as what it is', (_name, [postings, adds]) => {
    const { closing, apart } = dayWith(START, postings);
    const nothing = dayFlows(START, START, []);
    const flows = dayFlows(START, closing, apart);
    expect({ ...flows, closingPaise: 0n }).toEqual({ ...nothing, ...adds, closingPaise: 0n });
    expect(flows.openingPaise + inPaise(flows) - outPaise(flows)).toBe(flows.closingPaise);
  });

  it('are the sums of all that happened, in whatever mixture, and add up', () => {
    const names = Object.keys(MOVES);
    for (let seed = 1; seed <= 200; seed++) {
      const chosen = Array.from(
        { length: seed % 17 },
        (_, i) => MOVES[names[(seed * 7 + i * i * 13) % names.length]!]!,
      );
      const { closing, apart } = dayWith(
        START,
        chosen.flatMap(([postings]) => postings),
      );
      const flows = dayFlows(START, closing, apart);
      const sumOf = (figure: keyof typeof flows): bigint =>
        chosen.reduce((sum, [, adds]) => sum + (adds[figure] ?? 0n), 0n);
      const { openingPaise, closingPaise, ...figures } = flows;
      for (const [figure, paise] of Object.entries(figures))
        expect([figure, paise]).toEqual([figure, sumOf(figure as keyof typeof flows)]);
      expect(openingPaise + inPaise(flows) - outPaise(flows)).toBe(closingPaise);
      expect(closingPaise).toBe(closing.accounts.available + closing.accounts.held);
    }
  });
});

describe('a day in India', () => {
  it('begins half past six in the evening before, by UTC', () => {
    expect(startOf('2026-03-01').toISOString()).toBe('2026-02-28T18:30:00.000Z');
    expect(dayOf(new Date('2026-02-28T18:29:59.999Z'))).toBe('2026-02-28');
    expect(dayOf(new Date('2026-02-28T18:30:00.000Z'))).toBe('2026-03-01');
  });

  it('is followed by the next one, over leap days and the turn of the year', () => {
    expect(daysAfter('2028-02-28', 1)).toBe('2028-02-29');
    expect(daysAfter('2026-12-31', 1)).toBe('2027-01-01');
    expect(daysAfter('2026-03-01', -1)).toBe('2026-02-28');
    expect(countDays('2026-01-01', '2026-12-31')).toBe(365);
    expect(countDays('2026-01-02', '2026-01-01')).toBe(0);
  });
});
