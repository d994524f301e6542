import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ReaderKind } from '../../../shared/submissions/submission-view.js';
import { eventText } from '../application/event-text.js';
import type { StreamMessage, StreamReader } from '../application/stream-message.js';

/** The time between heartbeats, and how long a reader may leave the connection full. */
export interface SseTimes {
  readonly heartbeatMs: number;
  readonly stuckMs: number;
}

/**
 * The heartbeat is shorter than the time after which proxies and load balancers close a silent connection, mostly a
 * minute. What a reader has not fetched in half a minute, it will never fetch.
 */
const TIMES: SseTimes = { heartbeatMs: 15_000, stuckMs: 30_000 };

/** How long a browser waits before it connects again. */
const RETRY_MS = 1_000;

/** One connection for server-sent events, from its head to its end. */
export class SseReader implements StreamReader {
  readonly keyId: string;
  private readonly kind: ReaderKind;
  private readonly response: ServerResponse;
  private readonly heartbeat: NodeJS.Timeout;
  private stuck: NodeJS.Timeout | null = null;
  private ended = false;

  constructor(
    reply: Pick<FastifyReply, 'hijack' | 'raw' | 'getHeaders'>,
    whose: Pick<StreamReader, 'keyId'> & { readonly kind: ReaderKind },
    private readonly times = TIMES,
  ) {
    this.keyId = whose.keyId;
    this.kind = whose.kind;
    reply.hijack();
    this.response = reply.raw;
    this.response.writeHead(200, reply.getHeaders() as Record<string, string>);
    this.response.write(`retry: ${RETRY_MS}\n\n`);
    this.heartbeat = setInterval(() => this.response.write(':\n\n'), this.times.heartbeatMs);
    this.onEnd(() => this.stop());
  }

  take(messages: readonly StreamMessage[]): boolean {
    // Nothing may be written after the end: the second such write emits an error without a listener, which would end
    // the process.
    if (this.ended) return false;
    const hasRoom = this.response.write(messages.map((message) => textOf(message, this.kind)).join(''));
    if (!hasRoom) this.destroyUnlessFetched();
    return hasRoom;
  }

  close(): void {
    if (this.ended) return;
    this.silence();
    this.response.end();
    this.destroyUnlessFetched();
  }

  /** Calls back whenever what was written has been fetched. */
  onRoom(callback: () => void): void {
    this.response.on('drain', () => {
      if (this.stuck !== null) clearTimeout(this.stuck);
      this.stuck = null;
      callback();
    });
  }

  /** Calls back once, however the connection ends; the client may be gone even before the answer begins. */
  onEnd(callback: () => void): void {
    if (this.ended || this.response.closed || this.response.destroyed) callback();
    else this.response.once('close', callback);
  }

  private destroyUnlessFetched(): void {
    this.stuck ??= setTimeout(() => this.response.destroy(), this.times.stuckMs);
  }

  private silence(): void {
    this.ended = true;
    clearInterval(this.heartbeat);
  }

  private stop(): void {
    this.silence();
    if (this.stuck !== null) clearTimeout(this.stuck);
  }
}

function textOf({ id, ...message }: StreamMessage, reader: ReaderKind): string {
  if ('event' in message) return `id: ${id}\ndata: ${eventText(message.event, reader)}\n\n`;
  return `id: ${id}\nevent: reset\ndata: ${JSON.stringify(message.reset)}\n\n`;
}
