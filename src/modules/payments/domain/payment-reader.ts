import type { OrderList } from '../../../shared/order-list.js';
import type { ChosenGateways } from '../../../shared/submissions/chosen-gateways.js';
import { DueOrders } from '../../../shared/submissions/due-orders.js';
import type { DueSubmission, WaitingSubmission } from '../../../shared/submissions/due-submission.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { Slice } from '../../../shared/slice.js';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import type { PaymentEvent, PaymentState, RefundState, RefundStatus } from './payment-state.js';
import type { PaymentStatus } from './payment-status.js';
import { foundOrThrow } from '../../../shared/found-or-throw.js';
import { PaymentNotFound, RefundNotFound } from './refusals.js';
import type { Currency } from '../../gateways/gateways.language.js';

export interface PaymentFilter {
  /** Null: the payments of all merchants, for operators. */
  readonly merchantId: string | null;
  /** Only this payment; null: any. */
  readonly id?: string | null;
  readonly status: PaymentStatus | null;
  readonly currency: Currency | null;
  readonly referenceId: string | null;
  readonly needsAttention: boolean | null;
  readonly waitingFor: WaitingFor | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
  /** In minor units. */
  readonly minAmount: bigint | null;
  readonly maxAmount: bigint | null;
}

export interface RefundFilter {
  /** Null: the refunds of all merchants, for operators. */
  readonly merchantId: string | null;
  /** Only this refund; null: any. */
  readonly id?: string | null;
  readonly status: RefundStatus | null;
  readonly needsAttention: boolean | null;
  readonly waitingFor: WaitingFor | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
  readonly minAmountPaise: bigint | null;
  readonly maxAmountPaise: bigint | null;
}

/** Identifies a timeline: a payment's, or that of one of its refunds. */
export interface PaymentTimeline {
  readonly merchantId: string;
  readonly paymentId: string;
  readonly refundId: string | null;
}

/** A refund with the currency of its payment. */
export type ListedRefund = RefundState & Pick<PaymentState, 'currency'>;

/** A payment or a refund whose next step is due. */
export interface DuePayment extends DueSubmission {
  readonly paymentId: string;
  /** Null: the payment itself. */
  readonly refundId: string | null;
}

/** A payment or a refund that waits, with what decides which providers may take it. */
export interface WaitingPayment extends DuePayment, WaitingSubmission {
  /** Null: no provider has it yet. */
  readonly gateway: string | null;
  readonly currency: Currency;
}

/** Ordinary reads of payments and refunds, outside the write path. */
export abstract class PaymentReader extends DueOrders<DuePayment, WaitingPayment> {
  /** @param merchantId null: any merchant's payment, for operators */
  abstract find(merchantId: string | null, id: string): Promise<PaymentState | null>;

  /** @throws PaymentNotFound */
  async get(merchantId: string | null, id: string): Promise<PaymentState> {
    return foundOrThrow(await this.find(merchantId, id), PaymentNotFound);
  }

  /** @param merchantId null: any merchant's refund, for operators */
  abstract findRefund(merchantId: string | null, id: string): Promise<RefundState | null>;

  /** @throws RefundNotFound */
  async getRefund(merchantId: string | null, id: string): Promise<RefundState> {
    return foundOrThrow(await this.findRefund(merchantId, id), RefundNotFound);
  }

  /** @returns how many refunds of the merchant have not ended, or `upTo` if there are more */
  abstract openRefunds(merchantId: string, upTo: number): Promise<number>;
  /** The providers that were chosen for payments of a period, slice by slice. */
  abstract providersOf(from: Date, to: Date): AsyncIterable<ChosenGateways>;
  abstract readonly list: OrderList<PaymentFilter, PaymentState>;
  /** A page of a payment's timeline with its refunds' entries, or only those of one refund. The oldest entry first. */
  abstract timeline(of: PaymentTimeline, slice: Slice): Promise<TimelineRow<PaymentStatus>[]>;
  /** The entry that says when and why each order last came to need attention; null if its timeline has none. */
  abstract attention(orders: readonly PaymentTimeline[]): Promise<(PaymentEvent | null)[]>;
  /**
   * The entries about these attempts, both included, of the payment or refund, and the entry that begins the next one.
   */
  abstract attempts(of: PaymentTimeline, from: number, to: number): Promise<PaymentEvent[]>;
  /** How the timeline of one payment or refund is read. */
  timelineOf(of: PaymentTimeline) {
    return {
      timeline: (slice: Slice) => this.timeline(of, slice),
      entries: (from: number, to: number) => this.attempts(of, from, to),
    };
  }

  /** The refunds of all payments. */
  abstract readonly refundList: OrderList<RefundFilter, ListedRefund>;
  /** The refunds of one payment. */
  abstract refunds(merchantId: string, paymentId: string, slice: Slice): Promise<RefundState[]>;
}
