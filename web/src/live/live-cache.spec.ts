import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepNewest, LiveCache } from './live-cache.ts';
import { Newest } from './newest.ts';
import type { LiveEvent } from './position.ts';

const payout = (revision: number) => ({ id: 'p1', revision, status: `s${revision}` });
const event = (revision: number): LiveEvent => ({
  id: 'e',
  type: 'x',
  merchant_id: 'm',
  sequence: 1,
  data: { object: payout(revision) },
});

describe('what is shown', () => {
  let queries: QueryClient;
  let cache: LiveCache;
  let reads: number;
  let answer: unknown;

  beforeEach(() => {
    vi.useFakeTimers();
    const newest = new Newest();
    queries = new QueryClient({
      defaultOptions: { queries: { structuralSharing: keepNewest(newest), staleTime: 60_000 } },
    });
    cache = new LiveCache(queries, newest);
    reads = 0;
  });
  afterEach(() => {
    cache.stop();
    queries.clear();
    vi.useRealTimers();
  });

  async function show(queryKey: string[], first: unknown): Promise<void> {
    answer = first;
    const queryFn = async (): Promise<unknown> => {
      reads += 1;
      return answer;
    };
    new QueryObserver(queries, { queryKey, queryFn }).subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
  }

  it('is the new state as soon as its event comes, in a list too', async () => {
    await show(['payouts'], { results: [payout(1)] });
    cache.take(event(2));
    expect(queries.getQueryData(['payouts'])).toEqual({ results: [payout(2)] });
  });

  it('stays so where the answer that was on its way is older', async () => {
    await show(['payout'], payout(1));
    cache.take(event(3));
    answer = payout(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect([queries.getQueryData(['payout']), reads > 1]).toEqual([payout(3), true]);
  });

  it('stays so however much has happened to others meanwhile', async () => {
    await show(['payouts'], { results: [payout(3)] });
    for (let n = 0; n < 1_000; n += 1)
      cache.take({ ...event(1), data: { object: { ...payout(1), id: `other-${n}` } } });
    await show(['payout'], payout(2));
    expect(queries.getQueryData(['payout'])).toEqual(payout(3));
  });

  it('keeps a balance that an older one comes after', async () => {
    const balance = (seq: number) => ({ available_paise: seq, seq, as_of: '2026-11-26T10:15:00.123Z' });
    await show(['balance'], balance(5));
    answer = balance(4);
    cache.readAgain();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(queries.getQueryData(['balance'])).toEqual(balance(5));
    answer = balance(6);
    cache.readAgain();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(queries.getQueryData(['balance'])).toEqual(balance(6));
  });

  it('is read once for a burst, and once more when it has settled', async () => {
    await show(['payouts'], { results: [] });
    for (let n = 0; n < 50; n += 1) cache.take(event(n));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reads).toBe(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reads).toBe(3);
  });

  it('is read after an event although the clock was set back by hours', async () => {
    await show(['payouts'], { results: [] });
    cache.readAgain();
    await vi.advanceTimersByTimeAsync(5_000);
    const before = reads;
    vi.setSystemTime(Date.now() - 5 * 3_600_000);
    cache.readAgain();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reads).toBe(before + 1);
  });

  it('is asked for every three seconds while there is no stream, and no more when there is', async () => {
    await show(['payouts'], { results: [] });
    cache.poll(true);
    await vi.advanceTimersByTimeAsync(9_500);
    expect(reads).toBe(4);
    cache.poll(false);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(reads).toBe(4);
  });
});
