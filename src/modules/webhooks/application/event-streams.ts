import { Injectable } from '@nestjs/common';
import { type KeptEvent, KeptEvents, OutboxNews } from '../../../platform/outbox/outbox.public.js';

/** Events that one look reads for each stream. One that is further behind gets the next ones at once. */
const PAGE = 100;

/** Of one key in one process: a program that forgets to close its streams must not hold all connections. */
export const STREAMS_PER_KEY = 5;

/** Where a stream's events go. */
export interface StreamReader {
  readonly merchantId: string;
  readonly keyId: string;
  /** Takes the events, in order. @returns whether there is room for more; otherwise `EventStreams.wake` says when */
  take(events: readonly KeptEvent[]): boolean;
  /** Events are gone that it has not had, or never were any: it goes on behind `sequence`. */
  reset(sequence: number): void;
  /** Its key has opened a stream too many. */
  close(): void;
}

export interface StreamStart {
  /** It goes on behind this number. */
  readonly after: number;
  /** The reader has a higher one, which never was. */
  readonly isReset: boolean;
}

interface Stream {
  readonly reader: StreamReader;
  after: number;
  hasRoom: boolean;
}

/**
 * The live streams of this process. A commit only wakes them; what they show is read from the kept events, so that each
 * gets every number once and in order, whichever process has written it, and goes on where it was cut off.
 */
@Injectable()
export class EventStreams {
  /** The oldest first. */
  private readonly streams = new Set<Stream>();

  constructor(
    private readonly events: KeptEvents,
    private readonly news: OutboxNews,
  ) {}

  /**
   * Where a stream begins.
   * @param after the last number that the reader has; null: it wants the next event
   */
  async startOf(merchantId: string, after: number | null): Promise<StreamStart> {
    const last = await this.events.lastOf(merchantId);
    const isAhead = after !== null && after > last;
    return { after: isAhead ? last : (after ?? last), isReset: isAhead };
  }

  /** @returns closes the stream */
  open(reader: StreamReader, { after, isReset }: StreamStart): () => void {
    if (isReset) reader.reset(after);
    const stream = { reader, after, hasRoom: true };
    this.closeOldest(reader.keyId);
    this.streams.add(stream);
    this.news.watch(() => this.look());
    return () => this.end(stream);
  }

  /** The reader has room again. */
  wake(reader: StreamReader): void {
    for (const stream of this.streams) if (stream.reader === reader) stream.hasRoom = true;
    this.news.wake();
  }

  private closeOldest(keyId: string): void {
    const open = [...this.streams].filter(({ reader }) => reader.keyId === keyId);
    for (const stream of open.slice(0, Math.max(0, open.length - STREAMS_PER_KEY + 1))) {
      this.end(stream);
      stream.reader.close();
    }
  }

  private end(stream: Stream): void {
    this.streams.delete(stream);
    if (this.streams.size === 0) void this.news.rest();
  }

  /** @returns whether there may be more */
  private async look(): Promise<boolean> {
    const ready = [...this.streams].filter(({ hasRoom }) => hasRoom);
    if (ready.length === 0) return false;
    const positions = ready.map(({ reader: { merchantId }, after }) => ({ merchantId, after }));
    const found = await this.events.behind(positions, PAGE);
    for (const [i, stream] of ready.entries()) this.deliver(stream, found[i]!);
    return found.some((events) => events.length === PAGE);
  }

  private deliver(stream: Stream, events: readonly KeptEvent[]): void {
    const [first] = events;
    if (first === undefined || !this.streams.has(stream)) return;
    if (first.sequence !== stream.after + 1) stream.reader.reset(first.sequence - 1);
    stream.after = events.at(-1)!.sequence;
    stream.hasRoom = stream.reader.take(events);
  }
}
