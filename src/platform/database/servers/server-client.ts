import pg from 'pg';
import { HostChoice } from './host-choice.js';
import type { PrimaryServer } from './primary-server.js';

export type ServerClientConfig = pg.ClientConfig & { readonly hosts: HostChoice };

/** The driver's client, extended to connect to the host that takes writes and to check that this server may be used. */
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
    // The pool calls it in this way, and itself catches what the callback throws.
    const done = callback as (error: Error | null, client?: pg.Client) => void;
    connected.then(() => done(null, this), done);
  }

  private async open(): Promise<this> {
    const { host, port } = await this.hosts.choose();
    // The pool has given up meanwhile, and this is the only sign of it.
    if (this.connection.stream.destroyed) throw new Error('timeout exceeded when trying to connect');
    const { connectionParameters } = this as unknown as { connectionParameters: object };
    for (const target of [this, connectionParameters]) Object.assign(target, { host, port });
    // The pool listens for errors only after this has returned.
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
      // Errors of a refused connection are emitted later.
      setImmediate(() => this.off('error', ignore));
    }
  }
}

/** Settings for the driver: by which client it connects, and to which host. */
export function clientOptions(
  url: string,
  primary?: PrimaryServer,
): { readonly Client: ClientClass; readonly hosts: HostChoice } {
  return {
    Client: clientClass(ServerClient),
    hosts: primary?.hostsOf(url) ?? new HostChoice(url),
  };
}

type ClientClass = new () => pg.Client;

/** The pool passes its settings to the class that it is given; its type does not say so. */
export function clientClass(client: new (config: ServerClientConfig) => ServerClient): ClientClass {
  return client as unknown as ClientClass;
}
