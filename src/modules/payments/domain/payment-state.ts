import type { ReaderKind } from '../../../shared/submissions/submission-view.js';
import type { TimelineEntry } from '../../../shared/submissions/timeline.js';
import type { Credit, RefundTotals } from './credit.js';
import type { PaymentStatus } from './payment-status.js';
import type { ProviderState } from './provider-state.js';
import type { Currency } from '../../gateways/gateways.language.js';

/** Who pays. */
export interface Customer {
  readonly name: string | null;
  readonly email: string | null;
  /** What is charged, as the provider names it; never a card number. */
  readonly paymentMethod: string | null;
}

export interface PaymentState extends ProviderState {
  readonly id: string;
  readonly merchantId: string;
  /** In minor units of the currency. */
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly description: string | null;
  readonly customer: Customer | null;
  readonly purposeCode: string | null;
  readonly referenceId: string | null;
  readonly status: PaymentStatus;
  /**
   * The provider that has, or may have, the payment. Null until it is first submitted; never another one after that.
   */
  readonly gateway: string | null;
  /** What the merchant is credited with when the charge succeeds; known before the payer is charged. */
  readonly credit: Credit | null;
  /** The provider's id of the rate that it has promised. */
  readonly quoteId: string | null;
  /** In open and in successful refunds together. */
  readonly claimed: RefundTotals;
  /** Of that, in successful ones. */
  readonly refunded: Pick<RefundTotals, 'minor' | 'paise'>;
  /** How many events the timeline has. */
  readonly events: number;
  /** The head of its chain; null: it has none yet. */
  readonly timelineHash: Uint8Array | null;
}

export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** The statuses that somebody with such a key may move a refund to. An operator ends an open one; nobody else does. */
export function allowedRefundStatuses(by: ReaderKind, from: RefundStatus): readonly RefundStatus[] {
  return by === 'operator' && from === 'pending' ? ['failed'] : [];
}

export interface RefundState extends ProviderState {
  readonly id: string;
  readonly merchantId: string;
  readonly paymentId: string;
  readonly amountMinor: bigint;
  /** What goes back to `received`, at the capture's rate. */
  readonly amountPaise: bigint;
  /** What of the fee is given back to the merchant; the rest of the amount is held. */
  readonly feePaise: bigint;
  readonly taxPaise: bigint;
  readonly status: RefundStatus;
}

/**
 * One line of a payment's timeline, its refunds included (`data.refund_id`): `payment.created`, then
 * `payment.<status>`; `refund.requested`, `refund.processing`, `refund.<status>`; of both `….waiting`,
 * `….needs_attention`, `….gateway_disagreed`, and `….gateway_answered` for an answer that changed nothing.
 */
export type PaymentEvent = TimelineEntry<PaymentStatus>;
