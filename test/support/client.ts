import { assertDocumented } from './documented-answer.js';

/** The result of `JSON.parse`: tests read answers field by field. */
export type Json = ReturnType<typeof JSON.parse>;

/** An answer as it was received. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body's exact text. */
  readonly text: string;
  /** The body as JSON; null if there is none. */
  readonly body: Json;
}

export interface RequestOptions {
  /** Sent as `Idempotency-Key`. */
  readonly key?: string;
  /** Sent as `X-Merchant-Id`, as operators do. */
  readonly merchant?: { readonly id: string };
  readonly headers?: Readonly<Record<string, string>>;
}

const PREFIX = '/api/v1';

/**
 * Somebody with an API key and curl who relies on the OpenAPI document: whatever it does not describe fails the test.
 * Paths are written as in the design (`/payouts`), or as `next` and `Location` return them.
 */
export class Client {
  constructor(
    readonly url: string,
    readonly apiKey: string,
  ) {}

  get(path: string, options?: RequestOptions): Promise<Answer> {
    return this.send('GET', path, undefined, options);
  }

  /** @param body an object, or the JSON text itself if its exact bytes matter */
  post(path: string, body?: object | string, options?: RequestOptions): Promise<Answer> {
    return this.send('POST', path, body, options);
  }

  patch(path: string, body: object | string, options?: RequestOptions): Promise<Answer> {
    return this.send('PATCH', path, body, options);
  }

  delete(path: string, options?: RequestOptions): Promise<Answer> {
    return this.send('DELETE', path, undefined, options);
  }

  private async send(
    method: string,
    path: string,
    body: object | string | undefined,
    { key, merchant, headers }: RequestOptions = {},
  ): Promise<Answer> {
    const whole = `${path.startsWith(PREFIX) ? '' : PREFIX}${path}`;
    const response = await fetch(`${this.url}${whole}`, {
      method,
      headers: {
        authorization: `Api-Key ${this.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(merchant === undefined ? {} : { 'x-merchant-id': merchant.id }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status, headers: received } = response;
    const answer = { status, headers: received, text, body: text === '' ? null : JSON.parse(text) };
    assertDocumented({ method, path: whole, body }, answer);
    return answer;
  }
}
