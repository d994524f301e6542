import { type QueryClient, replaceEqualDeep } from '@tanstack/react-query';
import { isOlder, Newest } from './newest.ts';
import type { LiveEvent } from './position.ts';
import { Refresh } from './refresh.ts';

/** How often a tab polls while the stream is unavailable. */
const POLL_MS = 3_000;

/**
 * For `structuralSharing` of a query client: no answer replaces a newer state. Every answer passes through here, so an
 * object in a list is as new as on its own page.
 */
export function keepNewest(newest: Newest): (before: unknown, answer: unknown) => unknown {
  return (before, answer) => (isOlder(answer, before) ? before : replaceEqualDeep(before, newest.take(answer)));
}

/** Applies events to what is shown: objects at once, by their revision; lists and balances are read again. */
export class LiveCache {
  private readonly refresh: Refresh;
  private polling: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly queries: QueryClient,
    private readonly newest: Newest,
  ) {
    this.refresh = new Refresh(() =>
      this.queries.invalidateQueries({ predicate: ({ meta }) => meta?.['isLive'] !== false }),
    );
  }

  take({ data }: LiveEvent): void {
    this.newest.take(data.object);
    for (const { queryKey, state } of this.queries.getQueryCache().getAll()) {
      const shown = this.newest.take(state.data);
      if (shown !== state.data) this.queries.setQueryData(queryKey, shown);
    }
    this.refresh.ask(true);
  }

  readAgain(): void {
    this.refresh.ask(true);
  }

  poll(isPolling: boolean): void {
    clearInterval(this.polling);
    if (isPolling) this.polling = setInterval(() => document.hidden || this.refresh.ask(false), POLL_MS);
  }

  stop(): void {
    this.poll(false);
    this.refresh.stop();
  }
}
