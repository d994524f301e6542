import { NestFactory } from '@nestjs/core';
import { config as loadDotenv } from 'dotenv';
import { type Config, StartupError } from '../platform/config/config.public.js';
import { isTlsRefusal, isUnreachable, sqlStateOf } from '../platform/database/database.public.js';
import { assertPortFree, Health } from '../platform/http/http.public.js';
import { LoggerSettings, PinoLogger } from '../platform/logger/logger.public.js';
import { QueueModule } from '../platform/queue/queue.public.js';
import { withTimeout } from '../platform/waiting/waiting.public.js';
import { RedisModule } from '../platform/redis/redis.public.js';
import { checkGateways } from './adapters.js';
import { detectPooler, startBackingServices } from './backing-services.js';
import { BahiModule } from './modules.js';
import { configFrom } from './settings.js';
import { addressOfWorker, openWorkerStatusServer } from './worker-status-server.js';
import {
  assertPrepared,
  CLOSE_TIMEOUT_MS,
  type Service,
  type ServiceOptions,
  startService,
  warnOfJit,
} from './service.js';

/** Runs the service until it is told to stop. */
export function run(options: ServiceOptions): Promise<void> {
  return runUntilSignal((config, say) => startService(config, options, say));
}

/** Runs the workers, without the API, until they are told to stop. */
export function runWorker(): Promise<void> {
  return runUntilSignal(async (given, say) => {
    const config = await detectPooler(given);
    await assertPrepared(config);
    checkGateways(config);
    QueueModule.check(config);
    await RedisModule.check(config, say);
    const address = addressOfWorker(config);
    if (address !== null) await assertPortFree(address);
    const services = await startBackingServices(config, say);
    await warnOfJit(services.config, say);
    const logger = new PinoLogger(config.get(LoggerSettings).level);
    const module = BahiModule.forRoot(services.config, { worker: true });
    const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    const window = address === null ? null : await openWorkerStatusServer(app, address, logger);
    say(window === null ? 'The worker is running.' : `The worker is running at ${window.url} (health and metrics).`);
    return {
      stop: async () => {
        app.get(Health).markStopping();
        await withTimeout(CLOSE_TIMEOUT_MS, app.close());
        await withTimeout(WINDOW_TIMEOUT_MS, window?.close() ?? Promise.resolve());
        await services.stop();
      },
    };
  });
}

/** Whoever asks a worker for its health, slowly, does not keep it. */
const WINDOW_TIMEOUT_MS = 500;

type Start = (config: Config, say: (line: string) => void) => Promise<Pick<Service, 'stop'>>;

/**
 * A signal during the start is obeyed when the start has ended, so that nothing that was started is left behind.
 * A second signal does not wait for what is in flight: the next start finds it and goes on.
 */
async function runUntilSignal(start: Start): Promise<void> {
  loadDotenv({ quiet: true });
  ignoreClosedOutput();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  let told: NodeJS.Signals | null = null;
  let stop = (): void => undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (told !== null) process.exit(130);
      told = signal;
      say(`${signal}: finishing what is in flight …`);
      stop();
    });
  }
  try {
    const config = configFrom(process.env);
    config.warnings.forEach(say);
    const service = await start(config, say);
    stop = () => void service.stop().then(() => process.exit(0), fail);
    if (told !== null) stop();
  } catch (error) {
    fail(error);
  }
}

/** Whoever reads our output (`make start | head`) may stop reading; the service goes on. */
export function ignoreClosedOutput(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

/** One line for what the person at the terminal can mend; the whole stack for what only we can. */
export function fail(error: unknown): never {
  const line = error instanceof StartupError ? error.message : refusalOfDatabase(error);
  process.stderr.write(`${line ?? (error instanceof Error ? error.stack : String(error))}\n`);
  process.exit(1);
}

/** TLS that does not come about, not there (class 08 and the like), wrong password or role (28), no such database (3D), no right to do it (42501). */
function refusalOfDatabase(error: unknown): string | null {
  if (!isUnreachable(error) && !isTlsRefusal(error) && !/^(28|3D|42501)/.test(sqlStateOf(error) ?? '')) return null;
  return `PostgreSQL: ${(error as Error).message}. Check that it runs, and DATABASE_URL and MIGRATION_DATABASE_URL.`;
}
