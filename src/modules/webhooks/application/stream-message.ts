import type { StoredEvent } from '../../../platform/outbox/outbox.public.js';

/** What a stream shows next, and the id from which its reader can resume after it. */
export type StreamMessage = { readonly id: number } & (
  | { readonly event: StoredEvent }
  /** The stream goes on from here, because the events in between are gone, or the reader’s id never existed. */
  | { readonly reset: Readonly<Record<string, unknown>> }
);

/** The receiving end of a stream. */
export interface StreamReader {
  readonly keyId: string;
  /**
   * Takes the messages, in order.
   * @returns whether there is room for more; if not, `EventStreams.wake` is called later
   */
  take(messages: readonly StreamMessage[]): boolean;
  /** Called when its key has opened too many streams, or is no longer valid. */
  close(): void;
}
