import { until } from './wait-for.js';

/** A message of a stream: an event, or a reset. */
export interface StreamMessage {
  readonly id: number;
  readonly type: string;
  readonly data: string;
}

export interface StreamRequest {
  readonly lastEventId?: number | string;
  readonly query?: string;
}

/** A client that follows `GET /events/stream`, as a browser's EventSource would. */
export class EventStreamReader {
  readonly messages: StreamMessage[] = [];
  /** Whether the server has ended the stream, or the connection was cut. */
  ended = false;
  private readonly arrivedAt: number[] = [];
  private rest = '';

  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {}

  /** Returns when the server has answered. @param apiKey null: the query contains a ticket */
  static async open(url: string, apiKey: string | null, { lastEventId, query = '' }: StreamRequest = {}) {
    const abort = new AbortController();
    const headers = {
      ...(apiKey === null ? {} : { authorization: `Api-Key ${apiKey}` }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': `${lastEventId}` }),
    };
    const response = await fetch(`${url}/api/v1/events/stream${query}`, { headers, signal: abort.signal });
    const reader = new EventStreamReader(response, abort);
    if (response.status === 200) void reader.read();
    return reader;
  }

  /** The events in the messages. */
  get events(): { readonly id: string; readonly merchant_id: string; readonly sequence: number }[] {
    return this.messages.filter(({ type }) => type === 'message').map(({ data }) => JSON.parse(data));
  }

  /**
   * How long each event took from its commit to here, in milliseconds, shortest first; its time is that of the start of
   * its commit.
   */
  get delays(): number[] {
    const delays = this.messages.map(({ data }, i) => this.arrivedAt[i]! - Date.parse(JSON.parse(data).created_at));
    return delays.sort((a, b) => a - b);
  }

  get ids(): number[] {
    return this.messages.map(({ id }) => id);
  }

  /** The types of the messages, as an EventSource distinguishes them. */
  get types(): string[] {
    return this.messages.map(({ type }) => type);
  }

  async untilId(id: number): Promise<void> {
    await until(`event ${id} is on the stream`, () => this.ids.includes(id));
  }

  /** Cuts the connection. */
  close(): void {
    this.abort.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body! as unknown as AsyncIterable<Uint8Array>)
        this.parse(decoder.decode(chunk, { stream: true }));
    } catch {
      // Named decision: a cut connection is one way for a stream to end.
    }
    this.ended = true;
  }

  private parse(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
      if (fields['data'] === undefined) continue;
      this.messages.push({ id: Number(fields['id']), type: fields['event'] ?? 'message', data: fields['data'] });
      this.arrivedAt.push(Date.now());
    }
  }
}
