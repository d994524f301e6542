import { Global, Module } from '@nestjs/common';
import { DatabaseGauges } from './database-gauges.js';
import { PlatformMetrics } from './platform-metrics.js';

/** What is measured of the platform, and the figures that modules have in the database. */
@Global()
@Module({ providers: [DatabaseGauges, PlatformMetrics], exports: [DatabaseGauges] })
export class DatabaseGaugesModule {}
