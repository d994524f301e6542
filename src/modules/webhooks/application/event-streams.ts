import { Injectable } from '@nestjs/common';
import { OutboxWatch } from '../../../platform/outbox/outbox.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { StreamPlaces } from '../domain/stream-places.js';
import type { StreamReader } from './stream-message.js';
import { type StreamSource, StreamSources } from './stream-sources.js';

/** As long as other parts trust what they know about a key. While the database does not answer, streams go on. */
const CHECK_MS = 3_000;

/** A stream that has a place, and has shown nothing yet. */
export interface StreamStart {
  readonly id: string;
  readonly source: StreamSource;
}

interface Stream extends StreamStart {
  readonly reader: StreamReader;
  hasRoom: boolean;
}

/**
 * The live streams of this process. A commit only wakes them; what they show is read from the stored events, so that a
 * stream can resume where it was cut off, whichever process wrote the events and whichever served the stream before.
 */
@Injectable()
export class EventStreams {
  private readonly streams = new Map<string, Stream>();
  private readonly checks = new Ticker('places of event streams', CHECK_MS, () => this.check());

  constructor(
    private readonly sources: StreamSources,
    private readonly outbox: OutboxWatch,
    private readonly places: StreamPlaces,
  ) {}

  /**
   * Takes a place for a stream, and closes the key's oldest stream if no place is free.
   * @param merchantId null: all merchants' events, for operators @param after the id of the last message that the
   * reader has
   */
  async begin(merchantId: string | null, keyId: string, after: number | null): Promise<StreamStart> {
    const source = await this.sources.from(merchantId, after);
    const id = crypto.randomUUID();
    for (const displaced of await this.places.take(id, keyId)) this.streams.get(displaced)?.reader.close();
    return { id, source };
  }

  /** @returns a function that ends the stream */
  open(reader: StreamReader, { id, source }: StreamStart): () => void {
    if (source.begins.length > 0) reader.take(source.begins);
    this.streams.set(id, { id, source, reader, hasRoom: true });
    this.checks.start();
    this.outbox.watch(() => this.look());
    return () => this.end(id);
  }

  /** The reader has room again. */
  wake(reader: StreamReader): void {
    for (const stream of this.streams.values()) if (stream.reader === reader) stream.hasRoom = true;
    this.outbox.wake();
  }

  private end(id: string): void {
    // Named decision: a place that is no longer renewed expires by itself.
    void this.places.leave(id).catch(() => undefined);
    this.streams.delete(id);
    if (this.streams.size > 0) return;
    void this.outbox.rest();
    void this.checks.stop();
  }

  private async check(): Promise<void> {
    const open = [...this.streams.values()];
    const renewed = await this.places.renew(open.map(({ id, reader: { keyId } }) => ({ id, keyId })));
    for (const { id, reader } of open) if (!renewed.has(id)) reader.close();
  }

  /** @returns whether there may be more */
  private look(): Promise<boolean> {
    const ready = [...this.streams.values()].filter(({ hasRoom }) => hasRoom);
    const streamOf = new Map(ready.map((stream) => [stream.source, stream]));
    return this.sources.next([...streamOf.keys()], (source, messages) => {
      const stream = streamOf.get(source)!;
      // It may have ended while its events were read.
      if (this.streams.has(stream.id) && messages.length > 0) stream.hasRoom = stream.reader.take(messages);
    });
  }
}
