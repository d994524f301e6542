import { Injectable, Logger } from '@nestjs/common';
import type { Connection } from '../database/connections/connection.js';
import { Database } from '../database/connections/database.js';

/** The channel on which processes notify each other of new events. */
const CHANNEL = 'bahi_outbox';

const RECONNECT_AFTER_MS = 1_000;

/** Per signal: PostgreSQL accepts fewer than 8,000 bytes, and an id has 36. */
const MERCHANTS_PER_SIGNAL = 200;

/** The merchants whose events wait; null if the signal does not say. */
export type Signalled = readonly string[] | null;

/**
 * Notifies the relays of other processes that there are events to carry. Only a hint: their polls would find them too.
 */
@Injectable()
export class OutboxSignal {
  private inFlight = false;
  private again = false;
  private readonly merchantIds = new Set<string>();
  private readonly listeners: ((merchantIds: Signalled) => void)[] = [];
  private listener: Connection | null = null;
  private stopped = false;
  private reconnect: NodeJS.Timeout | null = null;

  constructor(private readonly database: Database) {}

  /**
   * Sent as a statement of its own: within the transaction it would make the commits of all processes wait for each
   * other. Only one is in flight at a time; commits in the meantime share the next one. Nobody waits for it. It names
   * the merchants where a relay would otherwise have to ask every node.
   */
  notify(merchantIds: readonly string[]): void {
    if (this.database.placement.distributed) for (const id of merchantIds) this.merchantIds.add(id);
    if (this.inFlight) this.again = true;
    else void this.send();
  }

  /** Calls `onSignal` at each signal. All listeners share one connection, which is replaced when it breaks. */
  listen(onSignal: (merchantIds: Signalled) => void): void {
    this.listeners.push(onSignal);
    // A pooler drops notifications; polling replaces them.
    if (this.listeners.length === 1 && !this.database.pooled) void this.connect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.reconnect !== null) clearTimeout(this.reconnect);
    await this.listener?.close();
  }

  private async send(): Promise<void> {
    this.inFlight = true;
    do {
      this.again = false;
      const payload = this.merchantIds.size <= MERCHANTS_PER_SIGNAL ? [...this.merchantIds].join(' ') : '';
      this.merchantIds.clear();
      await this.database.query(`SELECT pg_notify('${CHANNEL}', $1)`, [payload]).catch((error: unknown) => {
        Logger.debug(`other processes were not notified of new events; they poll: ${String(error)}`, OutboxSignal.name);
      });
    } while (this.again);
    this.inFlight = false;
  }

  private async connect(): Promise<void> {
    const onSignal = (payload?: string): void => {
      const merchantIds = payload ? payload.split(' ') : null;
      this.listeners.forEach((listener) => listener(merchantIds));
    };
    try {
      const connection = await this.database.connect({ pipeline: false });
      this.listener = connection;
      connection.onEnd(() => this.connectLater());
      connection.onNotification(onSignal);
      if (this.stopped) await connection.close();
      else await connection.command(`LISTEN ${CHANNEL}`);
      // For events that were announced while nobody listened.
      onSignal();
    } catch (error) {
      Logger.debug(`not listening for new events; this process polls: ${String(error)}`, OutboxSignal.name);
      await this.listener?.close();
      this.connectLater();
    }
  }

  private connectLater(): void {
    if (this.stopped) return;
    this.reconnect ??= setTimeout(() => {
      this.reconnect = null;
      void this.connect();
    }, RECONNECT_AFTER_MS);
  }
}
