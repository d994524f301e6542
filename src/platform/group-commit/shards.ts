import { SHARDS_OF } from '../database/distribution.js';
import type { Sql } from '../database/sql.js';

const IS_DISTRIBUTED = `
  SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'public.books'::regclass) AS distributed`;

/** Of each some hundred bytes: beyond it all are learned anew, which is two batches for each. */
const MAX_KNOWN = 500_000;

/** Which books stand in which shard, where the tables are distributed (Citus). Learned as the books are written to. */
export class Shards {
  private readonly known = new Map<string, string>();
  private readonly asked = new Set<string>();
  private learning: Promise<void> | null = null;

  constructor(private readonly sql: Sql) {}

  /** Null where the tables are not distributed. Asked once, at the start: tables are distributed while nobody serves. */
  static async of(sql: Sql): Promise<Shards | null> {
    const [citus] = await sql.query<{ there: boolean }>(`SELECT to_regclass('pg_dist_partition') IS NOT NULL AS there`);
    if (!citus!.there) return null;
    const [books] = await sql.query<{ distributed: boolean }>(IS_DISTRIBUTED);
    return books!.distributed ? new Shards(sql) : null;
  }

  /** Null: not known yet, but soon. */
  shardOf(merchantId: string): string | null {
    const shard = this.known.get(merchantId);
    if (shard !== undefined) return shard;
    this.asked.add(merchantId);
    this.learning ??= this.learn();
    return null;
  }

  private async learn(): Promise<void> {
    // Those that are asked for in the same turn of the event loop share a statement.
    await new Promise(setImmediate);
    const ids = [...this.asked];
    this.asked.clear();
    try {
      const rows = await this.sql.query<{ id: string; shard: string }>(SHARDS_OF, [ids]);
      if (this.known.size + rows.length > MAX_KNOWN) this.known.clear();
      for (const { id, shard } of rows) this.known.set(id, shard);
    } catch {
      // Their books go alone until somebody writes to them again, and asks.
    } finally {
      this.learning = null;
    }
  }
}
