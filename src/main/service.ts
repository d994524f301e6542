import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { type Config, ProcessSettings, type StartupError } from '../platform/config/config.public.js';
import { DatabaseSettings, WITHOUT_ADMIN } from '../platform/database/database.public.js';
import {
  type Address,
  assertPortFree,
  Authenticator,
  type ConnectionLimits,
  createHttpApp,
  Health,
  HttpSettings,
  listen,
  openFilesLimit,
  serveDashboard,
  withinOpenFiles,
  WrongKeys,
} from '../platform/http/http.public.js';
import { LoggerSettings, PinoLogger } from '../platform/logger/logger.public.js';
import { JobQueues, QueueModule, serveQueueBoard } from '../platform/queue/queue.public.js';
import { CacheRedisWatch, RedisModule, RedisWatch } from '../platform/redis/redis.public.js';
import { TracingSettings } from '../platform/tracing/tracing.public.js';
import { withTimeout } from '../platform/waiting/waiting.public.js';
import { WebhookSettings } from '../modules/webhooks/webhooks.public.js';
import { type BackingServices, detectPooler, startBackingServices } from './backing-services.js';
import {
  assertFitDistribution,
  assertPrepared,
  assertResetAllowed,
  prepareDatabase,
  warnOfServer,
} from './database-at-start.js';
import { guardDemoKeys } from './demo/guard-demo-keys.js';
import { seedWhereEmpty } from './demo/seed-demo.js';
import { checkGateways } from './adapters.js';
import { BahiModule } from './modules.js';
import { printDemo } from './demo/print-demo.js';

/**
 * Supervisors kill a process after ten seconds, and PostgreSQL still has to stop. Work that has not ended by then (a
 * call to a bank may take ten seconds) is found and continued by the next start.
 */
export const CLOSE_TIMEOUT_MS = 8_500;

export interface ServiceOptions {
  /** Also runs the workers, which submit payouts to the bank. */
  readonly worker: boolean;
  /** Whether it is the only process. */
  readonly standalone?: boolean;
  /** Prepares the database: runs migrations, and seeds the demo unless in production. */
  readonly prepare: boolean;
}

export interface Service {
  readonly url: string;
  /** Settles when the service cannot continue. */
  readonly lost: Promise<StartupError>;
  /** Finishes what is in flight, and stops each part before those that it needs; PostgreSQL stops last. */
  stop(): Promise<void>;
}

/** @throws StartupError; everything that was started before is stopped again */
export async function startService(
  given: Config,
  options: ServiceOptions,
  print: (line: string) => void,
): Promise<Service> {
  const pooled = await detectPooler(given);
  assertResetAllowed(pooled);
  const address = pooled.get(HttpSettings);
  const checked = await checkBeforeStart(pooled, { isPrepared: !options.prepare, address }, print);
  const services = await startBackingServices(checked, print);
  const { config } = services;
  let app: NestFastifyApplication | undefined;
  try {
    const isDemo = options.prepare && !config.get(ProcessSettings).production;
    if (options.prepare) await prepareDatabase(config, print);
    await assertFitDistribution(config);
    if (isDemo) await seedWhereEmpty(config, print);
    await warnOfServer(config, print);
    if (config.get(DatabaseSettings).adminUrl === null) print(WITHOUT_ADMIN);
    app = await createApp(config, options, print);
    await guardDemoKeys(app, config, print);
    const pages = await servePages(app, print);
    const url = await listen(app, address);
    app.get(Health).markReady();
    printAddress(url, pages, print);
    if (isDemo) printDemo(url, config.get(WebhookSettings), print);
    return running(app, url, services, print);
  } catch (error) {
    await app?.close().catch(() => undefined);
    await services.stop();
    throw error;
  }
}

/**
 * Refuses what can be refused before anything is started or changed: a second service started by mistake must not even
 * begin to work on the queues.
 * @param isPrepared whether the database must have been prepared already
 * @param address null: the process does not listen
 * @returns the configuration, with what was found out about Redis
 * @throws StartupError
 */
export async function checkBeforeStart(
  given: Config,
  { isPrepared, address }: { readonly isPrepared: boolean; readonly address: Address | null },
  print: (line: string) => void,
): Promise<Config> {
  if (isPrepared) await assertPrepared(given);
  checkGateways(given);
  QueueModule.check(given);
  const config = await RedisModule.check(given, print);
  if (address !== null) await assertPortFree(address);
  return config;
}

function createApp(
  config: Config,
  options: ServiceOptions,
  print: (line: string) => void,
): Promise<NestFastifyApplication> {
  return createHttpApp(BahiModule.forRoot(config, options), {
    logger: new PinoLogger(config.get(LoggerSettings).level),
    limits: connectionLimits(config, print),
    docs: config.get(HttpSettings).docs === 'on',
    traced: config.get(TracingSettings).endpoint !== null,
  });
}

function running(
  app: NestFastifyApplication,
  url: string,
  services: BackingServices,
  print: (line: string) => void,
): Service {
  return {
    url,
    lost: Promise.race([services.lost, app.get(RedisWatch).lost, app.get(CacheRedisWatch).lost]),
    stop: async () => {
      app.get(Health).markStopping();
      const closed = withTimeout(CLOSE_TIMEOUT_MS, app.close()).finally(() => services.stop());
      if ((await closed) === 'timed out') print('Some work did not end in time; the next start continues it.');
    },
  };
}

/** The limits as set, reduced if the process may not open enough files. */
function connectionLimits(config: Config, print: (line: string) => void): ConnectionLimits {
  const set = config.get(HttpSettings);
  const openFiles = openFilesLimit();
  const limits = withinOpenFiles(set, openFiles);
  if (limits !== set)
    print(
      `This process may open only ${openFiles} files, so it accepts ${limits.maxConnections} connections and not ` +
        `HTTP_MAX_CONNECTIONS=${set.maxConnections}. Raise the limit (ulimit -n).`,
    );
  return limits;
}

/** Pages for a browser: the queue board and the dashboard. */
async function servePages(
  app: NestFastifyApplication,
  print: (line: string) => void,
): Promise<{ readonly dashboard: boolean }> {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const authenticator = app.get(Authenticator, { strict: false });
  await serveQueueBoard(fastify, app.get(JobQueues), authenticator, app.get(WrongKeys, { strict: false }));
  const dashboard = serveDashboard(fastify);
  if (!dashboard) print('The dashboard is not built: run make build. The API works without it.');
  return { dashboard };
}

function printAddress(url: string, pages: { readonly dashboard: boolean }, print: (line: string) => void): void {
  print('');
  print(`Bahi is running at ${url}`);
  if (pages.dashboard) print(`  dashboard           ${url}/`);
  print(`  API documentation   ${url}/docs`);
  print(`  queues              ${url}/admin/queues   (any name, and an operator key as the password)`);
}
