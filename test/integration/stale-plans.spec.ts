import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import type { ListStatement } from '../../src/platform/database/reads/list-statement.js';
import { Lists } from '../../src/platform/database/reads/lists.js';
import type { Sql } from '../../src/platform/database/statements/sql.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';
import { SqlSession } from '../support/sql-session.js';

let place: TestDatabase;
let migration: SqlSession;
let service: Database;

const CHANGES = ['ADD COLUMN year integer', 'DROP COLUMN year'];
let changes = 0;

beforeAll(async () => {
  place = await createDatabase();
  migration = await SqlSession.at(place.superuserUrl);
  await migration.query('CREATE TABLE coin (face text)');
  await migration.query('GRANT ALL ON coin TO PUBLIC');
});

afterAll(async () => {
  await migration.close();
  await place.drop();
});

beforeEach(async () => {
  // One connection, so that the next statement gets the one whose plan is out of date.
  service = new Database(place.appUrl, 1);
  await migration.query(`DELETE FROM coin`);
});

afterEach(() => service.close());

const changeTable = (): Promise<unknown> => migration.query(`ALTER TABLE coin ${CHANGES[changes++ % 2]}`);

async function facesOf(): Promise<string[]> {
  return (await migration.query<{ face: string }>('SELECT face FROM coin')).map(({ face }) => face);
}

const INSERT = `INSERT INTO coin (face) VALUES ('lion') RETURNING *`;

/** Only the second statement is out of date. */
const addAndCount = async (sql: Sql): Promise<number> => {
  await sql.query(`INSERT INTO coin (face) VALUES ('lion')`);
  return (await sql.query('SELECT * FROM coin')).length;
};

const aList = (text: string): ListStatement => ({ text, values: [], askedBy: 'acme', narrowerBy: '' });

describe('what was prepared before a migration has changed its table', () => {
  it('runs once', async () => {
    await service.query(INSERT);
    await changeTable();
    await service.query(INSERT);
    expect(await facesOf()).toEqual(['lion', 'lion']);
  });

  it('runs in a transaction, which begins anew and has one effect', async () => {
    expect(await service.transaction(addAndCount)).toBe(1);
    await changeTable();
    expect(await service.transaction(addAndCount)).toBe(2);
    expect(await facesOf()).toEqual(['lion', 'lion']);
  });

  it('is prepared anew by whoever comes next', async () => {
    const prepared = 'SELECT count(*)::int AS count FROM pg_prepared_statements';
    await service.transaction(addAndCount);
    await changeTable();
    await service.transaction(addAndCount);
    expect(await service.query(prepared)).toEqual([{ count: 1 }]);
  });

  it('is read as a list', async () => {
    const lists = new Lists(place.appUrl, false);
    await service.query(INSERT);
    expect(await lists.read(aList('SELECT * FROM coin'))).toHaveLength(1);
    await changeTable();
    expect(await lists.read(aList('SELECT * FROM coin'))).toHaveLength(1);
    await lists.close();
  });
});

describe('the connections of lists', () => {
  it('keep a hundred different lists parsed, and read the others all the same', async () => {
    const lists = new Lists(place.appUrl, false);
    const kept = aList('SELECT count(*)::int AS count FROM pg_prepared_statements');
    await lists.read(kept);
    for (let n = 0; n < 120; n++) expect(await lists.read(aList(`SELECT ${n} AS n`))).toEqual([{ n }]);
    expect(await lists.read(kept)).toEqual([{ count: 100 }]);
    await lists.close();
  });
});
