import { queryOptions } from '@tanstack/react-query';
import { getPayout, listPayoutAttempts, listPayoutEvents } from '../../api/generated/sdk.gen.ts';

export const payout = (id: string) =>
  queryOptions({ queryKey: ['payouts', id], queryFn: ({ signal }) => getPayout({ path: { id }, signal }) });

/** The whole timeline: it is short, and the service limits its length. */
export const payoutTimeline = (id: string) =>
  queryOptions({
    queryKey: ['payouts', id, 'events'],
    queryFn: ({ signal }) => listPayoutEvents({ path: { id }, query: { limit: 100 }, signal }),
  });

/** There are few: a payout is submitted again only when the bank certainly does not have it. */
export const payoutAttempts = (id: string) =>
  queryOptions({
    queryKey: ['payouts', id, 'attempts'],
    queryFn: ({ signal }) => listPayoutAttempts({ path: { id }, query: { limit: 100 }, signal }),
  });
