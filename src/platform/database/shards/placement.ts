import { hashesMarkedIn } from '../../../shared/book-mark.js';
import type { BoundTo } from '../statements/bound.js';
import { byShard } from './distribution.js';
import { onEveryShard, type Sorted } from './every-shard.js';
import type { Sql } from '../statements/sql.js';
import { type SqlTemplate, textOf } from '../statements/sql-template.js';

const NODE_OF = `
  SELECT n.nodename || ':' || n.nodeport AS node FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)
  WHERE p.shardid = get_shard_id_for_distribution_column('public.books', $1::uuid) AND n.noderole = 'primary'`;

/** Where merchants' rows lie: all in this database, or each merchant's in a shard on one of several nodes (Citus). */
export class Placement {
  constructor(
    private readonly sql: Sql,
    readonly distributed: boolean,
  ) {}

  /** Looks for rows wherever they lie: see {@link onEveryShard}. Where nothing is distributed, an ordinary query. */
  async search<Row>(statement: SqlTemplate, values: readonly unknown[], sorted: Sorted): Promise<Row[]> {
    if (this.distributed) return onEveryShard(this.sql, statement, values, sorted);
    return this.sql.query(textOf(statement), values);
  }

  /**
   * Whose the row with this id is, where it is of a merchant. The id says which shard is asked; where it is not there, as from
   * before ids said so, all are.
   * @param ownersOf what finds `merchant_id` by the id, its first value
   */
  async ownerOf(ownersOf: SqlTemplate, id: string): Promise<string | null> {
    const places = this.distributed ? [{ within: hashesMarkedIn(id) }, {}] : [{}];
    for (const place of places) {
      const sorted = { ...place, limit: 1, whole: true };
      const [row] = await this.search<{ merchant_id: string }>(ownersOf, [id], sorted);
      if (row !== undefined) return row.merchant_id;
    }
    return null;
  }

  /** `host:port` of the node on which the merchant's rows lie. The coordinator knows it. */
  async nodeOf(merchantId: string): Promise<string | null> {
    if (!this.distributed) return null;
    const [found] = await this.sql.query<{ node: string }>(NODE_OF, [merchantId]);
    return found?.node ?? null;
  }

  /** What a statement about one merchant is bound to. */
  boundTo(merchantId: string): BoundTo {
    return this.distributed ? [merchantId] : null;
  }

  /** What one statement can change of these merchants: those of a shard. Null, all, where nothing is distributed. */
  async byShard(merchantIds: readonly string[]): Promise<BoundTo[]> {
    return this.distributed ? byShard(this.sql, merchantIds) : [null];
  }

  /** A few things of several merchants: one statement for each shard. @param read adds what it gets to its values */
  async ofShards<Row>(merchantIds: readonly string[], read: (merchants: BoundTo) => Promise<Row[]>): Promise<Row[]> {
    return (await Promise.all((await this.byShard(merchantIds)).map(read))).flat();
  }
}
