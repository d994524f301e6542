import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  countPayments,
  countRefunds,
  exportPayments,
  exportRefunds,
  getPayment,
  getRefundById,
  listAllRefunds,
  listPaymentAttempts,
  listPaymentEvents,
  listPayments,
  listRefundAttempts,
  listRefundEvents,
  listRefunds,
} from '../../api/generated/sdk.gen.ts';
import type {
  CountPaymentsData,
  CountRefundsData,
  ExportPaymentsData,
  ExportRefundsData,
  ListAllRefundsData,
  ListPaymentsData,
} from '../../api/generated/types.gen.ts';
import { wireOf } from '../../money/paise.ts';
import { isAmountRangeReversed, parseAmount } from '../../money/typed-amount.ts';
import { createdIn, endsBeforeItBegins } from '../../text/days.ts';
import type { PAYMENT_FILTERS, REFUND_FILTERS } from './filter-names.ts';

/** The filters in the address. */
export type PaymentFilters = { readonly [Name in (typeof PAYMENT_FILTERS)[number] | 'cursor']?: string };
export type RefundFilters = { readonly [Name in (typeof REFUND_FILTERS)[number] | 'cursor']?: string };

const ROWS = 50;

/** Whether any filter is set; the cursor is not one. */
export function isFiltered({ cursor: _, ...filters }: PaymentFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

/** Days are days in India, both included. The service refuses values that it does not know. */
function queryOf(filters: PaymentFilters) {
  const { created_from: from, created_to: to, needs_attention: attention, ...rest } = filters;
  const { amount_from: _least, amount_to: _most, ...plain } = rest;
  return {
    ...plain,
    limit: ROWS,
    needs_attention: attention === 'true' || undefined,
    ...createdIn(from, to),
  };
}

const wire = (text: string | undefined, currency: string): number | undefined => {
  const amount = parseAmount(text, currency);
  return amount === null ? undefined : wireOf(amount);
};

/** Amounts are filtered within a period only: if the period or their own range is reversed, they do not filter. */
function amountsOf(filters: PaymentFilters, currency: string) {
  const { created_from: from, created_to: to, amount_from: least, amount_to: most } = filters;
  const isReversed = endsBeforeItBegins(from, to) || isAmountRangeReversed(least, most, currency);
  return isReversed ? [undefined, undefined] : [wire(least, currency), wire(most, currency)];
}

/** Amounts of payments are in the payment's currency; without a currency there is nothing to compare. */
export function paymentQuery(filters: PaymentFilters) {
  const { currency } = filters;
  if (currency === undefined) return queryOf(filters);
  const [least, most] = amountsOf(filters, currency);
  return { ...queryOf(filters), min_amount: least, max_amount: most };
}

export function refundQuery(filters: RefundFilters) {
  const [least, most] = amountsOf(filters, 'INR');
  return { ...queryOf(filters), min_amount_paise: least, max_amount_paise: most };
}

export const payments = (filters: PaymentFilters) =>
  queryOptions({
    queryKey: ['payments', 'list', filters],
    queryFn: ({ signal }) => listPayments({ query: paymentQuery(filters) as ListPaymentsData['query'], signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

/** Everything that matches the filters, on all pages. */
export const paymentsFile = (filters: PaymentFilters) => () =>
  exportPayments({ query: { ...paymentQuery(filters), ...WHOLE_LIST } as ExportPaymentsData['query'] });

export const refundsFile = (filters: RefundFilters) => () =>
  exportRefunds({ query: { ...refundQuery(filters), ...WHOLE_LIST } as ExportRefundsData['query'] });

const WHOLE_LIST = { limit: undefined, cursor: undefined };
const ALL_STATUSES = { ...WHOLE_LIST, status: undefined };

/** The number of rows of each status that match the other filters. */
export const paymentCounts = (filters: PaymentFilters) => {
  const query = { ...paymentQuery(filters), ...ALL_STATUSES } as CountPaymentsData['query'];
  return queryOptions({
    queryKey: ['payments', 'counts', query],
    queryFn: ({ signal }) => countPayments({ query, signal }),
    placeholderData: keepPreviousData,
  });
};

export const refundCounts = (filters: RefundFilters) => {
  const query = { ...refundQuery(filters), ...ALL_STATUSES } as CountRefundsData['query'];
  return queryOptions({
    queryKey: ['refunds', 'counts', query],
    queryFn: ({ signal }) => countRefunds({ query, signal }),
    placeholderData: keepPreviousData,
  });
};

export const payment = (id: string) =>
  queryOptions({ queryKey: ['payments', id], queryFn: ({ signal }) => getPayment({ path: { id }, signal }) });

/** A timeline is short; the service limits its length. */
const WHOLE = { limit: 100 };

export const paymentTimeline = (id: string) =>
  queryOptions({
    queryKey: ['payments', id, 'events'],
    queryFn: ({ signal }) => listPaymentEvents({ path: { id }, query: WHOLE, signal }),
  });

export const paymentAttempts = (id: string) =>
  queryOptions({
    queryKey: ['payments', id, 'attempts'],
    queryFn: ({ signal }) => listPaymentAttempts({ path: { id }, query: WHOLE, signal }),
  });

export const refundsOf = (id: string) =>
  queryOptions({
    queryKey: ['payments', id, 'refunds'],
    queryFn: ({ signal }) => listRefunds({ path: { id }, query: WHOLE, signal }),
  });

export const refunds = (filters: RefundFilters) =>
  queryOptions({
    queryKey: ['refunds', 'list', filters],
    queryFn: ({ signal }) => listAllRefunds({ query: refundQuery(filters) as ListAllRefundsData['query'], signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

export const refund = (id: string) =>
  queryOptions({ queryKey: ['refunds', id], queryFn: ({ signal }) => getRefundById({ path: { id }, signal }) });

export const refundTimeline = (id: string) =>
  queryOptions({
    queryKey: ['refunds', id, 'events'],
    queryFn: ({ signal }) => listRefundEvents({ path: { id }, query: WHOLE, signal }),
  });

export const refundAttempts = (id: string) =>
  queryOptions({
    queryKey: ['refunds', id, 'attempts'],
    queryFn: ({ signal }) => listRefundAttempts({ path: { id }, query: WHOLE, signal }),
  });
