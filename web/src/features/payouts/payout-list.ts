import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { countPayouts, exportPayouts, listPayouts } from '../../api/generated/sdk.gen.ts';
import { type PayoutFilters, queryOf } from './payout-filters.ts';

/** One page: of 100,000 payouts no more than this is in memory. */
export const payoutList = (filters: PayoutFilters, cursor: string | undefined) => {
  const query = queryOf(filters, cursor);
  return queryOptions({
    queryKey: ['payouts', 'list', query],
    queryFn: ({ signal }) => listPayouts({ query, signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
};

/** The number of payouts of each status that match the other filters. */
export const payoutCounts = (filters: PayoutFilters) => {
  const { limit: _limit, status: _status, ...query } = queryOf(filters, undefined);
  return queryOptions({
    queryKey: ['payouts', 'counts', query],
    queryFn: ({ signal }) => countPayouts({ query, signal }),
    placeholderData: keepPreviousData,
  });
};

/** Everything that matches the filters, on all pages. */
export const payoutsFile = (filters: PayoutFilters) => () => {
  const { limit: _limit, cursor: _cursor, ...query } = queryOf(filters, undefined);
  return exportPayouts({ query });
};
