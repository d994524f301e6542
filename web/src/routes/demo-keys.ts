import { queryOptions } from '@tanstack/react-query';
import { listDemoKeys } from '../api/generated/sdk.gen.ts';
import { ProblemError } from '../api/problem.ts';

/** The demo's published keys; empty if there is no demo. */
export const demoKeys = queryOptions({
  queryKey: ['demo-keys'],
  staleTime: Infinity,
  meta: { isLive: false },
  retry: false,
  queryFn: async ({ signal }) => {
    try {
      return (await listDemoKeys({ signal })).results;
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'not_found') return [];
      throw error;
    }
  },
});
