import { Global, Module } from '@nestjs/common';
import { ServerClock } from './server-clock.js';

@Global()
@Module({ providers: [ServerClock], exports: [ServerClock] })
export class ClockModule {}
