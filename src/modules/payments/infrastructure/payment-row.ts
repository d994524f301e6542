import {
  changing,
  type Columns,
  fixed,
  group,
  groupOrNull,
  Rows,
} from '../../../platform/group-commit/group-commit.public.js';
import { answerColumns, keyColumns, submissionColumns, TimelineRows } from '../../../platform/orders/orders.public.js';
import type { Credit, RefundTotals } from '../domain/credit.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import type { PaymentStatus } from '../domain/payment-status.js';
import type { ProviderState } from '../domain/provider-state.js';

/** What rows of payments and of refunds have in common. */
const providerColumns: Columns<ProviderState> = {
  ...submissionColumns,
  ...answerColumns,
  providerId: changing('provider_id', 'text'),
  failure: changing('failure', 'jsonb'),
  gatewayDisagrees: changing('gateway_disagrees', 'boolean'),
  gatewayHasAnotherSince: changing('gateway_has_another_since', 'timestamptz'),
  failedAt: changing('failed_at', 'timestamptz'),
  createdAt: fixed('created_at', 'timestamptz'),
  updatedAt: changing('updated_at', 'timestamptz'),
  revision: changing('revision', 'integer'),
};

/** The columns of the request never change; all others are written with every change. */
export const payments = new Rows<PaymentState>('payments', {
  key: ['merchantId', 'id'],
  columns: {
    ...keyColumns,
    amountMinor: fixed('amount_minor', 'bigint'),
    currency: fixed('currency', 'text'),
    description: fixed('description', 'text'),
    customer: fixed('customer', 'jsonb'),
    purposeCode: fixed('purpose_code', 'text'),
    referenceId: fixed('reference_id', 'text'),
    ...providerColumns,
    status: changing('status', 'text'),
    gateway: changing('gateway', 'text'),
    credit: groupOrNull<Credit>({
      rate: changing('rate', 'text'),
      grossPaise: changing('gross_paise', 'bigint'),
      feePaise: changing('fee_paise', 'bigint'),
      taxPaise: changing('tax_paise', 'bigint'),
      netPaise: changing('net_paise', 'bigint'),
    }),
    quoteId: changing('quote_id', 'text'),
    claimed: group<RefundTotals>({
      minor: changing('claimed_minor', 'bigint'),
      paise: changing('claimed_paise', 'bigint'),
      feePaise: changing('claimed_fee_paise', 'bigint'),
      taxPaise: changing('claimed_tax_paise', 'bigint'),
    }),
    refunded: group<PaymentState['refunded']>({
      minor: changing('refunded_minor', 'bigint'),
      paise: changing('refunded_paise', 'bigint'),
    }),
    events: changing('events', 'integer'),
    timelineHash: changing('timeline_hash', 'bytea'),
  },
});

export const refunds = new Rows<RefundState>('refunds', {
  key: ['merchantId', 'id'],
  columns: {
    ...keyColumns,
    paymentId: fixed('payment_id', 'uuid'),
    amountMinor: fixed('amount_minor', 'bigint'),
    amountPaise: fixed('amount_paise', 'bigint'),
    feePaise: fixed('fee_paise', 'bigint'),
    taxPaise: fixed('tax_paise', 'bigint'),
    ...providerColumns,
    status: changing('status', 'text'),
  },
});

/** For TypeORM's queries. */
export const paymentEntity = payments.entity();
export const refundEntity = refunds.entity();

export const paymentEventRows = new TimelineRows<PaymentStatus>('payment_events', 'payment_id');
