// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** Never answers, like a connection that is dead without showing it. */
const silence = (_request: Request, { signal }: RequestInit): Promise<Response> =>
  new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error)));

describe('a request of the dashboard', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('sessionStorage', { getItem: () => null });
    vi.stubGlobal('fetch', silence);
    // Fake timers do not control Node's own `AbortSignal.timeout`.
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

  async function ask(signal: AbortSignal): Promise<{ error: unknown }> {
    const { connectClient } = await import('./connect.ts');
    const { client } = await import('./generated/client.gen.ts');
    const { getSession } = await import('./generated/sdk.gen.ts');
    connectClient();
    client.setConfig({ baseUrl: 'http://127.0.0.1' });
    const asked: { error: unknown } = { error: null };
    void getSession({ signal }).catch((error: unknown) => (asked.error = error));
    return asked;
  }

  it('is taken for lost when a minute has passed without an answer, and not before', async () => {
    const { ConnectionLost } = await import('./problem.ts');
    const asked = await ask(new AbortController().signal);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(asked.error).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.error).toBeInstanceOf(ConnectionLost);
  });

  it('is not lost, but not wanted any more, when its page is left', async () => {
    const page = new AbortController();
    const asked = await ask(page.signal);
    await vi.advanceTimersByTimeAsync(1_000);
    page.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.error).toMatchObject({ name: 'AbortError' });
  });
});
