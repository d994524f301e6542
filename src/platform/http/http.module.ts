import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Refusal } from '../../shared/domain-error.js';
import { Metrics } from '../metrics/metrics.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { type DocumentTag, DocumentTags } from './documentation/document-tags.js';
import { EarlierReplies } from './endpoints/earlier-replies.js';
import { Exports } from './lists/exports.js';
import { Health } from './server/health.js';
import { HealthController } from './server/health.controller.js';
import { HttpSettings } from './http.settings.js';
import { ProblemsController } from './documentation/problems.controller.js';
import { Problems } from './problems/problems.js';
import { RequestLimits } from './access/request-limits.js';
import { Shedding } from './overload/shedding.js';
import { WrongKeys } from './access/wrong-keys.js';

/** Made by a factory, because its third parameter, the time, is for tests. */
const WRONG_KEYS = {
  provide: WrongKeys,
  inject: [Metrics, HttpSettings],
  useFactory: (metrics: Metrics, settings: HttpSettings): WrongKeys => new WrongKeys(metrics, settings),
};

/**
 * Health, metrics and the explanations of problems. Global, so that every module that connects to a backing service can
 * have it watched, and the module that keeps replies can offer them here.
 */
@Global()
@Module({
  imports: [MetricsModule],
  controllers: [HealthController, ProblemsController],
  providers: [EarlierReplies, Exports, Health, WRONG_KEYS, RequestLimits, Shedding],
  exports: [EarlierReplies, Exports, Health, WrongKeys, RequestLimits, Shedding],
})
export class HttpModule {
  /**
   * @param refusals the classes of all modules: their problems are explained and documented
   * @param tags the groups of endpoints, in the order in which they are documented
   */
  static forRoot(refusals: readonly Refusal[], tags: readonly DocumentTag[] = []): DynamicModule {
    return {
      module: HttpModule,
      providers: [
        { provide: Problems, useValue: new Problems(refusals) },
        { provide: DocumentTags, useValue: new DocumentTags(tags) },
      ],
      exports: [Problems, DocumentTags],
    };
  }
}
