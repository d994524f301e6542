import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { freePort } from './free-port.js';

/** How a merchant's receiver behaves: `failing` answers 500 for a while, `dead` never answers. */
export const KINDS = ['well', 'slow', 'failing', 'dead'] as const;
export type Kind = (typeof KINDS)[number];

/** The delay of a receiver that does its work before it answers. */
const SLOW_MS = 2_000;

/** What arrived for one event. */
interface Seen {
  times: number;
  readonly firstAt: number;
  /** Of its bytes. */
  readonly digest: string;
  isTaken: boolean;
}

/** The endpoint of one merchant. */
export class TrialReceiver {
  readonly seen = new Map<string, Seen>();
  /** Messages whose bytes differ from those that arrived under the same id before. */
  changed = 0;
  /** Messages that were not signed with any secret valid at that moment. */
  unverified = 0;
  /** The currently valid secrets. */
  secrets: string[] = [];

  constructor(
    readonly kind: Kind,
    readonly url: string,
    private readonly failsUntil: () => boolean,
  ) {}

  get repeats(): number {
    return [...this.seen.values()].filter(({ times }) => times > 1).length;
  }

  /** @returns the status to answer with, and after how long */
  take(id: string, headers: Record<string, string>, body: string): { status: number; afterMs: number } {
    const digest = createHash('sha256').update(body).digest('hex');
    const seen = this.seen.get(id) ?? { times: 0, firstAt: Date.now(), digest, isTaken: false };
    this.seen.set(id, seen);
    seen.times++;
    if (seen.digest !== digest) this.changed++;
    const isSigned = this.secrets.some((secret) => isSignedWith(secret, headers, body));
    if (!isSigned) this.unverified++;
    const fails = !isSigned || (this.kind === 'failing' && this.failsUntil());
    seen.isTaken ||= !fails;
    return { status: fails ? 500 : 204, afterMs: this.kind === 'slow' ? SLOW_MS : 0 };
  }
}

/** All receivers of a trial in one server, each at its own path. Dead ones have a port on which nothing listens. */
export class TrialReceivers {
  readonly all: TrialReceiver[] = [];
  /** Failing receivers answer 500 until this is set. */
  areMended = false;
  /** Messages that slow receivers have and have not answered yet. */
  held = 0;
  /** Messages whose sender disconnected before the answer. */
  cutOff = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly port: number,
    private readonly deadPort: number,
  ) {}

  static async listen(): Promise<TrialReceivers> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receivers = new TrialReceivers(server, (server.address() as AddressInfo).port, await freePort());
    server.on('connection', (socket: Socket) => {
      receivers.sockets.add(socket);
      socket.once('close', () => receivers.sockets.delete(socket));
    });
    server.on('request', (request, response) => void receivers.answer(request, response));
    return receivers;
  }

  add(kind: Kind): TrialReceiver {
    const port = kind === 'dead' ? this.deadPort : this.port;
    const url = `http://127.0.0.1:${port}/${this.all.length}`;
    const receiver = new TrialReceiver(kind, url, () => !this.areMended);
    this.all.push(receiver);
    return receiver;
  }

  of(...kinds: readonly Kind[]): TrialReceiver[] {
    return this.all.filter(({ kind }) => kinds.includes(kind));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async hold(response: ServerResponse, ms: number): Promise<void> {
    this.held++;
    const cut = (): void => void this.cutOff++;
    response.once('close', cut);
    await pause(ms);
    response.off('close', cut);
    this.held--;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = request.headers as Record<string, string>;
    const receiver = this.all[Number(request.url!.slice(1))]!;
    const { status, afterMs } = receiver.take(headers['webhook-id']!, headers, Buffer.concat(chunks).toString());
    if (afterMs > 0) await this.hold(response, afterMs);
    response.writeHead(status).end();
  }
}

function isSignedWith(secret: string, headers: Record<string, string>, body: string): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    // Named decision: an invalid signature is an answer too.
    return false;
  }
}
