import { Global, Module } from '@nestjs/common';
import { DatabaseFigures } from './database-figures.js';
import { PlatformMetrics } from './platform-metrics.js';

/** What is measured of the platform, and the figures that modules have in the database. */
@Global()
@Module({ providers: [DatabaseFigures, PlatformMetrics], exports: [DatabaseFigures] })
export class FiguresModule {}
