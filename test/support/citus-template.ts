import { randomBytes } from 'node:crypto';
import {
  type CitusDatabase,
  createDatabaseOnNodes,
  databaseOn,
  serversOf,
  withoutPropagation,
} from '../../bench/citus-database.js';
import { distribute } from '../../src/platform/database/schema/distribute.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { OWNER } from '../../src/platform/embedded-postgres/passwords.js';
import { grantConnect } from '../../src/platform/embedded-postgres/provision.js';
import { copyRightsAndSettings } from './database-rights.js';

/** Two for each of two nodes. */
const SHARDS = 4;

const newName = (): string => `bahi_test_${randomBytes(6).toString('hex')}`;

/**
 * A database with all tables, distributed over this coordinator's nodes. It exists only to be copied, so nobody can
 * connect to it.
 */
export async function makeTemplateOnNodes(
  coordinator: string,
): Promise<{ readonly name: string; drop(): Promise<void> }> {
  const name = newName();
  const { ownerUrl, drop } = await createDatabaseOnNodes(new URL(coordinator), name);
  await migrate(ownerUrl);
  await distribute(ownerUrl, SHARDS, () => undefined);
  for (const server of await serversOf(new URL(coordinator))) {
    await withoutPropagation(server, async (client) => {
      await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      // Citus keeps its own connection to each database that it is installed in.
      await client.query('SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1', [name]);
    });
  }
  return { name, drop };
}

/** Citus stores the addresses of its nodes in the database, and connects to the database of the same name there. */
export async function copyOnNodes(coordinator: string, template: string): Promise<CitusDatabase> {
  const name = newName();
  const servers = await serversOf(new URL(coordinator));
  for (const server of servers) {
    await withoutPropagation(server, async (client) => {
      await client.query(`CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE ${template}`);
      await grantConnect(client, name);
      await copyRightsAndSettings(client, template, name);
    });
  }
  return databaseOn(servers, name);
}
