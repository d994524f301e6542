import { Global, Module } from '@nestjs/common';
import { Database } from '../database/connections/database.js';
import { ClockWatch } from './clock-watch.js';
import { LiveTime } from './live-time.js';
import { ServerClock } from './server-clock.js';

@Global()
@Module({
  providers: [
    ServerClock,
    ClockWatch,
    {
      provide: LiveTime,
      inject: [Database],
      useFactory: (database: Database) => new LiveTime(database),
    },
  ],
  exports: [ServerClock, ClockWatch],
})
export class ClockModule {}
