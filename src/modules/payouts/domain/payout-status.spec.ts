import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../shared/domain-error.js';
import {
  ACTOR_KINDS,
  type ActorKind,
  allowedStatuses,
  assertTransition,
  InvalidTransition,
  isOpen,
  kindOfActor,
  PAYOUT_STATUSES,
  type PayoutStatus,
} from './payout-status.js';

/** Moves from the row's status to the column's: `x` allowed, `.` not. Written by hand from the design, not the code. */
const EXPECTED: Record<ActorKind, string> = {
  merchant: `
               pending  processing  completed  failed  cancelled  reversed
    pending    .        .           .          .       x          .
    processing .        .           .          .       .          .
    completed  .        .           .          .       .          .
    failed     .        .           .          .       .          .
    cancelled  .        .           .          .       .          .
    reversed   .        .           .          .       .          .`,
  operator: `
               pending  processing  completed  failed  cancelled  reversed
    pending    .        x           .          .       x          .
    processing .        .           x          x       .          .
    completed  .        .           .          .       .          .
    failed     .        .           .          .       .          .
    cancelled  .        .           .          .       .          .
    reversed   .        .           .          .       .          .`,
  system: `
               pending  processing  completed  failed  cancelled  reversed
    pending    .        x           .          .       .          .
    processing .        .           .          x       .          .
    completed  .        .           .          .       .          .
    failed     .        .           .          .       .          .
    cancelled  .        .           .          .       .          .
    reversed   .        .           .          .       .          .`,
  bank: `
               pending  processing  completed  failed  cancelled  reversed
    pending    .        .           .          .       .          .
    processing .        .           x          x       .          .
    completed  .        .           .          .       .          x
    failed     .        .           .          .       .          .
    cancelled  .        .           .          .       .          .
    reversed   .        .           .          .       .          .`,
};

interface Pair {
  readonly actor: ActorKind;
  readonly from: PayoutStatus;
  readonly to: PayoutStatus;
  readonly may: boolean;
}

const PAIRS: readonly Pair[] = Object.entries(EXPECTED).flatMap(([actor, grid]) => {
  const [columns, ...rows] = grid
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/)) as [PayoutStatus[], ...[PayoutStatus, ...string[]][]];
  return rows.flatMap(([from, ...cells]) =>
    cells.map((cell, i) => ({ actor: actor as ActorKind, from, to: columns[i]!, may: cell === 'x' })),
  );
});

describe('the expected moves', () => {
  it('speak of every pair of statuses for every actor', () => {
    expect(PAYOUT_STATUSES).toEqual(['pending', 'processing', 'completed', 'failed', 'cancelled', 'reversed']);
    expect(ACTOR_KINDS).toEqual(['merchant', 'operator', 'system', 'bank']);
    expect(PAIRS).toHaveLength(4 * 6 * 6);
    expect(new Set(PAIRS.map(({ actor, from, to }) => `${actor} ${from} ${to}`)).size).toBe(4 * 6 * 6);
    expect(PAIRS.filter(({ may }) => may)).toHaveLength(1 + 4 + 2 + 3);
  });
});

describe.each(ACTOR_KINDS)('a %s', (who) => {
  const allowedFrom = (status: PayoutStatus): PayoutStatus[] =>
    PAIRS.filter(({ actor, from, may }) => actor === who && from === status && may).map(({ to }) => to);

  it.each(PAIRS.filter(({ actor, may }) => actor === who && may))(
    'moves a payout from $from to $to',
    ({ from, to }) => {
      expect(() => assertTransition(who, from, to)).not.toThrow();
    },
  );

  it.each(PAIRS.filter(({ actor, may }) => actor === who && !may))(
    'cannot move a payout from $from to $to, and hears what it can do',
    ({ from, to }) => {
      let refusal: unknown = null;
      try {
        assertTransition(who, from, to);
      } catch (error) {
        refusal = error;
      }
      expect(refusal).toBeInstanceOf(InvalidTransition);
      expect(refusal).toBeInstanceOf(DomainError);
      expect(refusal).toMatchObject({
        code: 'invalid_transition',
        message: `A payout that is ${from} cannot become ${to} this way.`,
        extensions: { current_status: from, allowed_statuses: allowedFrom(from) },
      });
    },
  );

  it.each(PAYOUT_STATUSES)('may make the table’s moves from %s', (from) => {
    expect([...allowedStatuses(who, from)].sort()).toEqual(allowedFrom(from).sort());
  });
});

describe('a status', () => {
  it.each([
    ['pending', true],
    ['processing', true],
    ['completed', false],
    ['failed', false],
    ['cancelled', false],
    ['reversed', false],
  ] as const)('of %s means that the money is still held: %s', (status, open) => {
    expect(isOpen(status)).toBe(open);
  });
});

describe('an actor', () => {
  it.each([
    ['merchant:k1', 'merchant'],
    ['operator:k1', 'operator'],
    ['bank:bank-simulator', 'bank'],
    ['system', 'system'],
    ['bank:a:b', 'bank'],
  ])('written as %s is a %s', (actor, kind) => {
    expect(kindOfActor(actor)).toBe(kind);
  });

  it.each(['', ':', 'k1', 'Merchant:k1', 'merchants:k1', ' system', 'toString'])(
    'cannot be written as "%s"',
    (actor) => {
      expect(() => kindOfActor(actor)).toThrow(new RangeError(`not an actor: ${actor}`));
    },
  );
});
