import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Refusal } from '../../shared/domain-error.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Health } from './health.js';
import { HealthController } from './health.controller.js';
import { ProblemsController } from './problems.controller.js';
import { Problems } from './problems.js';

/**
 * Health, metrics and the explanations of problems. Global, so that every module that connects to a backing service can
 * have it watched.
 */
@Global()
@Module({
  imports: [MetricsModule],
  controllers: [HealthController, ProblemsController],
  providers: [Health],
  exports: [Health],
})
export class HttpModule {
  /** @param refusals the classes of all modules: their problems are explained and documented */
  static forRoot(refusals: readonly Refusal[]): DynamicModule {
    return {
      module: HttpModule,
      providers: [{ provide: Problems, useValue: new Problems(refusals) }],
      exports: [Problems],
    };
  }
}
