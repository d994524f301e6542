import { Logger } from '@nestjs/common';
import type { Connection } from '../database/connections/connection.js';
import type { Database } from '../database/connections/database.js';

/** The pause after a node was not reached. Each further one is twice as long, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Connections to the node of a shard, past the coordinator: see ShardConnections. */
export interface DirectConnections {
  open(shard: string): Promise<Connection>;
}

/**
 * How the lane of a shard reaches its books: directly at the node, which plans each statement only once, or through the
 * coordinator as long as there is no connection to the node. That connection is opened in the background, and the lane
 * never waits for it.
 */
export class ShardRoute {
  private ready: Connection | null = null;
  private opening: Promise<void> | null = null;
  private pauseMs = FIRST_PAUSE_MS;
  private tryAgainAt = 0;
  private refusal: string | null = null;
  private closed = false;

  constructor(
    private readonly database: Pick<Database, 'connect'>,
    private readonly direct: DirectConnections,
    private readonly shard: string,
  ) {}

  async connect(): Promise<Connection> {
    const { ready } = this;
    if (ready === null || !isFit(ready)) return this.database.connect({ pipeline: true });
    this.ready = null;
    return ready;
  }

  /** Whether a live connection is still the best one. If there is none to the node, starts to open one. */
  isCurrent(connection: Connection): boolean {
    if (connection.isOnShard) return connection.isConfirmed;
    if (this.ready !== null && isFit(this.ready)) return false;
    this.opening ??= this.open().finally(() => (this.opening = null));
    return true;
  }

  /** Does not wait for a connection that is being opened: the node may hang. */
  async close(): Promise<void> {
    this.closed = true;
    await this.dropReady();
  }

  private async dropReady(): Promise<void> {
    const { ready } = this;
    this.ready = null;
    await ready?.close();
  }

  /** Never fails. */
  private async open(): Promise<void> {
    await this.dropReady();
    if (performance.now() < this.tryAgainAt) return;
    try {
      this.ready = await this.direct.open(this.shard);
      this.refusal = null;
      this.pauseMs = FIRST_PAUSE_MS;
      // A connection that breaks at once is not opened again and again.
      this.tryAgainAt = performance.now() + FIRST_PAUSE_MS;
      if (this.closed) await this.dropReady();
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.refusal)
        Logger.warn(
          `shard ${this.shard} is written to through the coordinator, because this process cannot connect to its ` +
            `node: ${message}`,
          'Database',
        );
      this.refusal = message;
      this.tryAgainAt = performance.now() + this.pauseMs;
      this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

const isFit = (connection: Connection): boolean => connection.alive && connection.isConfirmed;
