import { Logger } from '@nestjs/common';
import type { Connection } from '../database/connections/connection.js';
import type { Database } from '../database/connections/database.js';
import type { ShardPlace } from '../database/shards/shard-place.js';
import type { Shards } from './shards.js';

/** A node that was not reached is tried again after so long; until then the coordinator carries what is for it. */
const TRY_AGAIN_MS = 30_000;

/** What leads to books, and, where they are distributed, past the coordinator to the node of a shard. */
export type WaysToBooks = Pick<Database, 'connect'> & Partial<Pick<Database, 'connectToShard' | 'pooled'>>;

/**
 * How the lane of a shard gets to its books: straight to the node, which plans each statement once and for itself; or
 * through the coordinator, where this process does not reach the node.
 */
export class WayToShard {
  private taken: ShardPlace | null = null;
  private tryAgainAt = 0;
  private refusal: string | null = null;

  constructor(
    private readonly database: WaysToBooks,
    private readonly shards: Partial<Pick<Shards, 'placeOf' | 'upToDate'>>,
    private readonly shard: string,
  ) {}

  async connect(): Promise<Connection> {
    this.taken = this.place();
    const direct = await this.straight(this.taken);
    if (direct !== null) return direct;
    this.taken = null;
    this.tryAgainAt = performance.now() + TRY_AGAIN_MS;
    return this.database.connect({ pipeline: true });
  }

  /**
   * Whether the connection that was made last is the one that would be made now. A node that has got another address, since
   * its server was replaced, gets no commit at the old one by who knows.
   */
  async isCurrent(): Promise<boolean> {
    await this.shards.upToDate?.();
    const place = this.place();
    return this.taken === null ? place === null || performance.now() < this.tryAgainAt : this.taken === place;
  }

  /** Null where the coordinator is the only way: administrators' few writes, and behind a pooler, which hides the nodes. */
  private place(): ShardPlace | null {
    if (this.database.connectToShard === undefined || this.database.pooled === true) return null;
    return this.shards.placeOf?.(this.shard) ?? null;
  }

  private async straight(place: ShardPlace | null): Promise<Connection | null> {
    if (place === null) return null;
    try {
      const connection = await this.database.connectToShard!(place);
      this.refusal = null;
      return connection;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.refusal)
        Logger.warn(`node ${place.host}:${place.port} is written to through the coordinator: ${message}`, 'Database');
      this.refusal = message;
      return null;
    }
  }
}
