import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { readFileSync } from 'node:fs';
import { tlsFile } from './tls.js';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type HookAnswer = (request: Received, response: ServerResponse) => void;

export const NO_CONTENT: HookAnswer = (_request, response) => void response.writeHead(204).end();

/** Never answers; the connection stays open until the sender or the test ends it. */
export const SILENCE: HookAnswer = () => undefined;

/** Receives webhooks, as a merchant's server would. */
export class HookReceiver {
  readonly received: Received[] = [];
  connections = 0;
  answer: HookAnswer = NO_CONTENT;

  private constructor(
    private readonly server: Server & { closeAllConnections(): void },
    readonly url: string,
  ) {
    server.on('connection', () => this.connections++);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.take(request, response));
  }

  /** @param tls with the certificate for localhost of test/support/tls */
  static async listen({ host = '127.0.0.1', port = 0, tls = false } = {}): Promise<HookReceiver> {
    const server = tls
      ? createTlsServer({ cert: readFileSync(tlsFile('server.crt')), key: readFileSync(tlsFile('server.key')) })
      : createServer();
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, host, resolve));
    const { port: bound } = server.address() as AddressInfo;
    return new HookReceiver(server, `${tls ? 'https://localhost' : `http://${host}`}:${bound}`);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get ids(): string[] {
    return this.received.map(({ headers }) => headers['webhook-id'] as string);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const received = { method: request.method!, path: request.url!, headers: request.headers, body };
    this.received.push(received);
    this.answer(received, response);
  }
}
