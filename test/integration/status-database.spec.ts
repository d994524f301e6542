import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { StatusDatabase } from '../../src/platform/database/connections/status-database.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';

const IDLE_MS = 50;

let place: TestDatabase;

beforeAll(async () => void (place = await createDatabase()));
afterAll(() => place.drop());

/** As many queries at once as there are connections. */
const ask = (database: Database): Promise<unknown> =>
  Promise.all([database.query('SELECT pg_sleep(0.05)'), database.query('SELECT pg_sleep(0.05)')]);

it('what asks for health and figures keeps its connections, however long nobody asks', async () => {
  const status = new StatusDatabase(place.appUrl, false, IDLE_MS);
  const others = new Database(place.appUrl, 2, false, { ms: IDLE_MS, kept: 0 });
  await ask(status);
  await ask(others);
  await until('the others have closed theirs', () => others.use.totalCount === 0);
  expect(status.use.totalCount).toBe(2);
  await status.close();
  await others.close();
});
