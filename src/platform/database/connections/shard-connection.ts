import type pg from 'pg';
import { isOfCoordinator, onShard, type ShardPlace } from '../shards/shard-place.js';
import type { Sql } from '../statements/sql.js';
import { ServerClient } from '../servers/server-client.js';
import { sqlStateOf } from '../errors/sql-state.js';
import { Connection } from './connection.js';
import { connectionSettings, SESSION_ON_SHARD } from './session.js';

/** Rolled back: it has to go through the coordinator. */
export class NotOnShard extends Error {}

/** Where it was, there is nothing of it any more, or what may not be written to. */
export class ShardMoved extends NotOnShard {}

const UNDEFINED_TABLE = '42P01';

/** Keeps the shard where it is until the transaction ends, and says whether it is here: see `distribute`. */
const HOLD = 'SELECT public.hold_shard($1) AS here';

/**
 * A connection to the node on which a shard lies, past the coordinator. Statements are written for the database as it is;
 * what the coordinator alone has is read there, once everything before it is answered, as on one connection.
 */
export class ShardConnection extends Connection {
  private readonly texts = new Map<string, string | null>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    client: pg.Client,
    private readonly place: ShardPlace,
    private readonly coordinator: Sql,
  ) {
    super(client, false, null);
  }

  override get isOnShard(): boolean {
    return true;
  }

  override begin(): Promise<unknown>[] {
    const begun = super.begin();
    const held = super.query<{ here: boolean }>(HOLD, [this.place.tables['books']]).then(([row]) => {
      if (!row!.here) throw new ShardMoved('the shard has been moved');
    });
    return [...begun, held];
  }

  override async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const here = this.textHere(text);
    if (here === null) {
      await this.last.catch(() => undefined);
      return this.coordinator.query<Row>(text, values);
    }
    const rows = super.query<Row>(here, values).catch((error: unknown) => {
      throw sqlStateOf(error) === UNDEFINED_TABLE ? new ShardMoved('the shard has been dropped here') : error;
    });
    this.last = rows;
    return rows;
  }

  private textHere(text: string): string | null {
    let here = this.texts.get(text);
    if (here === undefined) this.texts.set(text, (here = isOfCoordinator(text) ? null : onShard(text, this.place)));
    return here;
  }
}

const MAY_HOLD = `SELECT has_function_privilege('public.hold_shard(bigint)', 'EXECUTE') AS may`;

const IDENTIFIER = 'SELECT system_identifier::text AS id FROM pg_control_system()';

/** As the coordinator reaches it. */
const IDENTIFIER_OF_NODE = `
  SELECT result AS id FROM master_run_on_worker(ARRAY[$1], ARRAY[$2::integer], ARRAY[$3], true) WHERE success`;

/**
 * @param url the coordinator's, by whose role and database the node is entered too
 * @throws where the node is not reached, or something else is by its address, which may mean another machine here
 */
export async function connectToShard(coordinator: Sql, url: string, place: ShardPlace): Promise<ShardConnection> {
  const client = new ServerClient({ ...connectionSettings(nodeUrl(url, place), false), pipeline: true });
  const connection = new ShardConnection(client, place, coordinator);
  await client.connect();
  try {
    await connection.command(SESSION_ON_SHARD);
    const { host, port } = place;
    const [meant] = await coordinator.query<{ id: string }>(IDENTIFIER_OF_NODE, [host, port, IDENTIFIER]);
    const [found] = await connection.query<{ id: string }>(IDENTIFIER);
    if (found!.id !== meant?.id) throw new Error(`${host}:${port} is not the coordinator's node`);
    const [hold] = await connection.query<{ may: boolean }>(MAY_HOLD);
    if (!hold!.may) throw new Error(`this role may not hold shards on ${host}:${port}`);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function nodeUrl(url: string, { host, port }: ShardPlace): string {
  const address = new URL(url);
  address.searchParams.set('host', host);
  address.searchParams.set('port', `${port}`);
  return address.href;
}
