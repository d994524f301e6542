import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LiveTime } from '../../src/platform/clock/live-time.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { createMigratedDatabase } from '../support/postgres-server.js';

let place: Awaited<ReturnType<typeof createMigratedDatabase>>;
let database: Database;
let owner: Database;

beforeAll(async () => {
  place = await createMigratedDatabase();
  database = new Database(place.appUrl, 2);
  owner = new Database(place.ownerUrl, 1);
});

beforeEach(() =>
  owner.query(
    'UPDATE live_time SET live_ms = 0, counted_by = NULL, ticks = 0, clock_at = NULL, set_back_live_ms = NULL',
  ),
);

afterAll(async () => {
  await database.close();
  await owner.close();
  await place.drop();
});

async function liveMs(): Promise<number> {
  const [row] = await database.query<{ live_ms: string }>('SELECT live_ms FROM live_time');
  return Number(row!.live_ms);
}

/** Workers whose monotonic clocks stand still until a test lets time pass for all of them. */
function workers(count: number) {
  const clock = { ms: 0 };
  const all = Array.from({ length: count }, () => new LiveTime(database, () => clock.ms));
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
    // A worker that takes over the count waits until the count stands still.
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

  it('notes when the database’s clock was set back, and not when it goes on or is set ahead', async () => {
    const { pass } = workers(1);
    const noted = async (): Promise<string | null> => {
      const [row] = await database.query<{ set_back_live_ms: string | null }>('SELECT set_back_live_ms FROM live_time');
      return row!.set_back_live_ms;
    };
    // It takes over. No time passes on the server meanwhile, which looks like a clock that was set back.
    for (let i = 0; i < 10; i++) await pass(2);
    await owner.query('UPDATE live_time SET set_back_live_ms = NULL');
    await pass(0.001);
    expect(await noted()).toBeNull();
    // For the row it makes no difference whether the clock is set or the date in it.
    await owner.query(`UPDATE live_time SET clock_at = clock_at - interval '10 minutes'`);
    await pass(0.001);
    expect(await noted()).toBeNull();
    await owner.query(`UPDATE live_time SET clock_at = clock_at + interval '1 minute'`);
    const until = await liveMs();
    await pass(0.001);
    expect(await noted()).toBe(String(until));
  });
});
