import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problem.ts';
import { keepNewest } from '../live/live-cache.ts';
import type { Newest } from '../live/newest.ts';

const TRIES = 3;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Errors that another try may fix: no answer, or a service that asks to wait. */
function isPassing(error: Error): boolean {
  return !(error instanceof ProblemError) || error.status >= 500 || error.status === 429;
}

/** Doubles after each failure; at least as long as the service asks for. */
function waitMs(failures: number, error: Error): number {
  const asked = error instanceof ProblemError ? error.retryAfterMs : 0;
  return Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS * 2 ** failures, asked));
}

/**
 * Reads are repeated when that may help. Changes never are: people decide that. Without a network everything fails at
 * once with an error: a request that waited for the network would be sent minutes later, when nobody wants it any more.
 */
export function makeQueryClient(newest: Newest): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnReconnect: true,
        retry: (failures, error) => failures < TRIES && isPassing(error),
        retryDelay: waitMs,
        // Events report changes; this is for a page that is opened again.
        staleTime: 5_000,
        structuralSharing: keepNewest(newest),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
