import type pg from 'pg';
import { connected, ensureRole, grantConnect } from '../src/platform/embedded-postgres/provision.js';
import { ADMIN, APP, type EmbeddedServerUrls, OWNER } from '../src/platform/embedded-postgres/passwords.js';

/** The password of the roles, on servers that exist only for tests. */
const PASSWORD = 'bahi-test';

/** The address at which the coordinator reaches a node: its own, or that of a proxy in front of it. */
export type AddressOf = (node: string) => Promise<string>;

export interface CitusDatabase extends Readonly<Record<keyof EmbeddedServerUrls, string>> {
  /** The superuser's address of the database on each node. */
  readonly nodeUrls: readonly string[];
  drop(): Promise<void>;
}

interface Node {
  readonly nodename: string;
  readonly nodeport: number;
}

/**
 * An empty database on a coordinator and on each of its nodes, with the extension, the roles and their rights.
 * @param coordinator a superuser's address, which is valid for the nodes too except for host and port
 */
export async function createDatabaseOnNodes(
  coordinator: URL,
  name: string,
  addressOf: AddressOf = (node) => Promise.resolve(node),
): Promise<CitusDatabase> {
  const servers = await serversOf(coordinator);
  const database = databaseOn(servers, name);
  try {
    for (const server of servers) await prepareServer(server, name);
    await connected(database.superuserUrl, async (client) => {
      await client.query('SELECT citus_set_coordinator_host($1, $2)', [coordinator.hostname, Number(coordinator.port)]);
      for (const node of database.nodeUrls) {
        const { hostname, port } = new URL(await addressOf(node));
        await client.query('SELECT citus_add_node($1, $2)', [hostname, Number(port)]);
      }
    });
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/** The coordinator, followed by its nodes. */
export async function serversOf(coordinator: URL): Promise<URL[]> {
  const nodes = await connected(
    coordinator.href,
    async (client) =>
      (await client.query(`SELECT nodename, nodeport FROM pg_dist_node WHERE noderole = 'primary' AND groupid > 0`))
        .rows as Node[],
  );
  return [
    coordinator,
    ...nodes.map(({ nodename, nodeport }) => at(coordinator, { hostname: nodename, port: String(nodeport) })),
  ];
}

export function databaseOn(servers: readonly URL[], name: string): CitusDatabase {
  const [superuserUrl, ...nodeUrls] = servers.map((server) => at(server, { pathname: name }).href);
  const roleUrl = (username: string): string => at(new URL(superuserUrl!), { username, password: PASSWORD }).href;
  return {
    superuserUrl: superuserUrl!,
    ownerUrl: roleUrl(OWNER),
    appUrl: roleUrl(APP),
    adminUrl: roleUrl(ADMIN),
    nodeUrls,
    drop: async () => {
      for (const server of servers)
        await withoutPropagation(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Each server has its own databases, so they are not propagated. */
export function withoutPropagation(server: URL, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  return connected(server.href, async (client) => {
    await client.query('SET client_min_messages = warning; SET citus.enable_create_database_propagation = off');
    await work(client);
  });
}

/** Each server has its own roles and databases, so they are not propagated. */
async function prepareServer(server: URL, name: string): Promise<void> {
  await connected(server.href, async (client) => {
    await client.query('SET citus.enable_create_role_propagation = off; SET citus.enable_alter_role_propagation = off');
    for (const role of [OWNER, APP, ADMIN]) await ensureRole(client, role, PASSWORD);
    await client.query('SET citus.enable_create_database_propagation = off; SET citus.enable_ddl_propagation = off');
    await client.query(`CREATE DATABASE ${name} OWNER ${OWNER}`);
    await grantConnect(client, name);
  });
  await connected(at(server, { pathname: name }).href, async (client) => {
    await client.query('CREATE EXTENSION citus');
  });
}

function at(url: URL, change: Partial<Pick<URL, 'username' | 'password' | 'hostname' | 'port' | 'pathname'>>): URL {
  return Object.assign(new URL(url), change);
}
