import { Global, Module } from '@nestjs/common';
import { DatabaseGauges } from './database-gauges.js';
import { PlatformMetrics } from './platform-metrics.js';

/** The platform's own metrics, and gauges whose values are in the database. */
@Global()
@Module({ providers: [DatabaseGauges, PlatformMetrics], exports: [DatabaseGauges] })
export class DatabaseGaugesModule {}
