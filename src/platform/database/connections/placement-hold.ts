import type { ShardPlace } from '../shards/shard-place.js';
import { allOrCause } from '../statements/statement-group.js';
import type { Connection } from './connection.js';
import { ShardMoved } from './not-on-shard.js';

/** Keeps the shard where it is until the transaction ends, and returns where that is: see distribute.ts. */
export const HOLD = 'SELECT is_here, node FROM public.hold_placement($1)';

export interface Held {
  readonly is_here: boolean | null;
  readonly node: string | null;
}

/**
 * A batch's transaction at the coordinator, in addition to the one on the node. It takes the lock that Citus takes
 * there for its own writes. A move, a split and `citus_update_node` wait for that lock: as long as this transaction is
 * open, the shard is on the node. A batch counts as committed only if this transaction has held the shard until its own
 * COMMIT.
 */
export class PlacementHold {
  /** Resolves when the shard is held; null if no transaction is open. */
  private holding: Promise<void> | null = null;
  private held = false;

  constructor(
    readonly connection: Connection,
    private readonly place: ShardPlace,
  ) {}

  get isOpen(): boolean {
    return this.holding !== null;
  }

  get isHeld(): boolean {
    return this.held && this.connection.alive;
  }

  /** Reads at the coordinator while the shard is held; the first read opens the transaction. @throws ShardMoved */
  async query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    if (this.holding === null) return this.holdAndQuery(text, values);
    await this.holding;
    return this.connection.query<Row>(text, values);
  }

  /** Ends the transaction. @throws if it is not certain that the shard was held until now */
  async release(): Promise<void> {
    const wasHeld = this.isHeld;
    this.forget();
    if ((await this.connection.command('COMMIT')) !== 'COMMIT' || !wasHeld)
      throw new Error('the coordinator has let go of the shard');
  }

  /** Rolls the transaction back, if it is open. It has only read. */
  async abandon(): Promise<void> {
    if (this.holding === null) return;
    this.forget();
    await this.connection.command('ROLLBACK').catch(() => undefined);
  }

  private forget(): void {
    this.holding = null;
    this.held = false;
  }

  /** Sends everything in one piece, for one round trip. */
  private async holdAndQuery<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const { connection, place } = this;
    const sent = connection.held(() => ({
      begun: connection.query('BEGIN ISOLATION LEVEL READ COMMITTED'),
      held: connection.query<Held>(HOLD, [place.tables['books']]),
      rows: connection.query<Row>(text, values),
    }));
    this.holding = sent.then(async ({ begun, held, rows }) => {
      await allOrCause([begun, held, rows]);
      this.judge((await held)[0]);
    });
    await this.holding;
    return (await sent).rows;
  }

  private judge(held: Held | undefined): void {
    const { group, host, port } = this.place;
    if (held?.node !== `${group} ${host}:${port}`) throw new ShardMoved(`the shard is not on ${host}:${port} any more`);
    this.held = true;
  }
}
