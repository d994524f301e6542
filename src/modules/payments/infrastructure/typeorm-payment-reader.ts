import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { OrderList } from '../../../shared/order-list.js';
import type { ChosenGateways } from '../../../shared/submissions/chosen-gateways.js';
import type {
  DueSubmission,
  SweepPosition,
  WaitingOrders,
  WaitingPlaces,
} from '../../../shared/submissions/due-submission.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { Slice } from '../../../shared/slice.js';
import type { LongestPlan, NextStep } from '../../../shared/submissions/submission.js';
import {
  bound,
  Database,
  findState,
  ListQuery,
  Lists,
  PointReads,
  table,
  template,
} from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import {
  chosenGateways,
  DueSubmissions,
  StoredOrders,
  type TimelineOf,
} from '../../../platform/orders/orders.public.js';
import {
  type DuePayment,
  type ListedRefund,
  type PaymentFilter,
  PaymentReader,
  type PaymentTimeline,
  type RefundFilter,
  type WaitingPayment,
} from '../domain/payment-reader.js';
import { type PaymentEvent, type PaymentState, REFUND_STATUSES, type RefundState } from '../domain/payment-state.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../domain/payment-status.js';
import { CURRENCIES, type Currency } from '../../gateways/gateways.language.js';
import { paymentEntity, paymentEventRows, payments, refundEntity, refunds } from './payment-row.js';

type RoutedBy = Pick<WaitingPayment, 'gateway' | 'currency'>;

const ROUTED_BY = `jsonb_build_object('gateway', t.gateway, 'currency', t.currency)`;

/** A refund goes to the provider that has the charge. */
const due = new DueSubmissions<RoutedBy>([
  { name: 'payments', shownAs: 'payment', routedBy: ROUTED_BY },
  {
    name: 'refunds',
    shownAs: 'refund',
    parentId: 'payment_id',
    routedBy: template`(SELECT ${ROUTED_BY.replaceAll('t.', 'p.')} FROM ${table('payments')} p
         WHERE p.merchant_id = t.merchant_id AND p.id = t.payment_id)`,
  },
]);

const CURRENCIES_OF = `
  SELECT p.id, p.currency FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN payments p ON p.merchant_id = wanted.merchant_id AND p.id = wanted.id AND ${bound('p.merchant_id', 3)}`;

/** Every open refund has a next step, and a date for it. */
const OPEN_REFUNDS = `
  SELECT count(*)::int AS count FROM (
    SELECT FROM refunds WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL LIMIT $2) AS open`;

@Injectable()
export class TypeormPaymentReader extends PaymentReader {
  readonly list: OrderList<PaymentFilter, PaymentState>;
  readonly refundList: OrderList<RefundFilter, ListedRefund>;

  constructor(
    @InjectRepository(paymentEntity) private readonly rows: Repository<StoredRow>,
    @InjectRepository(refundEntity) private readonly refundRows: Repository<StoredRow>,
    private readonly database: Database,
    private readonly reads: PointReads,
    private readonly lists: Lists,
  ) {
    super();
    this.list = new StoredOrders(lists, paymentsOf, (rows) => rows.map(payments.fromRow));
    this.refundList = new StoredOrders(lists, refundsOf, (rows) => this.withCurrencies(rows.map(refunds.fromRow)));
  }

  find(merchantId: string | null, id: string): Promise<PaymentState | null> {
    return findState(this.rows, payments.fromRow, this.reads, merchantId, id);
  }

  findRefund(merchantId: string | null, id: string): Promise<RefundState | null> {
    return findState(this.refundRows, refunds.fromRow, this.reads, merchantId, id);
  }

  providersOf(from: Date, to: Date): AsyncIterable<ChosenGateways> {
    return chosenGateways(this.database, 'payments', { from, to });
  }

  timeline(of: PaymentTimeline, slice: Slice): Promise<TimelineRow<PaymentStatus>[]> {
    return paymentEventRows.page(this.reads, entriesOf(of, ''), slice);
  }

  async attention(orders: readonly PaymentTimeline[]): Promise<(PaymentEvent | null)[]> {
    const found = new Map<PaymentTimeline, PaymentEvent | null>();
    for (const what of ['payment', 'refund'] as const) {
      const those = orders.filter(({ refundId }) => (refundId === null) === (what === 'payment'));
      const entries = await paymentEventRows.last(
        this.reads,
        `${what}.needs_attention`,
        those.map((order) => entriesOf(order, '')),
      );
      those.forEach((order, i) => found.set(order, entries[i] ?? null));
    }
    return orders.map((order) => found.get(order) ?? null);
  }

  attempts(of: PaymentTimeline, from: number, to: number): Promise<PaymentEvent[]> {
    return paymentEventRows.attempts(this.reads, entriesOf(of, 'payment.'), from, to);
  }

  async openRefunds(merchantId: string, upTo: number): Promise<number> {
    const [row] = await this.reads.query<{ count: number }>(OPEN_REFUNDS, [merchantId, upTo]);
    return row!.count;
  }

  async refunds(merchantId: string, paymentId: string, slice: Slice): Promise<RefundState[]> {
    const query = new ListQuery('refunds', refunds.list('p'))
      .among('p.merchant_id', 'uuid', [merchantId])
      .among('p.payment_id', 'uuid', [paymentId])
      .page(slice);
    return (await this.lists.read<StoredRow>(query)).map(refunds.fromRow);
  }

  private async withCurrencies(all: readonly RefundState[]): Promise<ListedRefund[]> {
    const merchantIds = all.map(({ merchantId }) => merchantId);
    const ids = all.map(({ paymentId }) => paymentId);
    const rows = await this.reads.placement.ofShards(merchantIds, (boundTo) =>
      this.reads.query<{ id: string; currency: Currency }>(CURRENCIES_OF, [merchantIds, ids, boundTo]),
    );
    const currencies = new Map(rows.map(({ id, currency }) => [id, currency]));
    return all.map((refund) => ({ ...refund, currency: currencies.get(refund.paymentId)! }));
  }

  async due(step: NextStep, limit: number, after: SweepPosition | null): Promise<DuePayment[]> {
    return (await due.read(this.database, step, limit, after)).map(withPayment);
  }

  async misdated(limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<DuePayment[]> {
    return (await due.readMisdated(this.database, limit, after, longest)).map(withPayment);
  }

  async waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<WaitingPayment[]> {
    return (await due.readWaiting(this.database, wanted, limit, after)).map(waitingPayment);
  }

  waitingPlaces(): Promise<WaitingPlaces> {
    return due.readPlaces(this.database);
  }

  async waitingAt(places: WaitingPlaces, limit: number, after: string | null): Promise<WaitingPayment[]> {
    return (await due.readWaitingAt(this.database, places, limit, after)).map(waitingPayment);
  }
}

function waitingPayment(found: Awaited<ReturnType<typeof due.readWaiting>>[number]): WaitingPayment {
  const { routedBy, waitingFor, waitingAt, ...due } = found;
  return { ...withPayment(due), waitingFor, waitingAt, ...routedBy };
}

function withPayment({ parentId, ...submission }: DueSubmission & { readonly parentId: string | null }): DuePayment {
  return parentId === null
    ? { ...submission, paymentId: submission.id, refundId: null }
    : { ...submission, paymentId: parentId, refundId: submission.id };
}

/** @param kind which of a payment's own entries are wanted; those of a refund always begin with `refund.` */
function entriesOf({ merchantId, paymentId: orderId, refundId }: PaymentTimeline, kind: string): TimelineOf {
  if (refundId === null) return { merchantId, orderId, kind };
  return { merchantId, orderId, kind: 'refund.', about: { refund_id: refundId } };
}

function paymentsOf(filter: PaymentFilter): ListQuery {
  return paymentsIndexedBy(filter).amount('amount_minor', { min: filter.minAmount, max: filter.maxAmount });
}

function refundsOf(filter: RefundFilter): ListQuery {
  return refundsIndexedBy(filter).amount('amount_paise', { min: filter.minAmountPaise, max: filter.maxAmountPaise });
}

/** Chooses the index by the filters; the other filters are applied to the rows that it finds. */
function paymentsIndexedBy(filter: PaymentFilter): ListQuery {
  const { merchantId, id = null, status, currency, referenceId, needsAttention, waitingFor } = filter;
  const rest = { status, currency, needs_attention: needsAttention };
  if (id !== null || referenceId !== null)
    return new ListQuery('payments', payments.list('p'))
      .byKey({ id, reference_id: referenceId, merchant_id: merchantId })
      .waiting(waitingFor)
      .equal(rest);
  const anything = status === null && currency === null;
  const special = waitingFor !== null || needsAttention === true;
  const ofAll = anything && !special ? 'plain' : 'of all';
  const query = new ListQuery('payments', payments.list('p'), merchantId === null ? ofAll : 'of one');
  if (merchantId !== null) query.ofMerchant(merchantId);
  if (waitingFor !== null) return query.waiting(waitingFor).equal(rest);
  // Few payments need attention; they have an index of their own.
  if (needsAttention === true) return query.where('p.needs_attention').equal({ status, currency });
  query.equal({ needs_attention: needsAttention });
  if (anything) return query;
  return query
    .among('p.status', 'text', status === null ? PAYMENT_STATUSES : [status])
    .among('p.currency', 'text', currency === null ? CURRENCIES : [currency]);
}

function refundsIndexedBy({ merchantId, id = null, status, needsAttention, waitingFor }: RefundFilter): ListQuery {
  const rest = { status, needs_attention: needsAttention };
  if (id !== null)
    return new ListQuery('refunds', refunds.list('p'))
      .byKey({ id, merchant_id: merchantId })
      .waiting(waitingFor)
      .equal(rest);
  const query = new ListQuery('refunds', refunds.list('p'), merchantId === null ? 'of all' : 'of one');
  if (merchantId !== null) query.ofMerchant(merchantId);
  if (waitingFor !== null) return query.waiting(waitingFor).equal(rest);
  return query
    .among('p.status', 'text', status === null ? REFUND_STATUSES : [status])
    .among('p.needs_attention', 'boolean', needsAttention === null ? [false, true] : [needsAttention]);
}
