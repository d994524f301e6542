import { CacheSettings } from '../platform/cache/cache.public.js';
import { Config, misspeltSettings, ProcessSettings, type SettingsGroup } from '../platform/config/config.public.js';
import { DatabaseSettings } from '../platform/database/database.public.js';
import { EmbeddedPostgresSettings } from '../platform/embedded-postgres/embedded-postgres.public.js';
import { GroupCommitSettings } from '../platform/group-commit/group-commit.public.js';
import { HttpSettings } from '../platform/http/http.public.js';
import { MetricsSettings } from '../platform/metrics/metrics.public.js';
import { LoggerSettings } from '../platform/logger/logger.public.js';
import { EventSettings } from '../platform/outbox/outbox.public.js';
import { RateLimitSettings } from '../platform/rate-limits/rate-limits.public.js';
import { RedisSettings } from '../platform/redis/redis.public.js';
import { SealingSettings } from '../platform/sealing/sealing.public.js';
import { TracingSettings } from '../platform/tracing/tracing.public.js';
import {
  BreakerSettings,
  CallbackSettings,
  CashfreeSettings,
  GatewaySettings,
  RazorpayXSettings,
  StripeSettings,
  SubmissionSettings,
  ToyBankSettings,
} from '../modules/gateways/gateways.settings.js';
import { IdempotencySettings } from '../modules/idempotency/idempotency.settings.js';
import { MerchantSettings } from '../modules/merchants/merchants.settings.js';
import { PaymentSettings } from '../modules/payments/payments.settings.js';
import { ReturnWatchSettings, UtrSettings } from '../modules/payouts/payouts.settings.js';
import { WebhookSettings } from '../modules/webhooks/webhooks.settings.js';
import {
  BankSimulatorSettings,
  PaymentSimulatorSettings,
  SimulatorSettings,
} from '../modules/simulators/simulators.settings.js';

/** Every setting that is read at the start, in the order in which settings are checked and documented. */
export const SETTINGS: readonly SettingsGroup[] = [
  ProcessSettings,
  HttpSettings,
  RateLimitSettings,
  LoggerSettings,
  MetricsSettings,
  DatabaseSettings,
  EmbeddedPostgresSettings,
  RedisSettings,
  CacheSettings,
  TracingSettings,
  EventSettings,
  GatewaySettings,
  BreakerSettings,
  SubmissionSettings,
  CallbackSettings,
  MerchantSettings,
  IdempotencySettings,
  UtrSettings,
  ReturnWatchSettings,
  PaymentSettings,
  WebhookSettings,
  SealingSettings,
  SimulatorSettings,
  GroupCommitSettings,
];

/** Settings that an enabled gateway reads when it is opened; those of other gateways are not read. */
export const SETTINGS_OF_GATEWAYS: readonly SettingsGroup[] = [
  RazorpayXSettings,
  CashfreeSettings,
  StripeSettings,
  ToyBankSettings,
  BankSimulatorSettings,
  PaymentSimulatorSettings,
];

const DECLARED = [...SETTINGS, ...SETTINGS_OF_GATEWAYS].flatMap(({ declared }) => Object.values(declared));
const KNOWN = new Set(DECLARED.flatMap(({ name, formerly }) => (formerly === undefined ? [name] : [name, formerly])));

/** @throws StartupError naming the first variable that is wrong, its value and what was expected */
export function configFrom(variables: NodeJS.ProcessEnv): Config {
  return Config.fromEnvironment(SETTINGS, variables, misspeltSettings(variables, KNOWN));
}
