import type { BalancesAt } from './book-over-time.js';
import type { Account, TransactionKind } from './transaction.js';

/** The kinds of transactions that move money against the usual direction of their accounts. */
export type ApartKind = Extract<TransactionKind, 'payout_reversal' | 'refund' | 'adjustment'>;

/** What transactions of one kind did to one account on one day. */
export interface ApartSum {
  /** The index of the day among those that were asked for. */
  readonly day: number;
  readonly kind: ApartKind;
  readonly account: Account;
  /** The sum of the positive amounts, and the sum of the negative ones as a positive number. */
  readonly gainedPaise: bigint;
  readonly lostPaise: bigint;
}

/** What came in and went out, in paise, for `available` and `held` together. A hold is neither. */
export interface DayFlows {
  readonly openingPaise: bigint;
  readonly closingPaise: bigint;
  /** Credited, after fee and tax. */
  readonly paymentsPaise: bigint;
  /** Payouts whose money has come back. */
  readonly returnedPaise: bigint;
  readonly adjustmentsInPaise: bigint;
  readonly payoutsPaise: bigint;
  /** What refunds took from the merchant. */
  readonly refundsPaise: bigint;
  readonly adjustmentsOutPaise: bigint;
  /** Deducted from payments, less what refunds gave back. Part of neither sum. */
  readonly feesPaise: bigint;
  readonly taxesPaise: bigint;
}

/**
 * Computed from the balances at both ends of the day and from the transactions that moved money against the usual
 * direction, without reading the many others. The accounts of a book always sum to zero, so this always adds up:
 * opening + in − out = closing.
 * @param apart the sums of this day
 */
export function dayFlows(opening: BalancesAt, closing: BalancesAt, apart: readonly ApartSum[]): DayFlows {
  const change = (account: Account): bigint => closing.accounts[account] - opening.accounts[account];
  const sum = (kind: ApartKind, account: Account, side: 'gainedPaise' | 'lostPaise'): bigint =>
    apart.find((one) => one.kind === kind && one.account === account)?.[side] ?? 0n;

  const returnedPaise = sum('payout_reversal', 'paid_out', 'lostPaise');
  const adjustmentsInPaise = sum('adjustment', 'received', 'lostPaise');
  const adjustmentsOutPaise = sum('adjustment', 'received', 'gainedPaise');
  const refunded = sum('refund', 'received', 'gainedPaise');
  const givenBack = sum('refund', 'fees', 'lostPaise') + sum('refund', 'taxes', 'lostPaise');
  const captured = refunded + adjustmentsOutPaise - adjustmentsInPaise - change('received');
  const deducted = change('fees') + change('taxes') + givenBack;
  return {
    openingPaise: totalOf(opening),
    closingPaise: totalOf(closing),
    paymentsPaise: captured - deducted,
    returnedPaise,
    adjustmentsInPaise,
    payoutsPaise: change('paid_out') + returnedPaise,
    refundsPaise: refunded - givenBack,
    adjustmentsOutPaise,
    feesPaise: change('fees'),
    taxesPaise: change('taxes'),
  };
}

export function inPaise({ paymentsPaise, returnedPaise, adjustmentsInPaise }: DayFlows): bigint {
  return paymentsPaise + returnedPaise + adjustmentsInPaise;
}

export function outPaise({ payoutsPaise, refundsPaise, adjustmentsOutPaise }: DayFlows): bigint {
  return payoutsPaise + refundsPaise + adjustmentsOutPaise;
}

function totalOf({ accounts }: BalancesAt): bigint {
  return accounts.available + accounts.held;
}
