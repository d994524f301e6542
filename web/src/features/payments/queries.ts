import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
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
  ExportPaymentsData,
  ExportRefundsData,
  ListAllRefundsData,
  ListPaymentsData,
} from '../../api/generated/types.gen.ts';
import { endOfDay, startOfDay } from '../../text/days.ts';

/** As they stand in the address. The service refuses what it does not know. */
export interface PaymentFilters {
  readonly status?: string;
  readonly currency?: string;
  readonly reference_id?: string;
  readonly attention?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: string;
}

export type RefundFilters = Omit<PaymentFilters, 'currency' | 'reference_id'>;

const ROWS = 20;

/** Days are India's; both are included. */
function queryOf({ from, to, attention, ...rest }: PaymentFilters) {
  const needsAttention = attention === undefined ? undefined : true;
  return {
    ...rest,
    limit: ROWS,
    needs_attention: needsAttention,
    created_from: startOfDay(from),
    created_to: endOfDay(to),
  };
}

export const payments = (filters: PaymentFilters) =>
  queryOptions({
    queryKey: ['payments', 'list', filters],
    queryFn: ({ signal }) => listPayments({ query: queryOf(filters) as ListPaymentsData['query'], signal }),
    placeholderData: keepPreviousData,
  });

/** All that the filters let through, whatever the page. */
const allOf = (filters: PaymentFilters) => ({ ...queryOf({ ...filters, cursor: undefined }), limit: undefined });

export const paymentsFile = (filters: PaymentFilters) => () =>
  exportPayments({ query: allOf(filters) as ExportPaymentsData['query'] });

export const refundsFile = (filters: RefundFilters) => () =>
  exportRefunds({ query: allOf(filters) as ExportRefundsData['query'] });

export const payment = (id: string) =>
  queryOptions({ queryKey: ['payments', id], queryFn: ({ signal }) => getPayment({ path: { id }, signal }) });

/** A timeline is short, and bounded by the service. */
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
    queryFn: ({ signal }) => listAllRefunds({ query: queryOf(filters) as ListAllRefundsData['query'], signal }),
    placeholderData: keepPreviousData,
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
