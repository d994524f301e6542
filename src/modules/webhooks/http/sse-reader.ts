import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { KeptEvent } from '../../../platform/outbox/outbox.public.js';
import { eventText } from '../application/event-text.js';
import type { StreamReader } from '../application/event-streams.js';
import type { ReaderKind } from '../../../shared/submission-view.js';

/** Below what proxies and load balancers wait on a silent connection, a minute mostly. */
const HEARTBEAT_MS = 15_000;

/** As long as the answer about a key is trusted elsewhere. */
const KEY_CHECK_MS = 3_000;

/** What a reader has not fetched by then, it will never fetch. */
const STUCK_MS = 30_000;

/** How long a browser waits before it connects again. */
const RETRY_MS = 1_000;

/** One connection that server-sent events go to, from its head to its end. */
export class SseReader implements StreamReader {
  readonly merchantId: string;
  readonly keyId: string;
  private readonly kind: ReaderKind;
  private readonly response: ServerResponse;
  private readonly timers: readonly NodeJS.Timeout[];
  private stuck: NodeJS.Timeout | null = null;
  private ended = false;

  /** @param holds whether the key that has opened it is still valid */
  constructor(
    reply: FastifyReply,
    whose: Pick<StreamReader, 'merchantId' | 'keyId'> & { readonly kind: ReaderKind },
    private readonly holds: () => Promise<boolean>,
  ) {
    this.merchantId = whose.merchantId;
    this.keyId = whose.keyId;
    this.kind = whose.kind;
    reply.hijack();
    this.response = reply.raw;
    this.response.writeHead(200, reply.getHeaders() as Record<string, string>);
    this.response.write(`retry: ${RETRY_MS}\n\n`);
    this.timers = [
      setInterval(() => this.response.write(':\n\n'), HEARTBEAT_MS),
      setInterval(() => void this.checkKey(), KEY_CHECK_MS),
    ];
    this.onEnd(() => this.stop());
  }

  take(events: readonly KeptEvent[]): boolean {
    const messages = events.map((event) => `id: ${event.sequence}\ndata: ${eventText(event, this.kind)}\n\n`);
    const hasRoom = this.response.write(messages.join(''));
    if (!hasRoom) this.stuck ??= setTimeout(() => this.response.destroy(), STUCK_MS);
    return hasRoom;
  }

  reset(sequence: number): void {
    this.response.write(`id: ${sequence}\nevent: reset\ndata: {"sequence":${sequence}}\n\n`);
  }

  close(): void {
    this.response.end();
    this.stop();
  }

  /** Calls back whenever what was written has been fetched. */
  onRoom(callback: () => void): void {
    this.response.on('drain', () => {
      if (this.stuck !== null) clearTimeout(this.stuck);
      this.stuck = null;
      callback();
    });
  }

  /** Calls back once, however it ends; whoever asked may be gone before the answer begins. */
  onEnd(callback: () => void): void {
    if (this.ended || this.response.closed || this.response.destroyed) callback();
    else this.response.once('close', callback);
  }

  private stop(): void {
    this.ended = true;
    for (const timer of this.timers) clearInterval(timer);
    if (this.stuck !== null) clearTimeout(this.stuck);
  }

  private async checkKey(): Promise<void> {
    // Named decision: while the database cannot be asked, a stream that was allowed goes on.
    if (!(await this.holds().catch(() => true))) this.close();
  }
}
