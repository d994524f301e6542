import { parseUuid } from '../../../shared/ids.js';
import type { PayoutStatus } from './payout-status.js';
import type { ComparedPayout } from './submitted-payouts.js';

/** An order as the bank lists it. */
interface Order {
  readonly reference: string;
  readonly amountPaise: bigint;
  readonly receivedAt: Date;
}

/**
 * `unknown_here`: the bank has an order, but there is no such payout. `not_submitted_here`: the bank has an order for a
 * payout that, as far as Bahi knows, was sent to no bank or to another one. `other_amount`: the amounts of the order
 * and of the payout differ. `listed_twice`: the bank has more than one order for the payout. `unknown_at_bank`: the
 * bank does not have a payout that was submitted; if the payout is processing, recovery asks about it and submits it
 * again.
 */
export const BANK_DIFFERENCES = [
  'unknown_here',
  'not_submitted_here',
  'other_amount',
  'listed_twice',
  'unknown_at_bank',
] as const;

export interface BankDifference {
  readonly kind: (typeof BANK_DIFFERENCES)[number];
  readonly gateway: string;
  readonly reference: string;
  /** The bank's amount; for `unknown_at_bank`, the payout's. */
  readonly amountPaise: bigint;
  /** When the bank received the order; for `unknown_at_bank`, when the payout was requested. */
  readonly at: Date;
  /** The merchant and the status of the payout; null for `unknown_here`. */
  readonly merchantId: string | null;
  readonly status: PayoutStatus | null;
}

/**
 * The id of the payout that the order is for. Banks may write it in capitals. A reference that is no id is unchanged.
 */
export function idIn({ reference }: Pick<Order, 'reference'>): string {
  return parseUuid(reference) ?? reference;
}

/**
 * How a bank's order differs from the payout that it is for.
 * @param isSecond the bank has already listed another order for the payout
 * @returns null if it does not differ
 */
export function differenceOf(
  gateway: string,
  order: Order,
  payout: ComparedPayout | undefined,
  isSecond: boolean,
): BankDifference | null {
  const { reference, amountPaise, receivedAt: at } = order;
  const { merchantId = null, status = null } = payout ?? {};
  const kind = kindOfDifference(gateway, order, payout, isSecond);
  return kind === null ? null : { kind, gateway, reference, amountPaise, at, merchantId, status };
}

function kindOfDifference(
  gateway: string,
  { amountPaise }: Order,
  payout: ComparedPayout | undefined,
  isSecond: boolean,
): BankDifference['kind'] | null {
  if (payout === undefined) return 'unknown_here';
  if (payout.attempts === 0 || payout.gateway !== gateway) return 'not_submitted_here';
  if (payout.amountPaise !== amountPaise) return 'other_amount';
  return isSecond ? 'listed_twice' : null;
}

export function unknownAtBank(gateway: string, payout: ComparedPayout): BankDifference {
  const { id: reference, amountPaise, createdAt: at, merchantId, status } = payout;
  return { kind: 'unknown_at_bank', gateway, reference, amountPaise, at, merchantId, status };
}

/** Whether a repeated request may be paid a second time: the bank has an order that does not match what Bahi knows. */
export function mayBePaidTwice({ kind }: BankDifference): boolean {
  return kind !== 'unknown_at_bank';
}
