import pg from 'pg';
import { HostChoice } from './host-choice.js';
import type { PrimaryServer } from './primary-server.js';

export type ServerClientConfig = pg.ClientConfig & { readonly hosts: HostChoice };

/** The driver's client, which goes to the host that takes writes and asks the server whether it may be worked on. */
export class ServerClient extends pg.Client {
  private readonly hosts: HostChoice;

  constructor(config: ServerClientConfig) {
    super(config);
    this.hosts = config.hosts;
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: ((err: Error) => void) | ((err: null, c: pg.Client) => void)): void;
  override connect(callback?: unknown): Promise<pg.Client> | void {
    const connected = this.open();
    if (typeof callback !== 'function') return connected;
    // The pool's way. What it does in the callback it catches itself.
    const done = callback as (error: Error | null, client?: pg.Client) => void;
    connected.then(() => done(null, this), done);
  }

  private async open(): Promise<this> {
    const { host, port } = await this.hosts.choose();
    // The pool has given up meanwhile, and says so in this way only.
    if (this.connection.stream.destroyed) throw new Error('timeout exceeded when trying to connect');
    const { connectionParameters } = this as unknown as { connectionParameters: object };
    for (const target of [this, connectionParameters]) Object.assign(target, { host, port });
    // The pool listens from the end of this on.
    const ignore = (): void => undefined;
    this.on('error', ignore);
    try {
      await super.connect();
      await this.hosts.admit(this);
      return this;
    } catch (error) {
      this.hosts.forget();
      void this.end().catch(() => undefined);
      throw error;
    } finally {
      // Errors of a connection that was refused come later.
      setImmediate(() => this.off('error', ignore));
    }
  }
}

/** For whatever takes the driver's settings: how it connects, and where to. */
export function clientOptions(
  url: string,
  primary?: PrimaryServer,
): { readonly Client: new () => pg.Client; readonly hosts: HostChoice } {
  // The pool hands its settings to whichever class it is given; its type leaves that out.
  return {
    Client: ServerClient as unknown as new () => pg.Client,
    hosts: primary?.hostsOf(url) ?? new HostChoice(url),
  };
}
