import { StartupError } from '../config/startup-error.js';
import { Ticker } from '../waiting/ticker.js';
import type { EmbeddedServer } from './embedded-postgres.js';
import { messageOf } from './system-error.js';

/** A check costs the reading of one small file. */
const LOOK_EVERY_MS = 250;

/**
 * Restarts the server when its process ends while the service is running: for example killed by the system when memory
 * ran out, or stopped by a person. Open connections are broken; the service makes new ones by itself.
 */
export class ServerWatch {
  /** Settles only when the server cannot be restarted, with the error that ends the service. */
  readonly lost: Promise<StartupError>;
  private readonly ticker = new Ticker('postgres', LOOK_EVERY_MS, () => this.look());
  private ended = false;
  private reportLost = (_why: StartupError): void => undefined;

  constructor(
    private readonly server: Pick<EmbeddedServer, 'runs' | 'restart'>,
    private readonly log: (line: string) => void,
  ) {
    this.lost = new Promise((resolve) => (this.reportLost = resolve));
    this.ticker.start();
  }

  /** Called before the server is stopped on purpose. Waits for a restart that is in progress. */
  async stop(): Promise<void> {
    this.ended = true;
    await this.ticker.stop();
  }

  private async look(): Promise<void> {
    if (this.ended || (await this.server.runs())) return;
    // Stopped meanwhile: its end was intended.
    if (this.ended) return;
    this.log('PostgreSQL ended while the service was running: starting it again …');
    try {
      await this.server.restart();
      this.log('PostgreSQL is running again.');
    } catch (error) {
      this.ended = true;
      this.reportLost(new StartupError(`PostgreSQL has ended and cannot be started again: ${messageOf(error)}`));
    }
  }
}
