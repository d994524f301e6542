import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problem.ts';
import { keepNewest } from '../live/live-cache.ts';
import type { Newest } from '../live/newest.ts';

const TRIES = 3;

/** What another try may mend: no answer, and a service that asks to wait. */
function isPassing(error: Error): boolean {
  return !(error instanceof ProblemError) || error.status >= 500 || error.status === 429;
}

/** Reads are repeated where that may help. What changes something never is: people decide that. */
export function makeQueryClient(newest: Newest): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < TRIES && isPassing(error),
        // Events say what has changed; this is for a page that is opened again.
        staleTime: 5_000,
        structuralSharing: keepNewest(newest),
      },
      mutations: { retry: false },
    },
  });
}
