import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { DatabaseCounts } from '../../src/platform/rate-limits/counts.js';
import { overtaken } from '../support/overtaken.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';

let place: TestDatabase;
let database: Database;
let counts: DatabaseCounts;

beforeAll(async () => {
  place = await createMigratedDatabase();
  database = new Database(place.appUrl, 4);
  counts = new DatabaseCounts(database);
});

afterAll(async () => {
  await database.close();
  await place.drop();
});

describe('a count in the database', () => {
  it('is one for all that add to it at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => counts.add('merchant:1', 1)));
    expect(Math.max(...answers.map(({ total }) => total))).toBe(20);
  });

  it('loses nothing of what another process has begun to count while it was waited for', async () => {
    await counts.add('merchant:2', 1);
    const added = await overtaken(place.ownerUrl, {
      hold: `SELECT FROM rate_limit_counts FOR UPDATE`,
      begin: () => counts.add('merchant:2', 1),
      meanwhile: () => [
        `UPDATE rate_limit_counts SET points = 5, ends_at = clock_timestamp() + interval '1 second'
         WHERE subject = 'merchant:2'`,
      ],
    });
    expect(added.total).toBe(6);
  });

  it('begins anew where a clock that was ahead has dated it', async () => {
    await counts.add('merchant:3', 7);
    const owner = new Database(place.ownerUrl, 1);
    await owner.query(
      `UPDATE rate_limit_counts SET ends_at = now() + interval '25 hours' WHERE subject = 'merchant:3'`,
    );
    await owner.close();
    expect((await counts.add('merchant:3', 1)).total).toBe(1);
  });
});
