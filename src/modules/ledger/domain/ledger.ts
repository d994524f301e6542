import { assert } from '../../../shared/assert.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../../../shared/problem.js';
import type { Money } from '../../../shared/money.js';
import { AmountTooLarge, fits } from './amount-too-large.js';
import {
  type Account,
  ACCOUNTS,
  type Cause,
  chainHash,
  type Movement,
  NEVER_NEGATIVE,
  type Transaction,
  type TransactionKind,
} from './transaction.js';

/** The head of a book: its last transaction and the balance of every account. */
export interface LedgerHead {
  /** 0 for a book without transactions. */
  readonly seq: number;
  readonly id: string | null;
  readonly hash: Uint8Array;
  readonly balances: Readonly<Record<Account, bigint>>;
  /** The merchant gets an event when `available` falls below this. Null, or left out: no event. */
  readonly lowBelowPaise?: bigint | null;
}

/** A balanced movement that does not have its place in the book yet. */
export interface Posting {
  readonly kind: TransactionKind;
  readonly cause: Cause;
  readonly legs: Partial<Record<Account, bigint>>;
  readonly actor: string;
  readonly reason?: string;
  readonly reversesSeq?: number;
  readonly requestDigest?: string;
}

export class InsufficientFunds extends DomainError {
  static override readonly problem: Problem = {
    code: 'insufficient_funds',
    status: 422,
    title: 'The available balance is too small',
    meaning: 'The amount is more than `available_paise`. Money held for open payouts and refunds is not available.',
    remedy: 'Wait for money to arrive, or send a smaller amount, with a new Idempotency-Key.',
    remembered: true,
    members: {
      available_paise: { type: 'integer', description: 'The amount that is available.', example: 1_075_504 },
      amount_paise: { type: 'integer', description: 'The amount that was requested.', example: 99_999_999 },
    },
  };

  constructor(availablePaise: bigint, wantedPaise: bigint) {
    super('The available balance does not cover the amount.', {
      available_paise: Number(availablePaise),
      amount_paise: Number(wantedPaise),
    });
  }
}

/** Money in: a correction or a funding by an operator. A negative amount takes money out. */
export function adjustment(
  id: string,
  paise: bigint,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Posting {
  const legs = { received: -paise, available: paise };
  return {
    kind: 'adjustment',
    cause: { type: 'adjustment', id },
    legs,
    actor,
    reason,
  };
}

/**
 * Promises the amount to a payout, so that it cannot be promised to another.
 * @param requestDigest the digest of what was asked for: the same must be sent
 */
export function hold(payoutId: string, amount: Money, actor: string, requestDigest?: string): Posting {
  const legs = { available: -amount.paise, held: amount.paise };
  return { kind: 'payout_hold', cause: { type: 'payout', id: payoutId }, legs, actor, requestDigest };
}

/** The bank has paid: the held money has left. */
export function settlement(payoutId: string, amount: Money, actor: string): Posting {
  return onPayout('payout_settlement', payoutId, { held: -amount.paise, paid_out: amount.paise }, actor);
}

/** The payout ended without a payment by the bank: the held money is available again. */
export function release(payoutId: string, amount: Money, actor: string): Posting {
  return onPayout('payout_release', payoutId, { available: amount.paise, held: -amount.paise }, actor);
}

/**
 * The bank had paid and the money has come back: it is available again.
 * @param settlementSeq the transaction by which it had left
 */
export function reversal(payoutId: string, amount: Money, actor: string, settlementSeq: number): Posting {
  const legs = { available: amount.paise, paid_out: -amount.paise };
  return { ...onPayout('payout_reversal', payoutId, legs, actor), reversesSeq: settlementSeq };
}

function onPayout(kind: TransactionKind, id: string, legs: Posting['legs'], actor: string): Posting {
  return { kind, cause: { type: 'payout', id }, legs, actor };
}

/**
 * Gives the posting the next place in the book.
 * @throws InsufficientFunds when `available` would become negative
 * @throws AmountTooLarge when a balance could no longer be shown
 * @throws BrokenInvariant when the posting is unbalanced, or takes more from `held` than was ever held
 */
export function append(
  merchantId: string,
  head: LedgerHead,
  posting: Posting,
  id: string,
  now: Date,
): { transaction: Transaction; head: LedgerHead } {
  const balances = { ...head.balances };
  const entries = [];
  let sum = 0n;
  for (const account of ACCOUNTS) {
    const amountPaise = posting.legs[account] ?? 0n;
    if (amountPaise === 0n) continue;
    const balancePaise = balances[account] + amountPaise;
    if (account === 'available' && balancePaise < 0n) throw new InsufficientFunds(balances.available, -amountPaise);
    assert(balancePaise >= 0n || !NEVER_NEGATIVE.has(account), `${account} cannot fall below zero`);
    if (!fits(balancePaise)) throw AmountTooLarge.of(`The balance of ${account}`);
    balances[account] = balancePaise;
    entries.push({ account, amountPaise, balancePaise });
    sum += amountPaise;
  }
  assert(sum === 0n && entries.length >= 2, 'a transaction has entries on both sides that sum to zero');
  const movement: Movement = {
    merchantId,
    seq: head.seq + 1,
    id,
    kind: posting.kind,
    cause: posting.cause,
    reversesSeq: posting.reversesSeq ?? null,
    reason: posting.reason ?? null,
    actor: posting.actor,
    requestDigest: posting.requestDigest ?? null,
    createdAt: now,
    entries,
  };
  const hash = chainHash(head.hash, movement);
  return {
    transaction: { ...movement, prevHash: head.hash, hash },
    // Field by field: a spread with replacements costs a microsecond more.
    head: { seq: movement.seq, id, hash, balances, lowBelowPaise: head.lowBelowPaise ?? null },
  };
}
