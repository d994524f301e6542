import { queryOptions } from '@tanstack/react-query';
import { getPayout, listPayoutAttempts, listPayoutEvents } from '../../api/generated/sdk.gen.ts';

export const payout = (id: string) =>
  queryOptions({ queryKey: ['payouts', id], queryFn: ({ signal }) => getPayout({ path: { id }, signal }) });

/** The whole timeline: it is short, and bounded by the service. */
export const payoutTimeline = (id: string) =>
  queryOptions({
    queryKey: ['payouts', id, 'events'],
    queryFn: ({ signal }) => listPayoutEvents({ path: { id }, query: { limit: 100 }, signal }),
  });

/** Few: a submission is repeated only while the bank surely has none. */
export const payoutAttempts = (id: string) =>
  queryOptions({
    queryKey: ['payouts', id, 'attempts'],
    queryFn: ({ signal }) => listPayoutAttempts({ path: { id }, query: { limit: 100 }, signal }),
  });
