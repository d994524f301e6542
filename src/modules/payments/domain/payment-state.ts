import type { ReaderKind } from '../../../shared/submissions/submission-view.js';
import type { TimelineEntry } from '../../../shared/submissions/timeline.js';
import type { Credit, RefundTotals } from './credit.js';
import type { PaymentStatus } from './payment-status.js';
import type { ProviderState } from './provider-state.js';
import type { Currency } from '../../gateways/gateways.language.js';

/** The payer. */
export interface Customer {
  readonly name: string | null;
  readonly email: string | null;
  /** The payer's means of payment, as the provider names it; never a card number. */
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
  /** The provider's id of the rate that it promised. */
  readonly quoteId: string | null;
  /** The totals of open and successful refunds together. */
  readonly claimed: RefundTotals;
  /** The part of `claimed` in successful refunds. */
  readonly refunded: Pick<RefundTotals, 'minor' | 'paise'>;
  /** The number of entries in the timeline. */
  readonly events: number;
  /** The head of the timeline's hash chain; null: there is none yet. */
  readonly timelineHash: Uint8Array | null;
}

export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** The statuses to which this kind of key may move a refund. Only an operator may end one by hand, if it is open. */
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
  /** The part of the fee that the merchant gets back. The amount without returned fee and tax is held. */
  readonly feePaise: bigint;
  readonly taxPaise: bigint;
  readonly status: RefundStatus;
}

/**
 * One entry of a payment's timeline, which includes its refunds (`data.refund_id`): `payment.created`, then
 * `payment.<status>`; `refund.requested`, `refund.processing`, `refund.<status>`; for both `….waiting`,
 * `….needs_attention`, `….gateway_disagreed`, and `….gateway_answered` for an answer that changed nothing.
 */
export type PaymentEvent = TimelineEntry<PaymentStatus>;
