import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../api/session.ts';
import { type Answer, NO_ANSWER } from './answer.ts';
import { orderService } from './order-service.ts';

const SESSION: Session = { key: 'k', keyId: 'k1', holder: { kind: 'operator' }, actingFor: null };

describe('an order that is sent', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    // Fake timers do not control the browser's own `AbortSignal.timeout`.
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const over = new AbortController();
      setTimeout(() => over.abort(new DOMException('The time is over.', 'TimeoutError')), ms);
      return over.signal;
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('has an unknown outcome when a minute has passed without an answer, and not before', async () => {
    vi.stubGlobal(
      'fetch',
      (_path: string, { signal }: RequestInit) =>
        new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error))),
    );
    const kind = {
      requestOf: (body: string) => ({ path: '/api/v1/payouts', body }),
      findByKey: async () => [],
      find: async () => [],
    };
    let answer: Answer | null = null;
    void orderService(SESSION, kind)
      .post('key', '{}')
      .then((given) => (answer = given));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(answer).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(answer).toEqual(NO_ANSWER);
  });
});
