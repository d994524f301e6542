import type { DataSource } from 'typeorm';
import { Placement } from '../shards/placement.js';
import type { Sql } from '../statements/sql.js';

/**
 * Reads of a single thing: a payout, a balance, a timeline. They use the connections of the object mapper, so that
 * lists and the worker's sweeps do not keep them waiting.
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
