import { hashesHintedIn } from '../../../shared/shard-hint.js';
import type { BoundTo } from '../statements/bound.js';
import { byShard } from './distribution.js';
import { onEveryShard, type Sorted } from './every-shard.js';
import type { Sql } from '../statements/sql.js';
import { type SqlTemplate, textOf } from '../statements/sql-template.js';

const NODE_OF = `
  SELECT n.nodename || ':' || n.nodeport AS node FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)
  WHERE p.shardid = get_shard_id_for_distribution_column('public.books', $1::uuid) AND n.noderole = 'primary'`;

/** Where merchants' rows are: all in this database, or each merchant's in a shard on one of several nodes (Citus). */
export class Placement {
  constructor(
    private readonly sql: Sql,
    readonly distributed: boolean,
  ) {}

  /** Looks for rows wherever they are: see {@link onEveryShard}. If nothing is distributed, an ordinary query. */
  async search<Row>(statement: SqlTemplate, values: readonly unknown[], sorted: Sorted): Promise<Row[]> {
    if (this.distributed) return onEveryShard(this.sql, statement, values, sorted);
    return this.sql.query(textOf(statement), values);
  }

  /**
   * The merchant to whom the row with this id belongs, or null. The shard that the id indicates is asked first; if the
   * row is not there, because the id is from before ids did so, all shards are.
   * @param ownersOf finds `merchant_id` by the id, its first value
   */
  async ownerOf(ownersOf: SqlTemplate, id: string): Promise<string | null> {
    const places = this.distributed ? [{ within: hashesHintedIn(id) }, {}] : [{}];
    for (const place of places) {
      const sorted = { ...place, limit: 1, whole: true };
      const [row] = await this.search<{ merchant_id: string }>(ownersOf, [id], sorted);
      if (row !== undefined) return row.merchant_id;
    }
    return null;
  }

  /** `host:port` of the node of the merchant's rows, as the coordinator knows it; null if nothing is distributed. */
  async nodeOf(merchantId: string): Promise<string | null> {
    if (!this.distributed) return null;
    const [found] = await this.sql.query<{ node: string }>(NODE_OF, [merchantId]);
    return found?.node ?? null;
  }

  /** The `BoundTo` of a statement about one merchant. */
  boundTo(merchantId: string): BoundTo {
    return this.distributed ? [merchantId] : null;
  }

  /**
   * Divides these merchants by shard, which is what one statement can change. If nothing is distributed: null, for all
   * of them.
   */
  async byShard(merchantIds: readonly string[]): Promise<BoundTo[]> {
    return this.distributed ? byShard(this.sql, merchantIds) : [null];
  }

  /**
   * Reads a little about several merchants, with one statement for each shard. @param read adds what it gets to its
   * values
   */
  async ofShards<Row>(merchantIds: readonly string[], read: (merchants: BoundTo) => Promise<Row[]>): Promise<Row[]> {
    return (await Promise.all((await this.byShard(merchantIds)).map(read))).flat();
  }
}
