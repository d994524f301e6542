import { describe, expect, it } from 'vitest';
import { errorOf } from '../api/problem.ts';
import { Newest } from '../live/newest.ts';
import { makeQueryClient } from './queries.ts';

const { retryDelay } = makeQueryClient(new Newest()).getDefaultOptions().queries!;
const waitMs = retryDelay as (failures: number, error: Error) => number;

const busy = (headers: Record<string, string>): Error =>
  errorOf(
    { code: 'overloaded', detail: 'Busy.', request_id: 'q1' },
    new Response(null, { status: 503, headers: new Headers(headers) }),
  );

describe('a read that has failed', () => {
  it('waits twice as long each time', () => {
    expect([0, 1, 2].map((failures) => waitMs(failures, busy({})))).toEqual([1_000, 2_000, 4_000]);
  });

  it('waits as long as the service asks for, within half a minute', () => {
    expect(waitMs(0, busy({ 'retry-after': '7' }))).toBe(7_000);
    expect(waitMs(2, busy({ 'retry-after': '1' }))).toBe(4_000);
    expect(waitMs(0, busy({ 'retry-after': '3600' }))).toBe(30_000);
    expect(waitMs(0, busy({ 'retry-after': 'Fri, 27 Nov 2026 10:00:00 GMT' }))).toBe(1_000);
  });
});
