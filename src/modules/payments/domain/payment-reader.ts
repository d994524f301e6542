import type { BoundedCount } from '../../../shared/bounded-count.js';
import type { ChosenGateways } from '../../../shared/submissions/chosen-gateways.js';
import { DueOrders } from '../../../shared/submissions/due-orders.js';
import type { DueSubmission, WaitingSubmission } from '../../../shared/submissions/due-submission.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { Slice } from '../../../shared/slice.js';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import type { PaymentEvent, PaymentState, RefundState, RefundStatus } from './payment-state.js';
import type { PaymentStatus } from './payment-status.js';
import { found } from '../../../shared/found.js';
import { PaymentNotFound, RefundNotFound } from './refusals.js';
import type { Currency } from '../../gateways/gateways.language.js';

export interface PaymentFilter {
  /** Null: every merchant's, for operators. */
  readonly merchantId: string | null;
  /** One alone; null: any. */
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
  /** Null: every merchant's, for operators. */
  readonly merchantId: string | null;
  /** One alone; null: any. */
  readonly id?: string | null;
  readonly status: RefundStatus | null;
  readonly needsAttention: boolean | null;
  readonly waitingFor: WaitingFor | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
  readonly minAmountPaise: bigint | null;
  readonly maxAmountPaise: bigint | null;
}

/** Whose timeline: a payment's, or one of its refunds'. */
export interface PaymentTimeline {
  readonly merchantId: string;
  readonly paymentId: string;
  readonly refundId: string | null;
}

/** A refund beside the currency of its payment. */
export type ListedRefund = RefundState & Pick<PaymentState, 'currency'>;

/** A payment or a refund whose next step is due. */
export interface DuePayment extends DueSubmission {
  readonly paymentId: string;
  /** Null: the payment itself. */
  readonly refundId: string | null;
}

/** One that waits, with what decides which providers may take it. */
export interface WaitingPayment extends DuePayment, WaitingSubmission {
  /** Null: no provider has it yet. */
  readonly gateway: string | null;
  readonly currency: Currency;
}

/** Ordinary reads of payments and refunds, outside the write path. */
export abstract class PaymentReader extends DueOrders<DuePayment, WaitingPayment> {
  /** @param merchantId null: whoever's it is, for operators */
  abstract find(merchantId: string | null, id: string): Promise<PaymentState | null>;

  /** @throws PaymentNotFound */
  async get(merchantId: string | null, id: string): Promise<PaymentState> {
    return found(await this.find(merchantId, id), PaymentNotFound);
  }

  /** @param merchantId null: whoever's it is, for operators */
  abstract findRefund(merchantId: string | null, id: string): Promise<RefundState | null>;

  /** @throws RefundNotFound */
  async getRefund(merchantId: string | null, id: string): Promise<RefundState> {
    return found(await this.findRefund(merchantId, id), RefundNotFound);
  }

  /** @returns how many refunds of the merchant have not ended, and `upTo` when there are more */
  abstract openRefunds(merchantId: string, upTo: number): Promise<number>;
  /** Those that were chosen for payments of a period, slice by slice. */
  abstract providersOf(from: Date, to: Date): AsyncIterable<ChosenGateways>;
  abstract list(filter: PaymentFilter, slice: Slice): Promise<PaymentState[]>;
  /** How many there are, or `upTo` where there are more. */
  abstract count(filter: PaymentFilter, upTo: number, askedBy: string): Promise<number>;
  /** The same of each filter, all of one moment, and of so many at most: no more are looked at. */
  abstract countAmong(filters: readonly PaymentFilter[], upTo: number, askedBy: string): Promise<BoundedCount[]>;
  /** A page of a payment's timeline, its refunds' entries included; of one refund, if it is given. The oldest first. */
  abstract timeline(of: PaymentTimeline, slice: Slice): Promise<TimelineRow<PaymentStatus>[]>;
  /** When each of them last came to need attention, and why; null where its timeline does not say. */
  abstract attention(orders: readonly PaymentTimeline[]): Promise<(PaymentEvent | null)[]>;
  /** What has to do with these attempts of the payment, or of its refund; both included, and where the next one begins. */
  abstract attempts(of: PaymentTimeline, from: number, to: number): Promise<PaymentEvent[]>;
  /** How the timeline of one of them is read. */
  timelineOf(of: PaymentTimeline) {
    return {
      timeline: (slice: Slice) => this.timeline(of, slice),
      entries: (from: number, to: number) => this.attempts(of, from, to),
    };
  }

  /** Refunds of all payments. */
  abstract listRefunds(filter: RefundFilter, slice: Slice): Promise<ListedRefund[]>;
  /** How many of them there are, or `upTo` where there are more. */
  abstract countRefunds(filter: RefundFilter, upTo: number, askedBy: string): Promise<number>;
  abstract countRefundsAmong(filters: readonly RefundFilter[], upTo: number, askedBy: string): Promise<BoundedCount[]>;
  /** Those of one payment. */
  abstract refunds(merchantId: string, paymentId: string, slice: Slice): Promise<RefundState[]>;
}
