import { Global, Module } from '@nestjs/common';
import { Database } from '../database/database.js';
import { ProcessRole } from '../config/process-role.js';
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
      inject: [ProcessRole, Database],
      useFactory: (role: ProcessRole, database: Database) => new LiveTime(role, database),
    },
  ],
  exports: [ServerClock, ClockWatch],
})
export class ClockModule {}
