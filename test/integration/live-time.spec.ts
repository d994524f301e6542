import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProcessRole } from '../../src/platform/config/config.public.js';
import { LiveTime } from '../../src/platform/clock/live-time.js';
import { Database } from '../../src/platform/database/database.js';
import { createMigratedDatabase } from '../support/postgres-server.js';

let place: Awaited<ReturnType<typeof createMigratedDatabase>>;
let database: Database;
let owner: Database;

beforeAll(async () => {
  place = await createMigratedDatabase();
  database = new Database(place.appUrl, 2);
  owner = new Database(place.ownerUrl, 1);
});

beforeEach(() => owner.query('UPDATE live_time SET live_ms = 0, counted_by = NULL, ticks = 0'));

afterAll(async () => {
  await database.close();
  await owner.close();
  await place.drop();
});

async function liveMs(): Promise<number> {
  const [row] = await database.query<{ live_ms: string }>('SELECT live_ms FROM live_time');
  return Number(row!.live_ms);
}

/** Workers whose monotonic clocks stand, until a test lets time pass for all of them. */
function workers(count: number) {
  const clock = { ms: 0 };
  const role = { worker: true } as ProcessRole;
  const all = Array.from({ length: count }, () => new LiveTime(role, database, () => clock.ms));
  const pass = async (seconds: number, alive = all): Promise<void> => {
    clock.ms += seconds * 1_000;
    for (const worker of alive) await worker.tick();
  };
  return { all, pass };
}

describe('live time', () => {
  it('is what one worker has lived', async () => {
    const { pass } = workers(1);
    for (let i = 0; i < 10; i++) await pass(2);
    // Who takes the count over waits until it stands still.
    expect(await liveMs()).toBe(12_000);
  });

  it('is not more with three workers than with one', async () => {
    const { pass } = workers(3);
    for (let i = 0; i < 10; i++) await pass(2);
    expect(await liveMs()).toBe(12_000);
  });

  it('is counted on by another worker when the one that counted has gone', async () => {
    const { all, pass } = workers(2);
    for (let i = 0; i < 10; i++) await pass(2);
    for (let i = 0; i < 10; i++) await pass(2, [all[1]!]);
    expect(await liveMs()).toBe(12_000 + 14_000);
  });

  it('does not count twice what a worker that was held up has missed', async () => {
    const { all, pass } = workers(2);
    for (let i = 0; i < 10; i++) await pass(2);
    for (let i = 0; i < 10; i++) await pass(2, [all[1]!]);
    await all[0]!.tick();
    expect(await liveMs()).toBe(26_000);
    for (let i = 0; i < 10; i++) await pass(2);
    expect(await liveMs()).toBe(46_000);
  });

  it('does not count what nobody saw: a worker that was alone and held up counts six seconds', async () => {
    const { pass } = workers(1);
    for (let i = 0; i < 10; i++) await pass(2);
    await pass(3_600);
    expect(await liveMs()).toBe(12_000 + 6_000);
  });
});
