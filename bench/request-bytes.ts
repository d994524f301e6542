export interface RequestTemplate {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly apiKey: string;
  /** JSON. A POST carries a fresh Idempotency-Key each time. */
  readonly body?: string;
}

const COUNTER_DIGITS = 8;

/** The bytes of one connection's requests: made once, and only the last digits of the key are counted up in them. */
export class RequestBytes {
  private readonly bytes: Buffer;
  private readonly counterAt: number | null;
  private count = 0;

  constructor({ method, path, apiKey, body = '' }: RequestTemplate, keyPrefix: string) {
    const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: Api-Key ${apiKey}`];
    if (method === 'POST') {
      lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
      lines.push(`Idempotency-Key: ${keyPrefix}-${'0'.repeat(COUNTER_DIGITS)}`);
    }
    const head = lines.join('\r\n');
    this.counterAt = method === 'POST' ? head.length - COUNTER_DIGITS : null;
    this.bytes = Buffer.from(`${head}\r\n\r\n${body}`);
  }

  /** The same buffer each time: it is sent before the answer comes for which the next request waits. */
  next(): Uint8Array {
    if (this.counterAt === null) return this.bytes;
    let rest = ++this.count;
    for (let i = COUNTER_DIGITS - 1; i >= 0; i--) {
      this.bytes[this.counterAt + i] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    return this.bytes;
  }
}
