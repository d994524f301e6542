import { randomBytes } from 'node:crypto';
import { describe } from '@jest/globals';
import { distribute } from '../../src/platform/database/distribute.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { ADMIN, APP, OWNER } from '../../src/platform/embedded-postgres/passwords.js';
import { connected, ensureRole, grantConnect } from '../../src/platform/embedded-postgres/provision.js';
import type { TestDatabase } from './postgres-server.js';
import type { SqlSession } from './sql-session.js';

/** A superuser's address of a coordinator that has nodes: `postgres://postgres@127.0.0.1:9700/postgres`, say. */
const URL_OF_COORDINATOR = process.env['TEST_CITUS_URL'];

const PASSWORD = 'bahi-test';

/** Runs where TEST_CITUS_URL names a coordinator; elsewhere one line says what was not run. */
export function describeOnCitus(name: string, tests: () => void): void {
  if (URL_OF_COORDINATOR !== undefined) return describe(name, tests);
  process.stderr.write(`Not run without TEST_CITUS_URL: ${name}\n`);
  describe.skip(name, tests);
}

interface Node {
  readonly nodename: string;
  readonly nodeport: number;
}

/** By which address the coordinator finds a node: its own, or that of a proxy that leads to it. */
type AddressOf = (node: string) => Promise<string>;

/** An empty database on the coordinator and on each of its nodes, with the extension, the roles and their rights. */
export async function createCitusDatabase(
  addressOf: AddressOf = (node) => Promise.resolve(node),
): Promise<TestDatabase> {
  const name = `bahi_test_${randomBytes(6).toString('hex')}`;
  const coordinator = new URL(URL_OF_COORDINATOR!);
  const nodes = await connected(
    coordinator.href,
    async (client) =>
      (await client.query(`SELECT nodename, nodeport FROM pg_dist_node WHERE noderole = 'primary' AND groupid > 0`))
        .rows as Node[],
  );
  const servers = [
    coordinator,
    ...nodes.map(({ nodename, nodeport }) => at(coordinator, { hostname: nodename, port: String(nodeport) })),
  ];
  for (const server of servers) await prepareServer(server, name);
  const into = (change: Partial<Pick<URL, 'username' | 'password'>>): string =>
    at(coordinator, { ...change, pathname: name }).href;
  const superuserUrl = into({});
  await connected(superuserUrl, async (client) => {
    await client.query('SELECT citus_set_coordinator_host($1, $2)', [coordinator.hostname, Number(coordinator.port)]);
    for (const node of servers.slice(1)) {
      const { hostname, port } = new URL(await addressOf(at(node, { pathname: name }).href));
      await client.query('SELECT citus_add_node($1, $2)', [hostname, Number(port)]);
    }
  });
  const roleUrl = (username: string): string => into({ username, password: PASSWORD });
  return {
    superuserUrl,
    ownerUrl: roleUrl(OWNER),
    appUrl: roleUrl(APP),
    adminUrl: roleUrl(ADMIN),
    drop: async () => {
      for (const server of servers)
        await connected(server.href, async (client) => {
          await client.query(`SET citus.enable_create_database_propagation = off`);
          await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        });
    },
  };
}

/** The same with all tables, laid on the nodes. */
export async function createDistributedDatabase(shards = 4, addressOf?: AddressOf): Promise<TestDatabase> {
  const database = await createCitusDatabase(addressOf);
  await migrate(database.ownerUrl);
  await distribute(database.ownerUrl, shards, () => undefined);
  return database;
}

/** Each server has roles and databases of its own. */
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

/** Which node the merchant's book lies on: the port by which the coordinator finds it. */
export async function nodeOf(psql: SqlSession, merchantId: string): Promise<number> {
  const [node] = await psql.query<{ port: number }>(
    `SELECT n.nodeport AS port FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)
     WHERE p.shardid = get_shard_id_for_distribution_column('books', $1::uuid)`,
    [merchantId],
  );
  return node!.port;
}
