import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, NO_ANSWER } from './answer.ts';
import type { Attempt } from './attempt.ts';
import { Attempts, type AttemptVault } from './attempts.ts';
import { useSending } from './use-sending.ts';

const MADE: Answer = { kind: 'paid', orderId: 'r1', how: 'made' };
const refused = (code: string, isRemembered: boolean): Answer => ({
  kind: 'refused',
  isRemembered,
  refusal: { status: 422, code, detail: 'No.', requestId: 'q1', errors: [], members: {} },
});

describe('a form that sends an order', () => {
  let vault: AttemptVault;
  let sent: (readonly [body: string, key: string])[];
  let answers: Answer[];
  let made: string[];

  beforeEach(() => {
    vault = memoryVault();
    [sent, answers, made] = [[], [], []];
  });

  afterEach(cleanup);

  /** A new page, which finds what the previous one left. */
  async function open() {
    let keys = sent.length;
    const attempts = new Attempts(vault, {
      now: () => 0,
      newKey: () => `key ${(keys += 1)}`,
      windowMs: async () => 86_400_000,
      post: async (key, body) => {
        sent.push([body, key]);
        return answers.shift()!;
      },
      find: async () => [],
    });
    const queries = new QueryClient();
    const wrapper = ({ children }: { readonly children: ReactNode }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    );
    const options = { isMeant: (body: string) => body !== 'of another payment', onMade: (id: string) => made.push(id) };
    const page = renderHook(() => useSending(attempts, options), { wrapper });
    await act(settled);
    return page;
  }

  async function send(body: string, answer: Answer) {
    const { result, unmount } = await open();
    answers.push(answer);
    await act(async () => {
      result.current.send(body);
      await settled();
    });
    const { open: locked, error } = result.current;
    unmount();
    return { locked, error: error?.message };
  }

  it('sends the same body under the same key until its outcome is known, whatever is typed', async () => {
    expect(await send('5', NO_ANSWER)).toEqual({ locked: '5', error: undefined });
    expect((await open()).result.current.open).toBe('5');
    await send('7', NO_ANSWER);
    expect(await send('7', MADE)).toEqual({ locked: null, error: undefined });
    await send('7', MADE);
    expect(sent.map(([body]) => body)).toEqual(['5', '5', '5', '7']);
    expect(new Set(sent.slice(0, 3).map(([, key]) => key)).size).toBe(1);
    expect(sent[3]![1]).not.toBe(sent[0]![1]);
    expect(made).toEqual(['r1', 'r1']);
  });

  it('keeps the key behind a refusal that says nothing about an earlier try, and shows it', async () => {
    await send('5', NO_ANSWER);
    expect(await send('5', refused('rate_limited', false))).toMatchObject({ locked: '5' });
    await send('5', refused('insufficient_funds', true));
    expect(await send('5', MADE)).toEqual({ locked: null, error: undefined });
    expect(new Set(sent.slice(0, 3).map(([, key]) => key)).size).toBe(1);
    expect(sent[3]![1]).not.toBe(sent[0]![1]);
  });

  it('shows a refusal as any other one', async () => {
    expect(await send('5', refused('insufficient_funds', true))).toEqual({
      locked: null,
      error: 'insufficient_funds: No.',
    });
  });

  it('is not locked by an order about something else', async () => {
    await send('of another payment', NO_ANSWER);
    expect((await open()).result.current.open).toBeNull();
  });

  it('sends once where it is pressed twice', async () => {
    const { result } = await open();
    answers.push(MADE, MADE);
    await act(async () => {
      result.current.send('5');
      result.current.send('5');
      await settled();
    });
    expect(sent).toHaveLength(1);
  });
});

/** Waits until everything has run that waits only for promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

function memoryVault(): AttemptVault {
  let attempts: readonly Attempt[] = [];
  const watchers = new Set<() => void>();
  return {
    read: async () => attempts,
    change: async (decide) => {
      const [next, result] = decide(attempts);
      attempts = next;
      for (const watcher of watchers) watcher();
      return result;
    },
    watch: (callback) => {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
  };
}
