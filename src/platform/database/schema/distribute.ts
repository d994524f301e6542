import type pg from 'pg';
import { DISTRIBUTED, type DistributedTable } from '../../../../migrations/tables.js';
import { StartupError } from '../../config/startup-error.js';
import { withMigratorsLock } from './migrators-lock.js';
import { type Guards, guardsOf, putBack, takeOff } from './table-guards.js';

/**
 * How many shards there are for each node, unless a number is given: a node that is added later can take some from
 * each.
 */
const SHARDS_PER_NODE = 4;

const NODES = `
  SELECT count(*)::int AS nodes FROM pg_dist_node WHERE isactive AND shouldhaveshards AND noderole = 'primary'`;

/** Events that the previous release has left to its relays, none of which works on distributed tables. */
const ADOPT = `
  WITH left_behind AS (
    UPDATE outbox SET published_at = clock_timestamp() WHERE published_at IS NULL RETURNING merchant_id, id
  )
  INSERT INTO outbox_queue (merchant_id, id) SELECT merchant_id, id FROM left_behind ON CONFLICT DO NOTHING`;

/** The content of a table, whatever the order of its rows. */
const contentOf = (table: string): string =>
  `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS digest FROM ${table} t`;

/**
 * What the coordinator and each node need besides tables: the roles' access to the schema, and the settings of the
 * database. `hold_placement` is for writing to a node past the coordinator (ShardConnection), and is called on the node
 * and at the coordinator. It takes the locks that Citus takes for its own writes, which Citus allows only owners to
 * take. Then a separate statement, which sees what earlier holders of these locks have committed, says whether the
 * shard is here, and on which node, if Citus calls that node active.
 * @param patience how long it waits for a move. A batch takes the node's lock first, a move the coordinator's. So that
 * they do not wait for each other, a batch gives up soon at the coordinator, and may wait longer at the node.
 */
const onServer = (patience: string): string => `
  DO $$ BEGIN
    SET LOCAL citus.enable_ddl_propagation = off;
    GRANT USAGE ON SCHEMA public TO bahi_app, bahi_admin;
    EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
    CREATE OR REPLACE FUNCTION public.hold_placement(shard bigint, OUT is_here boolean, OUT node text)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '${patience}' AS $hold$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_dist_shard WHERE shardid = shard) THEN RETURN; END IF; -- it was split
        PERFORM lock_relation_if_exists('public.books', 'ROW EXCLUSIVE'); -- alter_distributed_table waits for it
        PERFORM lock_shard_metadata(5, ARRAY[shard]); -- ShareLock; a move, a split and citus_update_node wait for it
        SELECT bool_and(p.groupid = l.groupid), CASE count(*) WHEN 1 THEN min(n.groupid || ' ' || n.nodename || ':' || n.nodeport) END
          INTO is_here, node
          FROM pg_dist_placement p CROSS JOIN pg_dist_local_group l
          LEFT JOIN pg_dist_node n ON n.groupid = p.groupid
            AND n.noderole = 'primary' AND n.isactive AND n.hasmetadata AND n.metadatasynced
          WHERE p.shardid = shard;
      END $hold$;
    REVOKE EXECUTE ON FUNCTION public.hold_placement(bigint) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION public.hold_placement(bigint) TO bahi_app;
  END $$`;

interface Content {
  readonly rows: string;
  readonly digest: string;
}

/**
 * Puts the rows of each book, and what belongs to them, on one of the nodes of this coordinator. Nobody else may work
 * on the database meanwhile. Each family of tables is committed separately: if interrupted, it continues when it is run
 * again.
 * @param shards into how many parts the books are divided; null: four for each node
 * @throws StartupError if the server has no Citus or no nodes, or if a table would not be the same afterwards
 */
export async function distribute(ownerUrl: string, shards: number | null, log: (line: string) => void): Promise<void> {
  await withMigratorsLock(ownerUrl, log, async (client) => {
    const nodes = await nodesOf(client);
    log(`Distributing the books over ${nodes} ${nodes === 1 ? 'node' : 'nodes'} …`);
    await distributeMissing(client, { shards: shards ?? nodes * SHARDS_PER_NODE, onlyEmpty: false }, log);
  });
}

/**
 * On a distributed database, while services run: distributes tables of later versions like the books, as long as they
 * are empty. One that has rows waits for `distribute`, and no process starts before that.
 */
export async function distributeNewTables(client: pg.Client, log: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ citus: boolean }>(
    `SELECT to_regclass('pg_dist_partition') IS NOT NULL AS citus`,
  );
  if (!rows[0]!.citus) return;
  if (await isDistributed(client, 'books')) await distributeMissing(client, { shards: 0, onlyEmpty: true }, log);
}

/** Functions that triggers call: Citus itself brings only the triggers' own functions to the nodes. */
const CALLED = ['may_administer()'];

interface Wanted {
  /** How many the books get; other tables follow the books. */
  readonly shards: number;
  readonly onlyEmpty: boolean;
}

async function distributeMissing(
  client: pg.Client,
  { shards, onlyEmpty }: Wanted,
  log: (line: string) => void,
): Promise<void> {
  await client.query('SET citus.enable_unsafe_triggers = on; SET citus.shard_replication_factor = 1');
  // One connection to each node: a transaction would not see through one connection what it has written through
  // another.
  await client.query(`SET citus.multi_shard_modify_mode = 'sequential'; SET client_min_messages = warning`);
  await client.query(onServer('250ms'));
  await onEachNode(client, onServer('5s'));
  for (const [place, family] of DISTRIBUTED.entries()) {
    if (await isDistributed(client, family[0]!.name)) continue;
    if (onlyEmpty && (await hasRows(client, family))) continue;
    if (family[0]!.name === 'books') await client.query(ADOPT);
    await distributeFamily(client, family, shards, log);
    log(`Distributed group ${place + 1} of ${DISTRIBUTED.length} of the tables.`);
  }
  for (const name of CALLED) await client.query('SELECT create_distributed_function($1::regprocedure)', [name]);
}

/**
 * Everything happens in one transaction. The guards are off while the rows are copied, because they would take them for
 * new rows. Nobody else can write meanwhile, and the copy is compared with the original.
 */
async function distributeFamily(
  client: pg.Client,
  family: readonly DistributedTable[],
  shards: number,
  log: (line: string) => void,
): Promise<void> {
  const names = family.map(({ name }) => name);
  await client.query('BEGIN');
  try {
    await client.query(`LOCK TABLE ${names.join(', ')} IN ACCESS EXCLUSIVE MODE`);
    const before = await contentsOf(client, names);
    const guards: Guards = await guardsOf(client, names);
    await takeOff(client, guards);
    for (const { name, by } of family) {
      const how = name === 'books' ? `shard_count := ${shards}, colocate_with := 'none'` : `colocate_with := 'books'`;
      await client.query(`SELECT create_distributed_table('${name}', '${by}', ${how})`);
      await client.query(`SELECT truncate_local_data_after_distributing_table('${name}')`);
    }
    await putBack(client, guards);
    const after = await contentsOf(client, names);
    for (const [i, name] of names.entries()) assertSame(name, before[i]!, after[i]!);
    await client.query('COMMIT');
    for (const [i, name] of names.entries()) log(`${name}: ${before[i]!.rows} rows`);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** @throws StartupError */
async function nodesOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ citus: boolean }>(`SELECT to_regclass('pg_dist_node') IS NOT NULL AS citus`);
  if (!rows[0]!.citus)
    throw new StartupError(
      'This database lacks Citus. As a superuser run CREATE EXTENSION citus here and on each node.',
    );
  const { nodes } = (await client.query<{ nodes: number }>(NODES)).rows[0]!;
  if (nodes === 0)
    throw new StartupError(`There is no node yet: as a superuser run SELECT citus_add_node('host', 5432) for each.`);
  return nodes;
}

async function contentsOf(client: pg.Client, tables: readonly string[]): Promise<Content[]> {
  const contents: Content[] = [];
  for (const table of tables) contents.push((await client.query<Content>(contentOf(table))).rows[0]!);
  return contents;
}

function assertSame(table: string, before: Content, after: Content): void {
  if (before.rows === after.rows && before.digest === after.digest) return;
  throw new StartupError(
    `${table} is not distributed: it had ${before.rows} rows (${before.digest}), and its copy has ${after.rows} ` +
      `(${after.digest}).`,
  );
}

async function isDistributed(client: pg.Client, table: string): Promise<boolean> {
  const sql = `SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass('public.' || $1)`;
  return (await client.query(sql, [table])).rows.length > 0;
}

async function hasRows(client: pg.Client, family: readonly DistributedTable[]): Promise<boolean> {
  const any = family.map(({ name }) => `EXISTS (SELECT FROM ${name})`).join(' OR ');
  return (await client.query<{ any: boolean }>(`SELECT ${any} AS any`)).rows[0]!.any;
}

/** @throws StartupError with the node's message */
async function onEachNode(client: pg.Client, command: string): Promise<void> {
  const sql = `SELECT nodename, nodeport, result FROM run_command_on_workers($1) WHERE NOT success`;
  const { rows } = await client.query<{ nodename: string; nodeport: number; result: string }>(sql, [command]);
  const [failed] = rows;
  if (failed !== undefined) throw new StartupError(`Node ${failed.nodename}:${failed.nodeport}: ${failed.result}`);
}
