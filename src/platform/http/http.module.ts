import { Global, Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Health } from './health.js';
import { HealthController } from './health.controller.js';
import { ProblemsController } from './problems.controller.js';

/** Health, metrics and the explanations of problems. Global, so that every module that connects to a backing service can have it watched. */
@Global()
@Module({
  imports: [MetricsModule],
  controllers: [HealthController, ProblemsController],
  providers: [Health],
  exports: [Health],
})
export class HttpModule {}
