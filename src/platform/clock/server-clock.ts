import { Injectable } from '@nestjs/common';
import { countedLiveMs, type Moment } from '../../shared/moment.js';
import { Database } from '../database/connections/database.js';

/**
 * The database server's clock, for decisions outside a book. Only this clock decides whether a date has passed: a
 * process's own clock may be wrong, and processes on several machines would disagree.
 */
@Injectable()
export class ServerClock {
  constructor(private readonly database: Database) {}

  /** @throws BrokenInvariant when the row of live time is missing */
  async now(): Promise<Pick<Moment, 'clockTime' | 'liveMs'>> {
    const [row] = await this.database.query<{ now: Date; live_ms: string | null }>(
      'SELECT clock_timestamp() AS now, (SELECT live_ms FROM live_time) AS live_ms',
    );
    return { clockTime: row!.now, liveMs: countedLiveMs(row!.live_ms) };
  }
}
