import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy between a service and a server that can cut connections, whatever their protocol. */
export class TcpProxy {
  /** True: no new connection gets through; existing connections are left alone. */
  refusing = false;
  private readonly ends = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async to(url: string): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, new URL(url));
  }

  /** The address to give to the service. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  cutAll(): void {
    for (const end of this.ends) end.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.refusing) return void client.destroy();
    const upstream = connect(Number(this.target.port), this.target.hostname);
    this.tie(client, upstream);
    this.tie(upstream, client);
    client.pipe(upstream).pipe(client);
  }

  private tie(end: Socket, other: Socket): void {
    this.ends.add(end);
    end.setNoDelay(true);
    end.on('error', () => undefined);
    end.on('close', () => {
      this.ends.delete(end);
      other.destroy();
    });
  }
}
