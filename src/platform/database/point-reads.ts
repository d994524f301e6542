import type { DataSource } from 'typeorm';
import type { BoundTo } from './bound.js';
import { byShard } from './distribution.js';
import { onEveryShard, type Sorted } from './every-shard.js';
import { routed } from './routed.js';
import type { Sql } from './sql.js';

/**
 * Reads of a single thing: a payout, a balance, a timeline. On the connections of the object mapper, so that neither lists
 * nor the worker's sweeps make them wait.
 */
export class PointReads implements Sql {
  constructor(
    private readonly mapper: DataSource,
    private readonly distributed = false,
  ) {}

  query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.mapper.query<Row[]>(this.distributed ? routed(text) : text, [...values]);
  }

  /** Looks for rows wherever they lie: see {@link onEveryShard}. */
  search<Row>(text: string, values: readonly unknown[], sorted: Sorted): Promise<Row[]> {
    return this.distributed ? onEveryShard(this, text, values, sorted) : this.query(text, values);
  }

  /** A few things of several merchants: one statement for each shard. @param read adds what it gets to its values */
  async ofShards<Row>(merchantIds: readonly string[], read: (merchants: BoundTo) => Promise<Row[]>): Promise<Row[]> {
    const shards = this.distributed ? await byShard(this, merchantIds) : [null];
    return (await Promise.all(shards.map(read))).flat();
  }
}
