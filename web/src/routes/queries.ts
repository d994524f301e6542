import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problem.ts';
import { keepNewest } from '../live/live-cache.ts';
import type { Newest } from '../live/newest.ts';

const TRIES = 3;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** What another try may mend: no answer, and a service that asks to wait. */
function isPassing(error: Error): boolean {
  return !(error instanceof ProblemError) || error.status >= 500 || error.status === 429;
}

/** Twice as long after each failure, and as long as the service asks for. */
function waitMs(failures: number, error: Error): number {
  const asked = error instanceof ProblemError ? error.retryAfterMs : 0;
  return Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS * 2 ** failures, asked));
}

/**
 * Reads are repeated where that may help. What changes something never is: people decide that. Without a network all fails
 * at once and says so: what waited for the network would be sent minutes later, when nobody means it any more.
 */
export function makeQueryClient(newest: Newest): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnReconnect: true,
        retry: (failures, error) => failures < TRIES && isPassing(error),
        retryDelay: waitMs,
        // Events say what has changed; this is for a page that is opened again.
        staleTime: 5_000,
        structuralSharing: keepNewest(newest),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
