import { Injectable } from '@nestjs/common';
import { Database } from '../database/connections/database.js';
import { EventSettings } from './outbox.settings.js';

/** Marks are kept as long as events, and so many days at least: other ages are asked about too. */
const LEAST_DAYS = 7;

/** A clock that jumps ahead makes nothing old: see {@link OLDEST}. */
const MARK = `
  INSERT INTO outbox_marks (live_ms, clock_at) SELECT live_ms, clock_timestamp() FROM live_time
  ON CONFLICT (live_ms) DO NOTHING`;

/** The last mark that is as old by live time as events are to be. */
const OLD_MARK = `
  SELECT max(m.live_ms) FROM outbox_marks m
  WHERE m.live_ms <= (SELECT live_ms FROM live_time) - $1::bigint * 86400000`;

/**
 * What is dated earlier is old by the database's clock, and by live time too: at the old mark the clock had got further.
 * It had not where a later mark is behind it: the clock was wrong then, and is believed no further than that one.
 */
const OLDEST = `
  SELECT least(clock_timestamp() - $1::bigint * interval '1 day', min(clock_at)) AS oldest
  FROM outbox_marks WHERE live_ms >= (${OLD_MARK}) HAVING count(*) > 0`;

/** Those before it, and those of a count that was lost and has begun anew. */
const FORGET_MARKS = `
  DELETE FROM outbox_marks WHERE live_ms < (${OLD_MARK}) OR live_ms > (SELECT live_ms FROM live_time)`;

/** What is old enough to be deleted, by the database's clock and by the time that workers have lived. */
@Injectable()
export class RetentionMarks {
  constructor(
    private readonly database: Database,
    private readonly settings: EventSettings,
  ) {}

  /** Notes the clock of now, for later. */
  async note(): Promise<void> {
    await this.database.query(FORGET_MARKS, [Math.max(this.settings.retentionDays, LEAST_DAYS)]);
    await this.database.query(MARK);
  }

  /** @returns what is dated before it is older than so many days; null: nobody has counted so long yet */
  async oldest(days: number): Promise<Date | null> {
    const [found] = await this.database.query<{ oldest: Date }>(OLDEST, [days]);
    return found?.oldest ?? null;
  }
}
