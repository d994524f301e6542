import type { ListPayoutsData } from '../../api/generated/types.gen.ts';
import { wireOf } from '../../money/paise.ts';
import { createdIn, endsBeforeItBegins } from '../../text/days.ts';
import { isAmountRangeReversed, parseAmount } from '../../money/typed-amount.ts';
import type { PAYOUT_FILTERS } from './filter-names.ts';

export const PAYOUT_STATUSES = ['pending', 'processing', 'completed', 'failed', 'cancelled', 'reversed'] as const;
export const WAITING_FOR = [
  'merchant_inactive',
  'bank_account_inactive',
  'gateway_paused',
  'gateway_unavailable',
  'no_gateway',
  'database_failover',
] as const;

/** The filters in the address. */
export type PayoutFilters = { readonly [Name in (typeof PAYOUT_FILTERS)[number]]?: string };

type Query = NonNullable<ListPayoutsData['query']>;

const PAGE = 50;

/** The query of a request. An impossible value (from a truncated link, for example) is left out. */
export function queryOf(filters: PayoutFilters, cursor: string | undefined): Query {
  const { status, waiting_for: waitingFor, utr, reference_id: reference, bank_account_id: account } = filters;
  return withoutEmpty({
    limit: PAGE,
    cursor,
    status: oneOf(PAYOUT_STATUSES, status),
    waiting_for: oneOf(WAITING_FOR, waitingFor),
    needs_attention: filters.needs_attention === 'true' || undefined,
    include_archived: filters.include_archived === 'true' || undefined,
    reference_id: reference?.trim(),
    utr: utr?.trim().toUpperCase(),
    bank_account_id: account,
    ...periodAndAmounts(filters),
  });
}

/** Amounts are filtered within a period only: without a valid one they do not filter either. */
function periodAndAmounts(filters: PayoutFilters): Query {
  const { created_from: from, created_to: to, amount_from: least, amount_to: most } = filters;
  if (endsBeforeItBegins(from, to)) return {};
  if (isAmountRangeReversed(least, most, 'INR')) return createdIn(from, to);
  return { ...createdIn(from, to), min_amount_paise: paise(least), max_amount_paise: paise(most) };
}

function paise(rupees: string | undefined): number | undefined {
  const amount = parseAmount(rupees, 'INR');
  return amount === null ? undefined : wireOf(amount);
}

function oneOf<T extends string>(values: readonly T[], value: string | undefined): T | undefined {
  return values.find((one) => one === value);
}

function withoutEmpty(query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== ''));
}
