import { type DynamicModule, type INestApplicationContext, type LoggerService, Module } from '@nestjs/common';
import type { Config } from '../platform/config/config.public.js';
import {
  type Address,
  Authenticator,
  createHttpApp,
  EarlierReplies,
  Health,
  HealthController,
  HttpSettings,
  listen,
  RequestLimits,
  Shedding,
  WrongKeys,
} from '../platform/http/http.public.js';
import { Metrics, MetricsController, MetricsSettings } from '../platform/metrics/metrics.public.js';

/** Serves a worker's health and metrics, and no API. */
@Module({})
class WorkerStatusModule {
  static on(worker: INestApplicationContext): DynamicModule {
    return {
      module: WorkerStatusModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: Health, useFactory: (): Health => worker.get(Health) },
        { provide: Metrics, useFactory: (): Metrics => worker.get(Metrics, { strict: false }) },
        { provide: MetricsSettings, useFactory: (): MetricsSettings => worker.get(MetricsSettings, { strict: false }) },
        { provide: RequestLimits, useFactory: (): RequestLimits => worker.get(RequestLimits, { strict: false }) },
        { provide: WrongKeys, useFactory: (): WrongKeys => worker.get(WrongKeys, { strict: false }) },
        // This server has nothing that a key would give access to or create.
        EarlierReplies,
        Shedding,
        { provide: Authenticator, useValue: { authenticate: () => Promise.resolve(null) } },
      ],
    };
  }
}

/** The address of the status server, from WORKER_PORT; null if there is none. */
export function addressOfWorker(config: Config): Address | null {
  const { workerPort, host } = config.get(HttpSettings);
  return workerPort === null ? null : { port: workerPort, host, variable: 'WORKER_PORT' };
}

/**
 * Serves a worker that has started. It stays open while the worker finishes its jobs, and reports that it is not ready.
 */
export async function openWorkerStatusServer(
  worker: INestApplicationContext,
  address: Address,
  logger: LoggerService,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = await createHttpApp(WorkerStatusModule.on(worker), { logger, docs: false });
  const url = await listen(app, address);
  worker.get(Health).markReady();
  return { url, close: () => app.close() };
}
