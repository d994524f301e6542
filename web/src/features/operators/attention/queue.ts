import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { listAttention } from '../../../api/generated/sdk.gen.ts';
import type { AttentionDocument } from '../../../api/generated/types.gen.ts';

export const ORDER_TYPES: readonly AttentionDocument['type'][] = ['payout', 'payment', 'refund'];

/** The filters in the address. */
export interface AttentionFilters {
  readonly type?: string;
  readonly cursor?: string;
}

const ROWS = 20;
/** Ages grow without any event, so they are read again. */
const AGES_EVERY_MS = 60_000;

/** An unknown type does not filter anything. */
export const attention = ({ type, cursor }: AttentionFilters, limit = ROWS) => {
  const known = ORDER_TYPES.find((one) => one === type);
  return queryOptions({
    queryKey: ['attention', known, cursor, limit],
    queryFn: ({ signal }) => listAttention({ query: { type: known, cursor, limit }, signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchInterval: AGES_EVERY_MS,
  });
};
