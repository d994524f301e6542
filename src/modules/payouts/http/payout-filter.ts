import { amountRangeOf, commonFilter } from '../../../platform/http/http.public.js';
import type { PayoutFilter } from '../domain/payout-reader.js';
import type { PayoutFilterQuery } from './payout-requests.js';

/** @param merchantId null: the payouts of all merchants, for operators. @throws ValidationFailed */
export function payoutFilterOf(merchantId: string | null, query: PayoutFilterQuery): PayoutFilter {
  const { min, max } = amountRangeOf(query.min_amount_paise, query.max_amount_paise, query);
  return {
    ...commonFilter(merchantId, query),
    status: query.status ?? null,
    bankAccountId: query.bank_account_id ?? null,
    utr: query.utr ?? null,
    includeArchived: query.include_archived ?? false,
    minAmountPaise: min,
    maxAmountPaise: max,
  };
}
