import type { DataSource } from 'typeorm';
import { Placement } from '../shards/placement.js';
import type { Sql } from '../statements/sql.js';

/**
 * Reads of a single thing: a payout, a balance, a timeline. On the connections of the object mapper, so that neither lists
 * nor the worker's sweeps make them wait.
 */
export class PointReads implements Sql {
  readonly placement: Placement;

  constructor(
    private readonly mapper: DataSource,
    distributed = false,
  ) {
    this.placement = new Placement(this, distributed);
  }

  query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.mapper.query<Row[]>(text, [...values]);
  }
}
