import type pg from 'pg';
import { assert } from '../../../shared/assert.js';
import { sqlStateOf } from '../errors/sql-state.js';
import { isOfCoordinator, onShard, type ShardPlace } from '../shards/shard-place.js';
import { Connection } from './connection.js';
import { NotOnShard, ShardMoved } from './not-on-shard.js';
import { HOLD, type Held, PlacementHold } from './placement-hold.js';

const UNDEFINED_TABLE = '42P01';

/**
 * A lane's connection to the node of its shard, past the coordinator. Statements name the tables of the whole database:
 * here the names become those of the shard's tables, and statements about tables that only the coordinator has are sent
 * there. The shard is held on both servers: the node's lock stops a coordinator that has taken another's place; the
 * coordinator's lock stops a change of the node's address, of which the node knows nothing.
 */
export class ShardConnection extends Connection {
  private readonly texts = new Map<string, string | null>();
  private readonly hold: PlacementHold;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    client: pg.Client,
    coordinator: Connection,
    private readonly place: ShardPlace,
    /** Whether it was confirmed in the last seconds that it leads to the server that the coordinator means. */
    private readonly confirmed: () => boolean,
  ) {
    super(client, false, null);
    this.hold = new PlacementHold(coordinator, place);
  }

  override get isOnShard(): boolean {
    return true;
  }

  override get alive(): boolean {
    return super.alive && this.hold.connection.alive;
  }

  override get isConfirmed(): boolean {
    return this.confirmed();
  }

  override begin(): Promise<unknown>[] {
    // Each batch ends by COMMIT or ROLLBACK, or its connection is closed: all of them end the hold.
    assert(!this.hold.isOpen, 'a batch begins when the one before has let go of the shard');
    const begun = super.begin();
    const held = super.query<Held>(HOLD, [this.place.tables['books']]).then(([row]) => {
      if (row?.is_here !== true) throw new ShardMoved('the shard has been moved');
    });
    return [...begun, held];
  }

  override async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const here = this.textHere(text);
    if (here === null) {
      // After the node's answer: locks are taken there before the coordinator's, and the clock is read after the lock.
      await this.last;
      return this.hold.query<Row>(text, values);
    }
    const rows = super.query<Row>(here, values).catch((error: unknown) => {
      throw sqlStateOf(error) === UNDEFINED_TABLE ? new ShardMoved('the shard has been dropped here') : error;
    });
    this.last = rows;
    return rows;
  }

  override assertTakes(texts: readonly string[]): void {
    if (!this.hold.isHeld || !this.isConfirmed) throw new ShardMoved('the shard is not held');
    if (texts.some((text) => this.textHere(text) === null))
      throw new NotOnShard('the coordinator has what is to be written');
  }

  override async command(text: string): Promise<string> {
    const [answer] = await Promise.all([super.command(text), ...(text === 'ROLLBACK' ? [this.hold.abandon()] : [])]);
    return answer;
  }

  override commit(): Promise<string> {
    // COMMIT is sent at once, after what the batch has written.
    return this.released(super.commit());
  }

  override async close(): Promise<void> {
    await Promise.all([super.close(), this.hold.connection.close()]);
  }

  private async released(ended: Promise<string>): Promise<string> {
    let answer: string;
    try {
      answer = await ended;
    } catch (error) {
      await this.hold.abandon();
      throw error;
    }
    await this.hold.release().catch((cause: unknown) => {
      // Never an error of the database: by its SQLSTATE the batch might be run again, though the node has committed it.
      throw new Error('whether the node was the shard’s is unknown', { cause });
    });
    return answer;
  }

  private textHere(text: string): string | null {
    let here = this.texts.get(text);
    if (here === undefined) {
      here = isOfCoordinator(text) ? null : onShard(text, this.place);
      this.texts.set(text, here);
    }
    return here;
  }
}
