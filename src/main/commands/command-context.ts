import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DomainError } from '../../shared/domain-error.js';
import { type Config, ConfigModule, StartupError } from '../../platform/config/config.public.js';
import { DatabaseModule } from '../../platform/database/database.public.js';
import { GroupCommitModule } from '../../platform/group-commit/group-commit.public.js';
import { PinoLogger } from '../../platform/logger/logger.public.js';
import { OutboxStoresModule } from '../../platform/outbox/outbox.public.js';
import { RedisModule } from '../../platform/redis/redis.public.js';
import { SealingModule } from '../../platform/sealing/sealing.public.js';
import { LedgerModule } from '../../modules/ledger/ledger.module.js';
import { MerchantsModule } from '../../modules/merchants/merchants.module.js';
import { PaymentChecksModule } from '../../modules/payments/payments.module.js';
import { PayoutChecksModule } from '../../modules/payouts/payouts.module.js';
import { SimulatedWebhooksModule } from '../../modules/simulators/simulators.module.js';
import { EventChecksModule, WebhookSecretsModule } from '../../modules/webhooks/webhooks.module.js';

/** What the command line needs: merchants and their books, but no bank, no queue and no port. */
@Module({})
class CommandModule {}

const MODULES = [
  DatabaseModule,
  EventChecksModule,
  GroupCommitModule,
  LedgerModule,
  MerchantsModule,
  OutboxStoresModule,
  PaymentChecksModule,
  PayoutChecksModule,
  SealingModule,
  SimulatedWebhooksModule,
  WebhookSecretsModule,
];

/** Opens the modules for some work, and closes them. @throws StartupError instead of a refusal */
export async function withCommandContext<T>(
  config: Config,
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const context = await openCommandContext(config);
  try {
    return await work(context);
  } catch (error) {
    throw error instanceof DomainError ? new StartupError(error.message) : error;
  } finally {
    await context.close();
  }
}

/** Opens the modules that a command uses, as a NestJS application context. The caller closes it. */
export async function openCommandContext(given: Config): Promise<INestApplicationContext> {
  // A command does not print the warnings of the start of a service.
  const config = await RedisModule.check(given, () => undefined);
  return NestFactory.createApplicationContext(
    { module: CommandModule, imports: [ConfigModule.forRoot(config, { worker: false }), ...MODULES] },
    { logger: new PinoLogger('error'), abortOnError: false },
  );
}
