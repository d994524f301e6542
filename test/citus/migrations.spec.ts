import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DISTRIBUTED, type DistributedTable } from '../../migrations/tables.js';
import { distribute } from '../../src/platform/database/schema/distribute.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { schemaObjects } from '../../src/platform/database/schema/schema-dump.js';
import { guardsOf, putBack, takeOff } from '../../src/platform/database/schema/table-guards.js';
import { connected } from '../../src/platform/embedded-postgres/provision.js';
import { createCitusDatabase, describeOnCitus } from '../support/citus.js';
import { migrateTo, NUMBERS, rowsAfter } from '../support/old-versions.js';
import type { TestDatabase } from '../support/postgres-server.js';

/**
 * From here on migrations run on distributed tables: triggers before it do not support shards. Earlier migrations only
 * ever run before tables are distributed, and half of them could not run afterwards (docs/development.md says what a
 * migration must leave alone).
 */
const FIRST = '2880';

const SHARDS = 4;

describeOnCitus('a database that was distributed long ago', () => {
  let database: TestDatabase;
  let counted: Map<string, string>;

  beforeAll(async () => {
    database = await createCitusDatabase();
    for (const number of NUMBERS.filter((one) => one <= FIRST)) await ageTo(number);
    await connected(database.ownerUrl, distributeWhatIsThere);
    counted = await countsOf(database);
  }, 120_000);

  afterAll(() => database?.drop());

  /** Adds the rows that services of that version left behind: in their final state, which no trigger would allow. */
  async function ageTo(number: string): Promise<void> {
    await migrateTo(number, database.ownerUrl);
    await connected(database.superuserUrl, async (client) => {
      await client.query(`BEGIN; SET LOCAL session_replication_role = replica`);
      for (const statement of rowsAfter(number).split(/;\n/))
        if (statement.trim() !== '') await client.query(statement);
      await client.query('COMMIT');
    });
  }

  it('is migrated by every version since', async () => {
    await migrate(database.ownerUrl);
  }, 120_000);

  it('has lost no row, and is what a new one is', async () => {
    for (const [table, count] of await countsOf(database))
      expect([table, count]).toEqual([table, counted.get(table) ?? '0']);
    const fresh = await createCitusDatabase();
    await migrate(fresh.ownerUrl);
    await distribute(fresh.ownerUrl, SHARDS, () => undefined);
    expect(await objectsOf(database)).toEqual(await objectsOf(fresh));
    for (const { name } of DISTRIBUTED.flat())
      expect([name, await shardsOf(database, name)]).toEqual([name, await shardsOf(fresh, name)]);
    await fresh.drop();
  }, 120_000);
});

/** What each shard has: columns, and the triggers, constraints and indexes of its rows, without the shards' numbers. */
const OF_SHARD = `
  SELECT string_agg(line, ' | ' ORDER BY line) FROM (
    SELECT attname || ' ' || format_type(atttypid, atttypmod) || attnotnull FROM pg_attribute
    WHERE attrelid = '%1$s'::regclass AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT tgname || tgenabled::text FROM pg_trigger WHERE tgrelid = '%1$s'::regclass AND NOT tgisinternal
    UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '%1$s'::regclass
    UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid FROM pg_index WHERE indrelid = '%1$s'::regclass
  ) AS lines(line)`;

function shardsOf({ ownerUrl }: TestDatabase, table: string): Promise<string[]> {
  return connected(ownerUrl, async (client) => {
    const { rows } = await client.query<{ success: boolean; result: string }>(
      'SELECT success, result FROM run_command_on_shards($1, $2)',
      [table, OF_SHARD],
    );
    return rows.map(({ success, result }) => `${success} ${result.replaceAll(/_\d{6,}/g, '')}`);
  });
}

const objectsOf = ({ ownerUrl }: TestDatabase) =>
  connected(ownerUrl, (client) =>
    schemaObjects({
      query: async <Row>(text: string, values?: readonly unknown[]) =>
        (await client.query(text, values as unknown[])).rows as Row[],
    }),
  );

async function countsOf({ ownerUrl }: TestDatabase): Promise<Map<string, string>> {
  return connected(ownerUrl, async (client) => {
    const counts = new Map<string, string>();
    for (const { name } of DISTRIBUTED.flat()) {
      if (!(await exists(client, name))) continue;
      const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`);
      counts.set(name, rows[0]!.count);
    }
    return counts;
  });
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  return (await client.query<{ there: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS there`, [name])).rows[0]!.there;
}

async function distributeWhatIsThere(client: pg.Client): Promise<void> {
  await client.query('SET citus.enable_unsafe_triggers = on; SET citus.shard_replication_factor = 1');
  await client.query(`SET citus.multi_shard_modify_mode = 'sequential'; SET client_min_messages = warning`);
  for (const family of DISTRIBUTED) {
    const there: DistributedTable[] = [];
    for (const table of family) if (await exists(client, table.name)) there.push(table);
    if (there.length === 0) continue;
    await client.query('BEGIN');
    const guards = await guardsOf(
      client,
      there.map(({ name }) => name),
    );
    await takeOff(client, guards);
    for (const { name, by } of there) {
      const how = name === 'books' ? `shard_count := ${SHARDS}, colocate_with := 'none'` : `colocate_with := 'books'`;
      await client.query(`SELECT create_distributed_table('${name}', '${by}', ${how})`);
      await client.query(`SELECT truncate_local_data_after_distributing_table('${name}')`);
    }
    await putBack(client, guards);
    await client.query('COMMIT');
  }
}
