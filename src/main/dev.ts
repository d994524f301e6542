import { spawn } from 'node:child_process';
import { loadDotenv } from './dotenv.js';
import { DatabaseSettings } from '../platform/database/database.public.js';
import { SealingSettings } from '../platform/sealing/sealing.public.js';
import { startBackingServices } from './backing-services.js';
import { fail } from './run.js';
import { configFrom } from './settings.js';

/**
 * `make dev`: the service, restarted by the Nest CLI whenever a source file changes. Its backing services are started
 * here, once, so that the embedded PostgreSQL outlives each restart. The command line works alongside, as with `make
 * start`.
 */
async function main(): Promise<void> {
  loadDotenv(process.env);
  const services = await startBackingServices(configFrom(process.env), console.log);
  const { url, migrationUrl, adminUrl } = services.config.get(DatabaseSettings);
  const { keys } = services.config.get(SealingSettings);
  // In its own process group and without a shell in between: a signal reaches the service only through the CLI, which
  // waits for it to end. Later signals are passed on too; one that comes a second or more after the first ends the
  // service at once (stop-signals.ts).
  const nest = spawn('node_modules/.bin/nest', ['start', '--watch', '--no-shell'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    env: {
      ...process.env,
      DATABASE_URL: url!,
      MIGRATION_DATABASE_URL: migrationUrl!,
      ADMIN_DATABASE_URL: adminUrl ?? '',
      DATA_ENCRYPTION_KEY: keys.map((key) => key.toString('base64')).join(','),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => nest.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  nest.on('exit', (code) => void services.stop().then(() => process.exit(code ?? 1), fail));
  void services.lost.then((error) => {
    nest.removeAllListeners('exit').on('exit', () => fail(error));
    nest.kill();
  });
}

await main().catch(fail);
