import { Injectable } from '@nestjs/common';
import { countedLiveMs, type Moment } from '../../shared/moment.js';
import { Database } from '../database/connections/database.js';

/**
 * The database server's clock, for what is decided outside a book. Whether a date has passed is asked of it alone: each
 * process's own clock may be off, and processes on several machines would disagree.
 */
@Injectable()
export class ServerClock {
  constructor(private readonly database: Database) {}

  /** @throws BrokenInvariant when live time has lost its row */
  async now(): Promise<Pick<Moment, 'clockTime' | 'liveMs'>> {
    const [row] = await this.database.query<{ now: Date; live_ms: string | null }>(
      'SELECT clock_timestamp() AS now, (SELECT live_ms FROM live_time) AS live_ms',
    );
    return { clockTime: row!.now, liveMs: countedLiveMs(row!.live_ms) };
  }
}
