import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** The status of the answer to a CONNECT; null: it never answers. */
type ProxyAnswer = number | null | 'broken off';

/** An HTTP proxy that leads every tunnel to the same port of this machine, whatever the request asks for. */
export class ProxyDouble {
  readonly asked: IncomingMessage[] = [];
  answer: (request: IncomingMessage) => ProxyAnswer = () => 200;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {
    server.on('connection', (socket: Socket) => this.sockets.add(socket));
  }

  static async listen(leadsTo: number, port = 0): Promise<ProxyDouble> {
    const server = createServer((_request, response) => void response.writeHead(400).end());
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const proxy = new ProxyDouble(server, (server.address() as AddressInfo).port);
    server.on('connect', (request: IncomingMessage, socket: Socket) => proxy.take(request, socket, leadsTo));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: IncomingMessage, socket: Socket, leadsTo: number): void {
    socket.on('error', () => undefined);
    this.asked.push(request);
    const answer = this.answer(request);
    if (answer === 'broken off') socket.destroy();
    else if (answer !== null && answer !== 200) socket.end(`HTTP/1.1 ${answer} Refused\r\n\r\n`);
    if (answer !== 200) return;
    const tunnel = connect(leadsTo, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      tunnel.pipe(socket).pipe(tunnel);
    });
    this.sockets.add(tunnel.on('error', () => socket.destroy()));
  }
}
