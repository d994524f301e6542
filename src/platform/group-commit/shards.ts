import { SHARDS_OF } from '../database/shards/distribution.js';
import { placesOf, type ShardPlace } from '../database/shards/shard-place.js';
import type { Sql } from '../database/statements/sql.js';

const IS_DISTRIBUTED = `
  SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'public.books'::regclass) AS distributed`;

/** Of each some hundred bytes: beyond it all are learned anew, which is two batches for each. */
const MAX_KNOWN = 500_000;

/** How often a look at the coordinator's catalogue sees whether shards were split or moved, or a node has another address. */
const LOOK_EVERY_MS = 5_000;

/**
 * Which books stand in which shard, where the tables are distributed (Citus). Learned as the books are written to, and anew
 * after a shard was split: until then a batch of both halves is refused by the coordinator, and its writes go one by one.
 */
export class Shards {
  private known = new Map<string, string>();
  private readonly asked = new Set<string>();
  private learning: Promise<void> | null = null;
  private looking: Promise<void> | null = null;
  private lookedAt: number;

  private constructor(
    private readonly sql: Sql,
    private places: readonly ShardPlace[],
    private readonly now: () => number,
  ) {
    this.lookedAt = now();
  }

  /** Null where the tables are not distributed. Asked once, at the start: tables are distributed while nobody serves. */
  static async of(sql: Sql, now: () => number = () => performance.now()): Promise<Shards | null> {
    const [citus] = await sql.query<{ there: boolean }>(`SELECT to_regclass('pg_dist_partition') IS NOT NULL AS there`);
    if (!citus!.there) return null;
    const [books] = await sql.query<{ distributed: boolean }>(IS_DISTRIBUTED);
    return books!.distributed ? new Shards(sql, await placesOf(sql), now) : null;
  }

  /** Null: not known yet, but soon. */
  shardOf(merchantId: string): string | null {
    void this.upToDate();
    const shard = this.known.get(merchantId);
    if (shard !== undefined) return shard;
    this.asked.add(merchantId);
    this.learning ??= this.learn();
    return null;
  }

  /** Null: not known. The same object as long as nothing has changed. */
  placeOf(shard: string): ShardPlace | null {
    return this.places.find(({ tables }) => tables['books'] === shard) ?? null;
  }

  /** Once what is known is no older than some seconds, or the coordinator does not answer. */
  async upToDate(): Promise<void> {
    if (this.now() - this.lookedAt >= LOOK_EVERY_MS) await this.look();
  }

  /** For who has found something in another place. */
  look(): Promise<void> {
    return (this.looking ??= this.lookAnew().finally(() => (this.looking = null)));
  }

  /** What is being learned meanwhile is from before, and is not kept. */
  private async lookAnew(): Promise<void> {
    // Where that fails, the next time.
    const places = await placesOf(this.sql).catch(() => this.places);
    this.lookedAt = this.now();
    if (JSON.stringify(places) === JSON.stringify(this.places)) return;
    this.known = new Map();
    this.places = places;
  }

  private async learn(): Promise<void> {
    // Those that are asked for in the same turn of the event loop share a statement.
    await new Promise(setImmediate);
    const ids = [...this.asked];
    const { known } = this;
    this.asked.clear();
    try {
      const rows = await this.sql.query<{ id: string; shard: string }>(SHARDS_OF, [ids]);
      if (known.size + rows.length > MAX_KNOWN) known.clear();
      for (const { id, shard } of rows) known.set(id, shard);
    } catch {
      // Their books go alone until somebody writes to them again, and asks.
    } finally {
      this.learning = null;
    }
  }
}
