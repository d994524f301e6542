import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { type Config, ProcessSettings, StartupError } from '../platform/config/config.public.js';
import {
  assertFits,
  Database,
  DatabaseSettings,
  dropEverything,
  durabilityWarning,
  jitWarning,
  migrate,
  publicSchemaWarning,
  refuseUnfitDistribution,
  replicaWarnings,
  roleWarnings,
  WITHOUT_ADMIN,
} from '../platform/database/database.public.js';
import {
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
import { CacheRedisWatch, RedisModule, RedisSettings, RedisWatch } from '../platform/redis/redis.public.js';
import { TracingSettings } from '../platform/tracing/tracing.public.js';
import { withTimeout } from '../platform/waiting/waiting.public.js';
import { WebhookSettings } from '../modules/webhooks/webhooks.public.js';
import { detectPooler, startBackingServices } from './backing-services.js';
import { hasDemoKeys, seedWhereEmpty } from './demo/seed-demo.js';
import { checkGateways } from './adapters.js';
import { BahiModule } from './modules.js';
import { printDemo } from './demo/print-demo.js';
import { withCommandContext } from './commands/command-context.js';

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
  const { production } = pooled.get(ProcessSettings);
  assertResetAllowed(pooled);
  if (!options.prepare) await assertPrepared(pooled);
  checkGateways(pooled);
  QueueModule.check(pooled);
  const config = await RedisModule.check(pooled, print);
  // Before anything is started or changed: a second service started by mistake must not even begin to work on the
  // queues.
  await assertPortFree(config.get(HttpSettings));
  const services = await startBackingServices(config, print);
  let app: NestFastifyApplication | undefined;
  try {
    if (options.prepare) await prepareDatabase(services.config, print);
    await assertFitDistribution(services.config);
    if (options.prepare && !production) await seedWhereEmpty(services.config, print);
    await warnOfServer(services.config, print);
    if (services.config.get(DatabaseSettings).adminUrl === null) print(WITHOUT_ADMIN);
    app = await createHttpApp(BahiModule.forRoot(services.config, options), {
      logger: new PinoLogger(config.get(LoggerSettings).level),
      limits: connectionLimits(config, print),
      docs: config.get(HttpSettings).docs === 'on',
      traced: config.get(TracingSettings).endpoint !== null,
    });
    await guardDemoKeys(app, config, print);
    const pages = await servePages(app, print);
    const url = await listen(app, config.get(HttpSettings));
    app.get(Health).markReady();
    printAddress(url, pages, print);
    if (options.prepare && !production) printDemo(url, config.get(WebhookSettings), print);
    const running = app;
    return {
      url,
      lost: Promise.race([services.lost, app.get(RedisWatch).lost, app.get(CacheRedisWatch).lost]),
      stop: async () => {
        running.get(Health).markStopping();
        const closed = withTimeout(CLOSE_TIMEOUT_MS, running.close()).finally(() => services.stop());
        if ((await closed) === 'timed out') print('Some work did not end in time; the next start continues it.');
      },
    };
  } catch (error) {
    await app?.close().catch(() => undefined);
    await services.stop();
    throw error;
  }
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

/** @throws StartupError */
function assertResetAllowed(config: Config): void {
  if (config.get(DatabaseSettings).reset && config.get(ProcessSettings).production)
    throw new StartupError('RESET_DATA=1 is refused in production. Unset it.');
}

/** @throws StartupError in production, where the published demo keys would give access to everything */
async function guardDemoKeys(
  app: NestFastifyApplication,
  config: Config,
  print: (line: string) => void,
): Promise<void> {
  const { host } = config.get(HttpSettings);
  const { production } = config.get(ProcessSettings);
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  if ((isLocal && !production) || !(await hasDemoKeys(app))) return;
  if (production) throw new StartupError(DEMO_KEYS);
  print(
    `WARNING: HOST=${host} accepts connections from other machines, and this database has the published keys of ` +
      'the demo: anybody who reaches this service can use it.',
  );
}

const DEMO_KEYS = 'This database has the published keys of the demo. Production needs a database of its own.';

/**
 * For a process without the API: it would pay out what anyone can request with the demo's keys. @throws StartupError in
 * production
 */
export async function refuseDemoKeys(config: Config): Promise<void> {
  if (config.get(ProcessSettings).production && (await withCommandContext(config, hasDemoKeys)))
    throw new StartupError(DEMO_KEYS);
}

/** A separate API or worker expects a prepared database. @throws StartupError */
export async function assertPrepared(config: Config): Promise<void> {
  const { url, pooled } = config.get(DatabaseSettings);
  if (url === null) {
    throw new StartupError(
      'Running the API or the worker alone requires DATABASE_URL. `make start` runs both without it.',
    );
  }
  const database = new Database(url, 1, pooled);
  await assertFits(database).finally(() => database.close());
}

/**
 * @throws StartupError when the tables are distributed over several nodes and something that this requires is missing
 */
export async function assertFitDistribution(config: Config): Promise<void> {
  const { url, pooled } = config.get(DatabaseSettings);
  const database = new Database(url!, 1, pooled);
  await refuseUnfitDistribution(database, config.get(RedisSettings).url).finally(() => database.close());
}

/** Warns of server settings and roles with which Bahi works, but less well than it could. */
export async function warnOfServer(config: Config, print: (line: string) => void): Promise<void> {
  const settings = config.get(DatabaseSettings);
  const { url, adminUrl, pooled, timelineFile } = settings;
  const database = new Database(url!, 1, pooled);
  const remembers = timelineFile !== null || config.get(RedisSettings).url !== null;
  try {
    for (const warning of [
      await jitWarning(database),
      await durabilityWarning(database),
      await publicSchemaWarning(database),
    ])
      if (warning !== null) print(warning);
    for (const warning of await roleWarnings(database, adminUrl)) print(warning);
    for (const warning of await replicaWarnings(database, settings, remembers)) print(warning);
  } finally {
    await database.close();
  }
}

async function prepareDatabase(config: Config, print: (line: string) => void): Promise<void> {
  const { migrationUrl, reset } = config.get(DatabaseSettings);
  if (reset) {
    await assertNoService(config);
    print('RESET_DATA=1: dropping all data.');
    await dropEverything(migrationUrl!);
  }
  await migrate(migrationUrl!, print, { mayLeaveNodes: true });
}

/** @throws StartupError when another process uses the database */
export async function assertNoService(config: Config): Promise<void> {
  const { url, pooled } = config.get(DatabaseSettings);
  // A pooler keeps connections under our name after their processes have ended.
  if (pooled)
    throw new StartupError(
      'Data cannot be dropped through a pooler: set DATABASE_URL to the address of PostgreSQL itself.',
    );
  const database = new Database(url!, 1, pooled);
  const sql = `SELECT count(*)::int AS others FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'bahi%' AND pid <> pg_backend_pid()`;
  const [row] = await database.query<{ others: number }>(sql).finally(() => database.close());
  if (row!.others > 0) throw new StartupError('Another Bahi process is using this database: stop it first.');
}

function printAddress(url: string, pages: { readonly dashboard: boolean }, print: (line: string) => void): void {
  print('');
  print(`Bahi is running at ${url}`);
  if (pages.dashboard) print(`  dashboard           ${url}/`);
  print(`  API documentation   ${url}/docs`);
  print(`  queues              ${url}/admin/queues   (any name, and an operator key as the password)`);
}
