import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TABLES, type Placement } from '../../migrations/tables.js';
import { QUEUE_SCHEMA } from '../../src/platform/queue/queue-schema.js';
import { uuidHash } from '../../src/shared/shard-hint.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { SqlSession } from '../support/sql-session.js';

const THERE = `
  SELECT CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', $1)`;

describe('the list of tables', () => {
  let database: TestDatabase;
  let psql: SqlSession;

  beforeAll(async () => {
    database = await createMigratedDatabase();
    psql = await SqlSession.at(database.superuserUrl);
  });

  afterAll(async () => {
    await psql.close();
    await database.drop();
  });

  it('says of each table of the schema, and of no other, where it lies when the database is distributed', async () => {
    const there = await psql.query<{ name: string }>(THERE, [QUEUE_SCHEMA]);
    expect(Object.keys(TABLES).sort()).toEqual(there.map(({ name }) => name).sort());
  });

  it('distributes by a column that each primary key and each unique index has', async () => {
    for (const [name, placement] of Object.entries(TABLES)) {
      if (placement === 'local') continue;
      const without = await psql.query(
        `SELECT indexrelid::regclass::text AS index FROM pg_index i
         WHERE indrelid = $1::regclass AND indisunique AND NOT EXISTS (
           SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) AND a.attname = $2)`,
        [name, placement.by],
      );
      expect([name, without]).toEqual([name, []]);
    }
  });

  it('ties no distributed table to one that is not', async () => {
    const ties = await psql.query<{ one: string; other: string }>(
      `SELECT conrelid::regclass::text AS one, confrelid::regclass::text AS other FROM pg_constraint
       WHERE contype = 'f' AND connamespace <> $1::regnamespace`,
      [QUEUE_SCHEMA],
    );
    expect(ties.length).toBeGreaterThan(1);
    const placements: Readonly<Record<string, Placement>> = TABLES;
    for (const { one, other } of ties) {
      const [from, to] = [placements[one]!, placements[other]!];
      expect([one, from === 'local']).toEqual([one, to === 'local']);
      if (from !== 'local') expect([one, from.with]).toEqual([one, other]);
    }
  });
});

describe('the hash by which shards are found', () => {
  it('is PostgreSQL’s', async () => {
    const database = await createMigratedDatabase();
    const psql = await SqlSession.at(database.superuserUrl);
    const ids = Array.from({ length: 1_000 }, () => crypto.randomUUID());
    const sql = 'SELECT id, uuid_hash(id) AS hash FROM unnest($1::uuid[]) AS u(id)';
    expect(await psql.query(sql, [ids])).toEqual(ids.map((id) => ({ id, hash: uuidHash(id) })));
    await psql.close();
    await database.drop();
  });
});
