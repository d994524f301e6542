import { parseUuid } from '../../../shared/ids.js';
import type { PayoutStatus } from './payout-status.js';
import type { ComparedPayout } from './submitted-payouts.js';

/** As a bank lists it. */
interface Order {
  readonly reference: string;
  readonly amountPaise: bigint;
  readonly receivedAt: Date;
}

/**
 * `unknown_here`: the bank has an order that no payout is for. `not_submitted_here`: it has one for a payout that, as far as
 * is known here, no bank was sent, or another one. `other_amount`: for a payout of another amount. `listed_twice`: it has
 * more than one for the payout. `unknown_at_bank`: a payout that was submitted is not there; recovery asks about one that
 * is processing, and submits it again.
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
  /** As the bank has it; of what is not there, as the payout has it. */
  readonly amountPaise: bigint;
  /** When the bank took it on; of what is not there, when the payout was requested. */
  readonly at: Date;
  /** Of the payout. */
  readonly merchantId: string | null;
  readonly status: PayoutStatus | null;
}

/** Which payout it would be for. Banks may write its id in capitals; what is nobody's id stays as it is. */
export function idIn({ reference }: Pick<Order, 'reference'>): string {
  return parseUuid(reference) ?? reference;
}

/**
 * How a bank's order differs from what is known of it.
 * @param isSecond the bank has listed another one for the payout
 * @returns null where it does not
 */
export function differenceOf(
  gateway: string,
  order: Order,
  payout: ComparedPayout | undefined,
  isSecond: boolean,
): BankDifference | null {
  const { reference, amountPaise, receivedAt: at } = order;
  const { merchantId = null, status = null } = payout ?? {};
  const kind =
    payout === undefined
      ? 'unknown_here'
      : payout.attempts === 0 || payout.gateway !== gateway
        ? 'not_submitted_here'
        : payout.amountPaise !== amountPaise
          ? 'other_amount'
          : isSecond
            ? 'listed_twice'
            : null;
  return kind === null ? null : { kind, gateway, reference, amountPaise, at, merchantId, status };
}

export function unknownAtBank(gateway: string, payout: ComparedPayout): BankDifference {
  const { id: reference, amountPaise, createdAt: at, merchantId, status } = payout;
  return { kind: 'unknown_at_bank', gateway, reference, amountPaise, at, merchantId, status };
}

/** Whether a repeat of it may be paid a second time: the bank has it, and it is not known here that it has. */
export function mayBePaidTwice({ kind }: BankDifference): boolean {
  return kind !== 'unknown_at_bank';
}
