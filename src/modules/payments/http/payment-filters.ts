import { amountRangeOf, commonFilter, ValidationFailed } from '../../../platform/http/http.public.js';
import type { PaymentFilter, RefundFilter } from '../domain/payment-reader.js';
import type { PaymentFilterQuery, RefundFilterQuery } from './payment-requests.js';

/** @param merchantId null: the payments of all merchants, for operators. @throws ValidationFailed */
export function paymentFilterOf(merchantId: string | null, query: PaymentFilterQuery): PaymentFilter {
  const { status = null, currency = null } = query;
  const { min: minAmount, max: maxAmount } = amountRangeOf(query.min_amount, query.max_amount, query);
  if (currency === null && (minAmount !== null || maxAmount !== null))
    throw new ValidationFailed([
      {
        pointer: '#/query/currency',
        detail: 'With an amount, currency must be given: amounts are in its minor units.',
      },
    ]);
  return { ...commonFilter(merchantId, query), status, currency, minAmount, maxAmount };
}

/** @param merchantId null: the refunds of all merchants, for operators. @throws ValidationFailed */
export function refundFilterOf(merchantId: string | null, query: RefundFilterQuery): RefundFilter {
  const { min, max } = amountRangeOf(query.min_amount_paise, query.max_amount_paise, query);
  const filter = commonFilter(merchantId, query);
  return { ...filter, status: query.status ?? null, minAmountPaise: min, maxAmountPaise: max };
}
