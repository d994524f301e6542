export interface RequestTemplate {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly apiKey: string;
  /** JSON. Each POST has a new Idempotency-Key. */
  readonly body?: string;
}

const COUNTER_DIGITS = 8;

/**
 * The bytes of one connection's requests: they are made once, and only a counter at the end of the key is incremented
 * in them.
 */
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

  /** Always the same buffer: the next request waits for the answer to this one, so this one has been sent by then. */
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
