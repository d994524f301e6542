import type { StoredEvent } from '../../../platform/outbox/outbox.public.js';

/** What a stream shows next, and the id with which its reader asks for what follows. */
export type StreamMessage = { readonly id: number } & (
  | { readonly event: StoredEvent }
  /** It goes on from here: what was in between is gone, or the reader’s id never was. */
  | { readonly reset: Readonly<Record<string, unknown>> }
);

/** Where a stream's events go. */
export interface StreamReader {
  readonly keyId: string;
  /** Takes the messages, in order. @returns whether there is room for more; otherwise `EventStreams.wake` says when */
  take(messages: readonly StreamMessage[]): boolean;
  /** Its key has opened a stream too many, or holds no longer. */
  close(): void;
}
