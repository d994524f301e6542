import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BahiModule } from '../../src/main/modules.js';
import { configFrom } from '../../src/main/settings.js';
import { serveDashboard } from '../../src/platform/http/server/dashboard.js';
import { createHttpApp } from '../../src/platform/http/server/http-app.js';
import { listen } from '../../src/platform/http/server/listen.js';
import { HttpSettings } from '../../src/platform/http/http.settings.js';
import { LoggerSettings } from '../../src/platform/logger/logger.settings.js';
import { PinoLogger } from '../../src/platform/logger/pino-logger.js';
import { TracingSettings } from '../../src/platform/tracing/tracing.settings.js';

export type Environment = Readonly<Record<string, string>>;

/** A process that serves the API on this Bahi's database. */
export interface Service {
  readonly url: string;
}

/** The service in this process, for tests that also call a use case directly. */
export class LocalService implements Service {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(environment: Environment, worker: boolean): Promise<LocalService> {
    const config = configFrom(environment);
    const app = await createHttpApp(BahiModule.forRoot(config, { worker }), {
      logger: new PinoLogger(config.get(LoggerSettings).level),
      limits: config.get(HttpSettings),
      traced: config.get(TracingSettings).endpoint !== null,
    });
    serveDashboard(app.getHttpAdapter().getInstance());
    return new LocalService(app, await listen(app, config.get(HttpSettings)));
  }

  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T {
    return this.app.get<T>(type, { strict: false });
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}
