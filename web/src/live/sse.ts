/** A message of an event stream. `id` is the last one given, in this message or in an earlier one. */
export interface SseMessage {
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

/**
 * Reads server-sent events from text as it arrives, split wherever the network splits it (HTML Living Standard, "9.2.6
 * Interpreting an event stream"). `EventSource` cannot send the key in a header, so the stream is read with `fetch`.
 */
export class SseParser {
  private rest = '';
  private id: string | null = null;
  private type = '';
  private data: string[] = [];

  /** @returns the messages that are complete by now */
  feed(text: string): SseMessage[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop()!;
    return lines.map((line) => this.take(line)).filter((message) => message !== null);
  }

  private take(line: string): SseMessage | null {
    if (line === '') return this.dispatch();
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line)!;
    if (name === 'id' && !value!.includes('\0')) this.id = value!;
    if (name === 'event') this.type = value!;
    if (name === 'data') this.data.push(value!);
    return null;
  }

  private dispatch(): SseMessage | null {
    const { id, type, data } = this;
    this.type = '';
    this.data = [];
    return data.length === 0 ? null : { id, type: type === '' ? 'message' : type, data: data.join('\n') };
  }
}
