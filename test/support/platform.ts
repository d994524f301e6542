import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { configFrom } from '../../src/main/settings.js';
import { ConfigModule } from '../../src/platform/config/config.module.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { GroupCommitModule } from '../../src/platform/group-commit/group-commit.module.js';
import { OutboxModule } from '../../src/platform/outbox/outbox.module.js';
import { QueueModule } from '../../src/platform/queue/queue.module.js';

class PlatformOnTest {}

/** One process of the service, without HTTP and with as few modules as a test needs. */
export function startPlatform(
  databaseUrl: string,
  options: { worker: boolean; imports?: (Type | DynamicModule)[]; environment?: Record<string, string> },
): Promise<INestApplicationContext> {
  const config = configFrom({ DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: '4', ...options.environment });
  return NestFactory.createApplicationContext(
    {
      module: PlatformOnTest,
      imports: [
        ConfigModule.forRoot(config, { worker: options.worker }),
        DatabaseModule,
        ClockModule,
        GroupCommitModule,
        QueueModule,
        OutboxModule,
        ...(options.imports ?? []),
      ],
    },
    { logger: false, abortOnError: false },
  );
}
