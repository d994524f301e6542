import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { listFindings, listVerifyRuns } from '../../../api/generated/sdk.gen.ts';

/** The filters in the address. */
export interface FindingFilters {
  readonly state?: string;
  readonly cursor?: string;
}

const ROWS = 20;
const RUNS = 5;
/** A run of verify causes no event. */
const EVERY_MS = 60_000;

export const verifyRuns = queryOptions({
  queryKey: ['verify-runs'],
  queryFn: ({ signal }) => listVerifyRuns({ query: { limit: RUNS }, signal }),
  refetchInterval: EVERY_MS,
});

/** The findings that nobody has acknowledged, unless the others are asked for. */
export const findings = ({ state, cursor }: FindingFilters, limit = ROWS) => {
  const isAcknowledged = state === 'acknowledged';
  return queryOptions({
    queryKey: ['findings', isAcknowledged, cursor, limit],
    queryFn: ({ signal }) => listFindings({ query: { is_acknowledged: isAcknowledged, cursor, limit }, signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchInterval: EVERY_MS,
  });
};
