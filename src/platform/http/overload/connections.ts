import { BlockList, isIP, type Server, type Socket } from 'node:net';
import { Ticker } from '../../waiting/ticker.js';
import type { HttpSettings } from '../http.settings.js';

/** How soon a connection must have sent the head of a request; otherwise silent clients could hold all connections. */
const SILENT_MS = 30_000;

export type ConnectionLimits = Pick<HttpSettings, 'trustProxy' | 'maxConnections' | 'maxConnectionsPerAddress'>;

/**
 * The open connections of a server, limited in all and for each address; those of a trusted proxy only in all, since it
 * stands for many clients. One connection too many takes the place of the oldest that has never sent a request; if
 * there is none, its own request is refused.
 */
export class Connections {
  private readonly all = new Set<Socket>();
  private readonly ofAddress = new Map<string, Set<Socket>>();
  /**
   * The connections that have never sent the head of a request, with the time when they were opened, the oldest first.
   */
  private readonly silent = new Map<Socket, number>();
  private readonly surplus = new WeakSet<Socket>();
  private readonly isProxy: (address: string) => boolean;
  private readonly ticker: Ticker;

  constructor(
    server: Server,
    private readonly limits: ConnectionLimits,
    silentMs = SILENT_MS,
  ) {
    this.isProxy = trusting(limits.trustProxy);
    this.ticker = new Ticker('silent connections', Math.min(1_000, silentMs), () => this.closeSilent(silentMs));
    server.on('connection', (socket: Socket) => this.add(socket));
    server.on('request', ({ socket }: { socket: Socket }) => this.silent.delete(socket));
    server.on('listening', () => this.ticker.start());
    server.on('close', () => void this.ticker.stop());
  }

  /** Whether its request must be refused: it is one connection too many. */
  isSurplus(socket: Socket): boolean {
    return this.surplus.has(socket);
  }

  /** Closes the connections that have never sent a request, and no longer watches the others. */
  async stop(): Promise<void> {
    for (const socket of this.silent.keys()) socket.destroy();
    await this.ticker.stop();
  }

  private add(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const siblings = this.ofAddress.get(address) ?? new Set();
    this.ofAddress.set(address, siblings);
    socket.once('close', () => {
      for (const sockets of [this.all, this.silent, siblings]) sockets.delete(socket);
      if (siblings.size === 0) this.ofAddress.delete(address);
    });
    const { maxConnections, maxConnectionsPerAddress } = this.limits;
    const isOneTooMany =
      (this.all.size >= maxConnections && !this.closeOneOf(this.silent.keys())) ||
      (siblings.size >= maxConnectionsPerAddress && !this.isProxy(address) && !this.closeOneOf(siblings));
    if (isOneTooMany) this.surplus.add(socket);
    for (const sockets of [this.all, siblings]) sockets.add(socket);
    this.silent.set(socket, performance.now());
  }

  /** @returns whether there was one that has never sent a request */
  private closeOneOf(oldestFirst: Iterable<Socket>): boolean {
    for (const socket of oldestFirst) {
      if (!this.silent.has(socket) || socket.destroyed) continue;
      socket.destroy();
      return true;
    }
    return false;
  }

  private closeSilent(silentMs: number): Promise<void> {
    const now = performance.now();
    for (const [socket, since] of this.silent) {
      if (now - since < silentMs) break;
      socket.destroy();
    }
    return Promise.resolve();
  }
}

/** Whether `TRUST_PROXY` trusts the other end of a connection. */
function trusting(trustProxy: HttpSettings['trustProxy']): (address: string) => boolean {
  if (typeof trustProxy !== 'string') return () => trustProxy !== false;
  const proxies = new BlockList();
  const networks = trustProxy.split(',').flatMap((part) => (part === 'loopback' ? ['127.0.0.0/8', '::1'] : [part]));
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    proxies.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return (address) => proxies.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
