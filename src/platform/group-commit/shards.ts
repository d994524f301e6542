import { SHARDS_OF } from '../database/shards/distribution.js';
import type { Sql } from '../database/statements/sql.js';

const IS_DISTRIBUTED = `
  SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'public.books'::regclass) AS distributed`;

/** Of each some hundred bytes: beyond it all are learned anew, which is two batches for each. */
const MAX_KNOWN = 500_000;

/** Changes when a shard is split. One that is moved keeps its number, and its books their lane. */
const DIVISION = `
  SELECT string_agg(shardid || ' from ' || shardminvalue, ', ' ORDER BY shardid) AS division
  FROM pg_dist_shard WHERE logicalrelid = 'public.books'::regclass`;

/** How often a look at the coordinator's catalogue sees whether shards were split; and after one that failed. */
const LOOK_EVERY_MS = 10_000;
const LOOK_AGAIN_MS = 1_000;

/**
 * Which books stand in which shard, where the tables are distributed (Citus). Learned as the books are written to, and anew
 * after a shard was split: until then a batch of both halves is refused by the coordinator, and its writes go one by one.
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
   * Null where the tables are not distributed. Asked once, at the start: tables are distributed while nobody serves.
   * @param own what is asked from then on: it waits for nobody else's statements
   */
  static async of(sql: Sql, own: Sql = sql, now: () => number = () => performance.now()): Promise<Shards | null> {
    const [citus] = await sql.query<{ there: boolean }>(`SELECT to_regclass('pg_dist_partition') IS NOT NULL AS there`);
    if (!citus!.there) return null;
    const [books] = await sql.query<{ distributed: boolean }>(IS_DISTRIBUTED);
    return books!.distributed ? new Shards(own, await divisionOf(sql), now) : null;
  }

  /** Null: not known yet, but soon. */
  shardOf(merchantId: string): string | null {
    if (this.now() >= this.nextLookAt) void this.look();
    const shard = this.known.get(merchantId);
    if (shard !== undefined) return shard;
    this.asked.add(merchantId);
    this.learning ??= this.learn();
    return null;
  }

  /** For who has found something in another place, too. Never fails. */
  look(): Promise<void> {
    this.looking ??= this.lookAnew().finally(() => (this.looking = null));
    return this.looking;
  }

  /** What is being learned meanwhile is from before, and is not kept. */
  private async lookAnew(): Promise<void> {
    this.nextLookAt = this.now() + LOOK_AGAIN_MS;
    const division = await divisionOf(this.own).catch(() => null);
    if (division === null) return;
    this.nextLookAt = this.now() + LOOK_EVERY_MS;
    if (division !== this.division) this.known = new Map();
    this.division = division;
  }

  private async learn(): Promise<void> {
    // Those that are asked for in the same turn of the event loop share a statement.
    await new Promise(setImmediate);
    const ids = [...this.asked];
    const { known } = this;
    this.asked.clear();
    try {
      const rows = await this.own.query<{ id: string; shard: string }>(SHARDS_OF, [ids]);
      if (known.size + rows.length > MAX_KNOWN) known.clear();
      for (const { id, shard } of rows) known.set(id, shard);
    } catch {
      // Their books go alone until somebody writes to them again, and asks.
    } finally {
      this.learning = null;
    }
  }
}

async function divisionOf(sql: Sql): Promise<string> {
  return (await sql.query<{ division: string }>(DIVISION))[0]!.division;
}
