import { NestFactory } from '@nestjs/core';
import { loadDotenv } from './dotenv.js';
import { type Config, StartupError } from '../platform/config/config.public.js';
import { Health } from '../platform/http/http.public.js';
import { LoggerSettings, PinoLogger } from '../platform/logger/logger.public.js';
import { withTimeout } from '../platform/waiting/waiting.public.js';
import { CacheRedisWatch, RedisWatch } from '../platform/redis/redis.public.js';
import { detectPooler, startBackingServices } from './backing-services.js';
import { assertFitDistribution, warnOfServer } from './database-at-start.js';
import { refuseDemoKeys } from './demo/guard-demo-keys.js';
import { refusalOfDatabase } from './refusal-of-database.js';
import { BahiModule } from './modules.js';
import { configFrom } from './settings.js';
import { onStopSignal } from './stop-signals.js';
import { addressOfWorker, openWorkerStatusServer } from './worker-status-server.js';
import { checkBeforeStart, CLOSE_TIMEOUT_MS, type Service, type ServiceOptions, startService } from './service.js';

/** Runs the service until a signal stops it. */
export function run(options: ServiceOptions): Promise<void> {
  return runUntilSignal((config, print) => startService(config, options, print));
}

/** Runs the workers, without the API, until a signal stops them. */
export function runWorker(): Promise<void> {
  return runUntilSignal(async (given, print) => {
    const address = addressOfWorker(given);
    const config = await checkBeforeStart(await detectPooler(given), { isPrepared: true, address }, print);
    const services = await startBackingServices(config, print);
    await assertFitDistribution(services.config);
    await warnOfServer(services.config, print);
    await refuseDemoKeys(services.config);
    const logger = new PinoLogger(config.get(LoggerSettings).level);
    const module = BahiModule.forRoot(services.config, { worker: true });
    const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    const statusServer = address === null ? null : await openWorkerStatusServer(app, address, logger);
    print(
      statusServer === null
        ? 'The worker is running.'
        : `The worker is running at ${statusServer.url} (health and metrics).`,
    );
    return {
      lost: Promise.race([services.lost, app.get(RedisWatch).lost, app.get(CacheRedisWatch).lost]),
      stop: async () => {
        app.get(Health).markStopping();
        await withTimeout(CLOSE_TIMEOUT_MS, app.close());
        await withTimeout(STATUS_SERVER_TIMEOUT_MS, statusServer?.close() ?? Promise.resolve());
        await services.stop();
      },
    };
  });
}

/** A slow request for a worker's health does not delay the worker's end. */
const STATUS_SERVER_TIMEOUT_MS = 500;

type Start = (config: Config, print: (line: string) => void) => Promise<Pick<Service, 'lost' | 'stop'>>;

/**
 * A signal during the start takes effect when the start has ended, so that nothing that was started is left behind. A
 * second signal, a while later, does not wait for work in flight: the next start finds it and continues.
 */
async function runUntilSignal(start: Start): Promise<void> {
  loadDotenv(process.env);
  ignoreClosedOutput();
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  let hasToStop = false;
  let stop = (): void => undefined;
  onStopSignal((signal) => {
    hasToStop = true;
    print(`${signal}: finishing the work in progress …`);
    stop();
  });
  try {
    const config = configFrom(process.env);
    config.warnings.forEach(print);
    const service = await start(config, print);
    stop = () => void service.stop().then(() => process.exit(0), fail);
    if (hasToStop) stop();
    void service.lost.then((why) => {
      process.stderr.write(`${why.message}\n`);
      void service.stop().finally(() => process.exit(1));
    });
  } catch (error) {
    fail(error);
  }
}

/** The reader of our output (`make start | head`) may stop reading; the service continues. */
export function ignoreClosedOutput(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

/** Prints one line for an error that the person at the terminal can fix, and the whole stack for a bug. */
export function fail(error: unknown): never {
  const line = error instanceof StartupError ? error.message : refusalOfDatabase(error);
  process.stderr.write(`${line ?? (error instanceof Error ? error.stack : String(error))}\n`);
  process.exit(1);
}
