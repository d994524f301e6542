import { SHARDS_OF } from '../database/shards/distribution.js';
import type { Sql } from '../database/statements/sql.js';

const IS_DISTRIBUTED = `
  SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'public.books'::regclass) AS distributed`;

/**
 * Each takes some hundred bytes. Beyond this number all are forgotten and learned again, which takes two batches each.
 */
const MAX_KNOWN = 500_000;

/** Changes when a shard is split. A shard that is moved keeps its number, and its books keep their lane. */
const DIVISION = `
  SELECT string_agg(shardid || ' from ' || shardminvalue, ', ' ORDER BY shardid) AS division
  FROM pg_dist_shard WHERE logicalrelid = 'public.books'::regclass`;

/** How often the coordinator's catalogue is read to see whether shards were split, and how soon after that failed. */
const LOOK_EVERY_MS = 10_000;
const LOOK_AGAIN_MS = 1_000;

/**
 * Knows which shard each book is in, if the tables are distributed (Citus). It learns that when a book is written to,
 * and again after a shard was split. Until then the coordinator refuses a batch with books of both halves, and its
 * writes are committed one by one.
 */
export class Shards {
  private known = new Map<string, string>();
  private readonly asked = new Set<string>();
  private learning: Promise<void> | null = null;
  private looking: Promise<void> | null = null;
  private nextLookAt: number;

  private constructor(
    private readonly own: Sql,
    private division: string,
    private readonly now: () => number,
  ) {
    this.nextLookAt = now() + LOOK_EVERY_MS;
  }

  /**
   * Null if the tables are not distributed. Called once, at the start: tables are distributed only while no process
   * runs.
   * @param own is asked from then on; it does not wait for statements of others
   */
  static async of(sql: Sql, own: Sql = sql, now: () => number = () => performance.now()): Promise<Shards | null> {
    const [citus] = await sql.query<{ there: boolean }>(`SELECT to_regclass('pg_dist_partition') IS NOT NULL AS there`);
    if (!citus!.there) return null;
    const [books] = await sql.query<{ distributed: boolean }>(IS_DISTRIBUTED);
    return books!.distributed ? new Shards(own, await divisionOf(sql), now) : null;
  }

  /** Null if it is not known yet; then it is looked up. */
  shardOf(merchantId: string): string | null {
    if (this.now() >= this.nextLookAt) void this.look();
    const shard = this.known.get(merchantId);
    if (shard !== undefined) return shard;
    this.asked.add(merchantId);
    this.learning ??= this.learn();
    return null;
  }

  /** Also called when a shard was not found where it was. Never fails. */
  look(): Promise<void> {
    this.looking ??= this.lookAnew().finally(() => (this.looking = null));
    return this.looking;
  }

  /** Replaces the map: an answer that is under way is from before the split, and goes into the old one. */
  private async lookAnew(): Promise<void> {
    this.nextLookAt = this.now() + LOOK_AGAIN_MS;
    const division = await divisionOf(this.own).catch(() => null);
    if (division === null) return;
    this.nextLookAt = this.now() + LOOK_EVERY_MS;
    if (division !== this.division) this.known = new Map();
    this.division = division;
  }

  private async learn(): Promise<void> {
    // Books that are asked for in the same turn of the event loop share a statement.
    await new Promise(setImmediate);
    const ids = [...this.asked];
    const { known } = this;
    this.asked.clear();
    try {
      const rows = await this.own.query<{ id: string; shard: string }>(SHARDS_OF, [ids]);
      if (known.size + rows.length > MAX_KNOWN) known.clear();
      for (const { id, shard } of rows) known.set(id, shard);
    } catch {
      // These books are written alone until the next write to them asks again.
    } finally {
      this.learning = null;
    }
  }
}

async function divisionOf(sql: Sql): Promise<string> {
  return (await sql.query<{ division: string }>(DIVISION))[0]!.division;
}
