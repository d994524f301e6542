import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../src/platform/database/connections/database.js';
import type { Binaries } from '../src/platform/embedded-postgres/binaries.js';
import { type EmbeddedServer, startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { OWNER } from '../src/platform/embedded-postgres/passwords.js';
import { connected, grantConnect } from '../src/platform/embedded-postgres/provision.js';
import type { FakeClock } from './fake-clock.js';
import { AS_IT_COMES } from './machine-postgres.js';
import { migrate } from '../src/platform/database/schema/migrate.js';

/** One that locks a table for a while, and others that query meanwhile. */
const SUPERUSER_CONNECTIONS = 3;

/** One database of the service. */
export interface Place {
  /** For the configuration of a service. */
  readonly environment: Readonly<Record<'DATABASE_URL' | 'MIGRATION_DATABASE_URL' | 'ADMIN_DATABASE_URL', string>>;
  /** The superuser's connections: the service's own role may neither read the statistics nor fill tables. */
  readonly superuser: Database;
}

/** PostgreSQL as `make start` runs it, fsync included, with a data directory of its own that is deleted at the end. */
export class TemporaryServer {
  private readonly places: Place[] = [];

  private constructor(
    private readonly server: EmbeddedServer,
    private readonly dataDir: string,
  ) {}

  /**
   * @param clockIn makes the server's clock, in a folder that the server can read; null: it uses the machine's
   * @param binaries of this machine's PostgreSQL, which then runs with its default configuration
   */
  static async start(
    clockIn: (folder: string) => FakeClock | null = () => null,
    binaries: Binaries | null = null,
  ): Promise<TemporaryServer> {
    const dataDir = mkdtempSync(join(tmpdir(), 'bahi-bench-'));
    // When run as root, the server runs as another user, who needs access.
    chmodSync(dataDir, 0o711);
    const { environment = {} } = clockIn(dataDir) ?? {};
    try {
      const instead = binaries === null ? {} : { instead: { binaries, settings: AS_IT_COMES } };
      const server = await startEmbeddedPostgres({ dataDir, environment, ...instead, log: () => undefined });
      return new TemporaryServer(server, dataDir);
    } catch (error) {
      rmSync(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  get superuserUrl(): string {
    return this.server.superuserUrl;
  }

  async version(): Promise<string> {
    return connected(this.superuserUrl, async (client) => {
      const { rows } = await client.query<{ version: string }>('SELECT version()');
      return rows[0]!.version;
    });
  }

  /** An empty database without tables. */
  async createDatabase(name: string): Promise<void> {
    await connected(this.superuserUrl, async (client) => {
      await client.query(`CREATE DATABASE ${name} OWNER ${OWNER}`);
      await grantConnect(client, name);
    });
  }

  async createPlace(name: string): Promise<Place> {
    const place = await this.createEmptyPlace(name);
    await migrate(place.environment.MIGRATION_DATABASE_URL);
    return place;
  }

  /** Not migrated: for a commit that migrates it itself. */
  async createEmptyPlace(name: string): Promise<Place> {
    await this.createDatabase(name);
    const { appUrl, ownerUrl, adminUrl, superuserUrl } = this.server;
    const place = {
      environment: {
        DATABASE_URL: into(appUrl, name),
        MIGRATION_DATABASE_URL: into(ownerUrl, name),
        ADMIN_DATABASE_URL: into(adminUrl!, name),
      },
      superuser: new Database(into(superuserUrl, name), SUPERUSER_CONNECTIONS),
    };
    this.places.push(place);
    return place;
  }

  async stop(): Promise<void> {
    await Promise.all(this.places.map(({ superuser }) => superuser.close()));
    await this.server.stop();
    for (const folder of [this.server.home, this.dataDir]) rmSync(folder, { recursive: true, force: true });
  }
}

function into(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: database }).href;
}
