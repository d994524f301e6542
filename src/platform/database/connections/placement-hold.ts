import type { ShardPlace } from '../shards/shard-place.js';
import { allOrCause } from '../statements/statement-group.js';
import type { Connection } from './connection.js';
import { ShardMoved } from './not-on-shard.js';

/** Keeps the shard where it is until the transaction ends, and says where that is: see `distribute`. */
export const HOLD = 'SELECT is_here, node FROM public.hold_placement($1)';

export interface Held {
  readonly is_here: boolean | null;
  readonly node: string | null;
}

/**
 * A batch's transaction at the coordinator, beside the one on the node. It takes the lock that Citus takes there for its own
 * writes, and for which a move, a split and `citus_update_node` wait: as long as it is open, the node is the shard's. A
 * batch counts as committed only where this one, too, has ended by itself.
 */
export class PlacementHold {
  /** Null: no transaction is open. */
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

  /** Reads at the coordinator while the shard is held. @throws ShardMoved */
  async query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    if (this.holding === null) return this.holdAndQuery(text, values);
    await this.holding;
    return this.connection.query<Row>(text, values);
  }

  /** @throws where it is not certain that the shard was held until now */
  async release(): Promise<void> {
    const wasHeld = this.isHeld;
    this.forget();
    if ((await this.connection.command('COMMIT')) !== 'COMMIT' || !wasHeld)
      throw new Error('the coordinator has let go of the shard');
  }

  /** Nothing was committed. */
  async abandon(): Promise<void> {
    if (this.holding === null) return;
    this.forget();
    await this.connection.command('ROLLBACK').catch(() => undefined);
  }

  private forget(): void {
    this.holding = null;
    this.held = false;
  }

  /** In one piece: one round trip. */
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
