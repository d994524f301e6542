import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface DoubleDelays {
  readonly slowAnswerMs: number;
  readonly settlementMs: number;
  readonly returnMs: number;
}

export interface DoubleRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** A form is an object of its fields. Undefined if there is no body. */
  readonly json: unknown;
}

export type DoubleAnswer =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection stays open without an answer. */
  | 'hangs';

/** A server on 127.0.0.1 in the place of a bank's API, with its own record of what it paid. */
export abstract class BankDouble {
  /** The requests received, oldest first. */
  readonly requests: DoubleRequest[] = [];
  private readonly server: Server;
  private readonly paid = new Map<string, number>();
  private readonly closing = new AbortController();

  constructor(protected readonly delays: DoubleDelays) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  protected abstract answer(request: DoubleRequest): Promise<DoubleAnswer>;

  async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  timesPaid(reference: string): number {
    return this.paid.get(reference) ?? 0;
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  protected pay(reference: string): void {
    this.paid.set(reference, this.timesPaid(reference) + 1);
  }

  protected async after(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', this.url);
    const text = Buffer.concat(chunks).toString();
    const request = {
      method: incoming.method ?? 'GET',
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      json: bodyOf(text, incoming.headers['content-type']),
    };
    this.requests.push(request);
    const answer = await this.answer(request);
    if (answer === 'hangs' || response.destroyed) return;
    if ('json' in answer) {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
    } else {
      response.writeHead(answer.status, { 'content-type': 'text/html', ...answer.headers }).end(answer.text);
    }
  }
}

function bodyOf(text: string, type: string | undefined): unknown {
  if (text === '') return undefined;
  const isForm = type?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : (JSON.parse(text) as unknown);
}
