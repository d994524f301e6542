import { Injectable } from '@nestjs/common';
import { Database } from '../database/connections/database.js';
import { EventSettings } from './outbox.settings.js';

/** Marks are kept as long as events, but at least for this many days, because other ages are asked about too. */
const LEAST_DAYS = 7;

/** Pairs live time with the clock, so that a clock that jumps ahead makes nothing old: see {@link OLDEST}. */
const MARK = `
  INSERT INTO outbox_marks (live_ms, clock_at) SELECT live_ms, clock_timestamp() FROM live_time
  ON CONFLICT (live_ms) DO NOTHING`;

/** The last mark that is, by live time, as old as events must become. */
const OLD_MARK = `
  SELECT max(m.live_ms) FROM outbox_marks m
  WHERE m.live_ms <= (SELECT live_ms FROM live_time) - $1::bigint * 86400000`;

/**
 * Anything dated earlier is old by the database's clock and also by live time: when the old mark was made, the clock
 * already showed a later time. If a later mark shows an earlier clock time, the clock was wrong at the old mark, and
 * the earlier of the two counts.
 */
const OLDEST = `
  SELECT least(clock_timestamp() - $1::bigint * interval '1 day', min(clock_at)) AS oldest
  FROM outbox_marks WHERE live_ms >= (${OLD_MARK}) HAVING count(*) > 0`;

/** Marks before the old mark, and marks of a count that was lost and started again. */
const FORGET_MARKS = `
  DELETE FROM outbox_marks WHERE live_ms < (${OLD_MARK}) OR live_ms > (SELECT live_ms FROM live_time)`;

/** Decides what is old enough to be deleted, by the database's clock and by the time that processes have lived. */
@Injectable()
export class RetentionMarks {
  constructor(
    private readonly database: Database,
    private readonly settings: EventSettings,
  ) {}

  /** Records what the clock shows now. */
  async note(): Promise<void> {
    await this.database.query(FORGET_MARKS, [Math.max(this.settings.retentionDays, LEAST_DAYS)]);
    await this.database.query(MARK);
  }

  /**
   * @returns the time before which everything is older than this many days; null: live time has not been counted for
   *   that long
   */
  async oldest(days: number): Promise<Date | null> {
    const [found] = await this.database.query<{ oldest: Date }>(OLDEST, [days]);
    return found?.oldest ?? null;
  }
}
