import type { Config, StartupError } from '../platform/config/config.public.js';
import {
  APP,
  borrowEmbeddedPostgres,
  EmbeddedPostgresSettings,
  type EmbeddedServerUrls,
  lockDataDir,
  ServerWatch,
  startEmbeddedPostgres,
} from '../platform/embedded-postgres/embedded-postgres.public.js';
import { DatabaseSettings, leadsToPooler } from '../platform/database/database.public.js';
import { dataKeyIn, SealingSettings } from '../platform/sealing/sealing.public.js';

/** What the process needs to run, and how to stop it after everything else has ended. */
export interface BackingServices {
  /** The configuration, with the addresses of the services that were started. */
  readonly config: Config;
  /** Settles when a service that was started has ended and cannot be started again. */
  readonly lost: Promise<StartupError>;
  stop(): Promise<void>;
}

interface BorrowOptions {
  /** For work that must not run while the service is running. */
  readonly alone: boolean;
  /** Aborted when the command is interrupted. */
  readonly stop: AbortSignal;
}

/** For a server that is not managed here, or is needed for a command only. */
const NEVER = new Promise<StartupError>(() => undefined);

/** Finds out whether DATABASE_URL leads to a pooler, which decides how all connections are made. Called first. */
export async function detectPooler(config: Config): Promise<Config> {
  const { url } = config.get(DatabaseSettings);
  const pooled = url !== null && (await leadsToPooler(url));
  return pooled ? config.with(DatabaseSettings, { pooled }) : config;
}

/**
 * The server of DATABASE_URL, or else the embedded one: started, or taken over from a service that was killed.
 * @throws StartupError
 */
export async function startBackingServices(config: Config, log: (line: string) => void): Promise<BackingServices> {
  const { url } = config.get(DatabaseSettings);
  if (url !== null) return { config: onItsServer(config, url, log), lost: NEVER, stop: async () => {} };
  const { dataDir } = config.get(EmbeddedPostgresSettings);
  const lock = await lockDataDir(dataDir);
  const server = await startEmbeddedPostgres({ dataDir, log }).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  const watch = new ServerWatch(server, log);
  return {
    config: withDataKey(onEmbedded(config, server, log), dataDir),
    lost: watch.lost,
    stop: async () => {
      await watch.stop();
      await server.stop();
      lock.release();
    },
  };
}

/**
 * For the command line: if a service is running, its server is used and left running.
 * @throws StartupError
 * @throws the reason of `stop`, if the signal comes before the command's turn
 */
export async function borrowBackingServices(
  config: Config,
  options: BorrowOptions,
  log: (line: string) => void,
): Promise<BackingServices> {
  if (config.get(DatabaseSettings).url !== null) return startBackingServices(config, log);
  const { dataDir } = config.get(EmbeddedPostgresSettings);
  const server = await borrowEmbeddedPostgres({ ...options, dataDir, log: () => undefined });
  return {
    config: onEmbedded(config, server, log),
    lost: NEVER,
    stop: () => server.stop(),
  };
}

function onEmbedded(
  config: Config,
  { appUrl, ownerUrl, adminUrl }: EmbeddedServerUrls,
  log: (line: string) => void,
): Config {
  const given = config.get(DatabaseSettings);
  for (const [name, value] of [
    ['MIGRATION_DATABASE_URL', given.migrationUrl],
    ['ADMIN_DATABASE_URL', given.adminUrl],
  ] as const)
    if (value !== null) log(`${name} is not used without DATABASE_URL: the embedded server has its own roles.`);
  return config.with(DatabaseSettings, { url: appUrl, migrationUrl: ownerUrl, adminUrl, embedded: true });
}

/** Unless a key is set, the one stored next to the database is used. @throws StartupError */
function withDataKey(config: Config, dataDir: string): Config {
  if (config.get(SealingSettings).keys.length > 0) return config;
  return config.with(SealingSettings, { keys: [dataKeyIn(dataDir)] });
}

function onItsServer(config: Config, url: string, log: (line: string) => void): Config {
  const { migrationUrl } = config.get(DatabaseSettings);
  if (migrationUrl === null && new URL(url).username !== APP) {
    log(
      'The service and the migrations use the same role (DATABASE_URL), so the service owns its tables and could ' +
        'switch off the database’s guards. Set MIGRATION_DATABASE_URL to a role of its own.',
    );
  }
  return config.with(DatabaseSettings, { url, migrationUrl: migrationUrl ?? url });
}
