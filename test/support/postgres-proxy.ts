import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to a connection on which a COMMIT is seen. */
export type Fate = 'passes' | 'is lost before the server receives it' | 'is lost before the client receives the answer';

/**
 * A proxy between a service and PostgreSQL that can cut connections at the worst moment, and that counts statements.
 */
export class PostgresProxy {
  commit: Fate = 'passes';
  /** True: no new connection gets through; existing connections are left alone. */
  refusing = false;
  /** True: nothing is forwarded any more, but connections stay open. */
  silent = false;
  /** The names of clients (application_name), one for each COMMIT that has reached the server. */
  readonly committed: string[] = [];
  /** How many connections were cut at a COMMIT. */
  cuts = 0;
  /** How many statements the clients have executed. */
  statements = 0;
  private refused: string | null = null;
  private readonly names = new Map<Socket, string>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async to(url: string): Promise<PostgresProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PostgresProxy(server, new URL(url));
  }

  /** The address to give to the service. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** The server has moved: it was restarted on another port. */
  leadTo(url: string): void {
    this.target = new URL(url);
  }

  /** Nobody with this text in their name gets through any more, and who has is cut off. Null: everybody does again. */
  refuse(name: string | null): void {
    this.refused = name;
    if (name !== null) for (const [client, of] of this.names) if (of.includes(name)) client.destroy();
  }

  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    this.tie(client, upstream);
    this.tie(upstream, client);
    let answersCommit = false;
    const cut = (): void => {
      this.cuts++;
      client.destroy();
    };
    let name = '';
    // The start-up message is the only one without a leading letter.
    const fromClient = new Messages(true);
    client.on('data', (data) => {
      for (const message of fromClient.read(data)) {
        if (message[0] === 0) {
          name = nameIn(message);
          if (this.refused !== null && name.includes(this.refused)) return void client.destroy();
          this.names.set(client, name);
        }
        const letter = String.fromCharCode(message[0]!);
        if (letter === 'E' || letter === 'Q') this.statements++;
        if (letter === 'Q' && message.includes('COMMIT\0')) {
          if (this.commit === 'is lost before the server receives it') return cut();
          answersCommit = this.commit === 'is lost before the client receives the answer';
        }
        if (letter === 'Q' && message.includes('COMMIT\0')) this.committed.push(name);
        if (!this.silent) upstream.write(message);
      }
    });
    const fromServer = new Messages(false);
    upstream.on('data', (data) => {
      for (const message of fromServer.read(data)) {
        if (this.silent) continue;
        if (!answersCommit) client.write(message);
        else if (message[0] === 'C'.charCodeAt(0) && message.includes('COMMIT\0')) return cut();
      }
    });
  }

  private tie(socket: Socket, other: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.names.delete(socket);
      other.destroy();
    });
  }
}

/** The name of a client, in its start-up message: pairs of texts, each followed by a zero. */
function nameIn(message: Buffer): string {
  const [, name] = /\0application_name\0([^\0]*)\0/.exec(message.toString('latin1')) ?? [];
  return name ?? '';
}

/** Splits a stream into PostgreSQL's messages: a letter, four bytes of length, the rest (protocol 3.0, §54.7). */
class Messages {
  private rest = Buffer.alloc(0);

  constructor(private startUp: boolean) {}

  *read(data: Buffer): Generator<Buffer> {
    this.rest = Buffer.concat([this.rest, data]);
    for (;;) {
      const letters = this.startUp ? 0 : 1;
      if (this.rest.length < letters + 4) return;
      const length = letters + this.rest.readUInt32BE(letters);
      if (this.rest.length < length) return;
      const message = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      this.startUp = false;
      yield message;
    }
  }
}
