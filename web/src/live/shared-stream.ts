import { backOffMs } from './back-off.ts';
import { followStream } from './follow-stream.ts';
import { advance, type LiveEvent, type LiveMessage, NOWHERE, type Position } from './position.ts';
import type { SseMessage } from './sse.ts';

/** `polling`: the stream is unavailable, and each tab asks by itself. */
export type LiveState = 'connecting' | 'live' | 'polling';

export interface LiveOptions {
  /**
   * Whose events: the ids of the key and of the merchant. Tabs of another sign-in have another scope, and never mix.
   */
  readonly scope: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly onEvent: (event: LiveEvent) => void;
  /** Something may have been missed: read what is shown again. */
  readonly onReset: () => void;
  readonly onState: (state: LiveState) => void;
  /** The key is no longer valid. */
  readonly onRefused: () => void;
}

/** Messages between tabs. A tab that joins asks; the tab that reads the stream answers. */
type TabMessage =
  | LiveMessage
  | { readonly kind: 'state'; readonly state: LiveState; readonly id: string | null }
  | { readonly kind: 'joined' }
  | { readonly kind: 'refused' };

/**
 * The events of a merchant, read once for all tabs of a browser: the tab that holds the lock reads the stream and
 * passes the events on. When that tab is closed, the next one gets the lock and continues after the last event that it
 * received. A tab without locks (a page loaded over plain HTTP) reads a stream of its own.
 */
export class SharedStream {
  private readonly stopping = new AbortController();
  /** Ends the current connection so that another is opened. */
  private renewing = new AbortController();
  private readonly channel: BroadcastChannel | null;
  private position: Position = NOWHERE;
  private state: LiveState = 'connecting';
  private isLeading = false;

  constructor(private readonly options: LiveOptions) {
    const name = `bahi-live:${options.scope}`;
    const { locks } = navigator as { locks?: LockManager };
    this.channel = locks === undefined ? null : new BroadcastChannel(name);
    this.channel?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => this.receive(data));
    this.channel?.postMessage({ kind: 'joined' } satisfies TabMessage);
    const { signal } = this.stopping;
    const leading = locks === undefined ? this.lead() : locks.request(name, { signal }, () => this.lead());
    leading.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  /** No callback is called any more; another tab takes over. */
  stop(): void {
    this.stopping.abort();
    this.channel?.close();
  }

  /** The network is back: an older connection may be dead without showing it, and the next try need not wait. */
  renew(): void {
    this.renewing.abort();
  }

  private async lead(): Promise<void> {
    const { signal } = this.stopping;
    this.isLeading = true;
    let failures = 0;
    while (!signal.aborted) {
      const { url, headers } = this.options;
      this.renewing = new AbortController();
      const untilRenewed = AbortSignal.any([signal, this.renewing.signal]);
      const end = await followStream(
        { url, headers, lastEventId: this.position.id, signal: untilRenewed },
        {
          onOpen: () => {
            failures = 0;
            // Without an id the stream begins with the next event, so what was read before it may be out of date.
            if (this.position.id === null) this.publish({ kind: 'reset', id: null });
            this.publish({ kind: 'state', state: 'live', id: this.position.id });
          },
          onMessage: (message) => {
            const tabMessage = messageOf(message);
            if (tabMessage !== null) this.publish(tabMessage);
          },
        },
      );
      if (signal.aborted) return;
      if (this.renewing.signal.aborted) continue;
      if (end.kind === 'refused') return this.publish({ kind: 'refused' });
      if (end.kind === 'failed') failures += 1;
      // A stream that ends is usually reopened at once, so the state does not change.
      if (failures > 0) this.publish({ kind: 'state', state: 'polling', id: this.position.id });
      await sleep(backOffMs(failures, Math.random(), end.kind === 'failed' ? end.retryAfterMs : 0), untilRenewed);
    }
  }

  private publish(message: TabMessage): void {
    this.channel?.postMessage(message);
    this.take(message);
  }

  private receive(message: TabMessage): void {
    if (message.kind !== 'joined') return this.take(message);
    if (this.isLeading) this.publish({ kind: 'state', state: this.state, id: this.position.id });
  }

  private take(message: TabMessage): void {
    if (this.stopping.signal.aborted || message.kind === 'joined') return;
    if (message.kind === 'refused') return this.options.onRefused();
    if (message.kind === 'state') {
      return this.takeState(message);
    }
    const { position, event, isReset } = advance(this.position, message);
    this.position = position;
    if (event !== null) this.options.onEvent(event);
    if (isReset) this.options.onReset();
  }

  private takeState({ state, id }: Extract<TabMessage, { kind: 'state' }>): void {
    // What this tab read before it received events may be older than they are.
    const hasJoined = this.state !== 'live' && state === 'live' && !this.isLeading;
    if (this.position.id === null) this.position = { ...this.position, id };
    if (state !== this.state) {
      this.state = state;
      this.options.onState(state);
    }
    if (hasJoined) this.options.onReset();
  }
}

/** Null for kinds of messages that were added after this page was written. */
function messageOf({ type, id, data }: SseMessage): LiveMessage | null {
  if (type === 'reset') return { kind: 'reset', id };
  return type === 'message' ? { kind: 'event', id, event: JSON.parse(data) as LiveEvent } : null;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
