import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLost, type ProblemCode, ProblemError } from '../../api/problem.ts';
import { useSendOnce } from './send-once.ts';

const LOST = new ConnectionLost('no answer');
const refused = (status: number, code: ProblemCode): Error => new ProblemError(status, code, 'No.', 'r1');

describe('a request that moves money', () => {
  afterEach(() => {
    cleanup();
    sessionStorage.clear();
  });

  /** Sends `bodies` one after the other, each with its answer; an error is thrown. @returns what was sent, with its key */
  async function send(
    ...tries: (readonly [body: number, answer: Error | 'done'])[]
  ): Promise<(readonly [number, string])[]> {
    const sent: (readonly [number, string])[] = [];
    const keys = new Map<string, string>();
    const queries = new QueryClient();
    const wrapper = ({ children }: { readonly children: ReactNode }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    );
    for (const [body, answer] of tries) {
      const post = async (what: number, key: string): Promise<string> => {
        if (!keys.has(key)) keys.set(key, `key ${keys.size + 1}`);
        sent.push([what, keys.get(key)!]);
        if (answer !== 'done') throw answer;
        return answer;
      };
      // A new page each time: it finds what the one before has left.
      const { result, unmount } = renderHook(() => useSendOnce<number, string>('refund.p1', post), { wrapper });
      await act(() => result.current.mutateAsync(body).catch(() => undefined));
      unmount();
    }
    return sent;
  }

  it('is the same one, with the same body, until its outcome is known', async () => {
    expect(await send([5, LOST], [7, refused(503, 'overloaded')], [7, 'done'], [7, 'done'])).toEqual([
      [5, 'key 1'],
      [5, 'key 1'],
      [5, 'key 1'],
      [7, 'key 2'],
    ]);
  });

  it('is still the same one behind a refusal that says nothing about an earlier try', async () => {
    expect(await send([5, LOST], [5, refused(429, 'rate_limited')], [5, 'done'])).toEqual([
      [5, 'key 1'],
      [5, 'key 1'],
      [5, 'key 1'],
    ]);
  });

  it('is another one behind a refusal that is definite', async () => {
    expect(
      await send([5, refused(429, 'rate_limited')], [5, LOST], [5, refused(422, 'insufficient_funds')], [5, 'done']),
    ).toEqual([
      [5, 'key 1'],
      [5, 'key 2'],
      [5, 'key 2'],
      [5, 'key 3'],
    ]);
  });
});
