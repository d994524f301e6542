import { queryOptions } from '@tanstack/react-query';
import { exportDailyBalances, getDailyBalances } from '../../api/generated/sdk.gen.ts';
import type { DailyBalancesDocument } from '../../api/generated/types.gen.ts';

/** The last 30 days in India, today included. */
export const daily = queryOptions({
  queryKey: ['balance', 'daily'],
  queryFn: ({ signal }) => getDailyBalances({ signal }),
});

/** A file with the days that are shown; until they are known, the last 30. */
export const dailyFile = (shown: DailyBalancesDocument | undefined) => () =>
  exportDailyBalances({ query: shown && { from: shown.from, to: shown.to } });
