import { SqlSession } from './sql-session.js';
import { until } from './wait-for.js';

/**
 * Starts a statement that has to wait for another transaction, which then changes the rows that the statement needs,
 * and commits. In production this race happens perhaps once in a thousand times.
 */
export async function overtaken<Result>(
  ownerUrl: string,
  race: {
    /** SQL that locks what the statement needs. */
    readonly hold: string;
    readonly begin: () => Promise<Result>;
    readonly meanwhile: () => readonly [text: string, values?: readonly unknown[]];
  },
): Promise<Result> {
  const session = await SqlSession.at(ownerUrl);
  // Within the transaction the activity would always look the same.
  const watch = await SqlSession.at(ownerUrl);
  try {
    await session.query('BEGIN');
    await session.query(race.hold);
    const result = race.begin();
    const waiting = `SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE NOT l.granted AND a.datname = current_database()`;
    await until('the statement waits', async () => (await watch.query(waiting)).length > 0);
    await session.query(...race.meanwhile());
    await session.query('COMMIT');
    return await result;
  } finally {
    await session.close();
    await watch.close();
  }
}
