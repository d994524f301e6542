import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { listFindings, listVerifyRuns } from '../../../api/generated/sdk.gen.ts';

/** The filters in the address. */
export interface FindingFilters {
  readonly state?: string;
  readonly cursor?: string;
}

const ROWS = 20;
const RUNS = 5;

export const verifyRuns = queryOptions({
  queryKey: ['verify-runs'],
  queryFn: ({ signal }) => listVerifyRuns({ query: { limit: RUNS }, signal }),
});

/** The findings that nobody has acknowledged, unless the others are asked for. */
export const findings = ({ state, cursor }: FindingFilters) => {
  const isAcknowledged = state === 'acknowledged';
  return queryOptions({
    queryKey: ['findings', isAcknowledged, cursor],
    queryFn: ({ signal }) => listFindings({ query: { is_acknowledged: isAcknowledged, cursor, limit: ROWS }, signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
};
