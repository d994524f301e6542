import { randomBytes } from 'node:crypto';
import { describe } from '@jest/globals';
import { type AddressOf, createDatabaseOnNodes } from '../../bench/citus-database.js';
import { distribute } from '../../src/platform/database/schema/distribute.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { PostgresProxy } from './postgres-proxy.js';
import type { TestDatabase } from './postgres-server.js';
import type { SqlSession } from './sql-session.js';

/** A superuser's address of a coordinator that has nodes, such as `postgres://postgres@127.0.0.1:9700/postgres`. */
const URL_OF_COORDINATOR = process.env['TEST_CITUS_URL'];

/** Runs if TEST_CITUS_URL names a coordinator; otherwise prints one line about what was not run. */
export function describeOnCitus(name: string, tests: () => void): void {
  if (URL_OF_COORDINATOR !== undefined) return describe(name, tests);
  process.stderr.write(`Not run without TEST_CITUS_URL: ${name}\n`);
  describe.skip(name, tests);
}

/** An empty database on the coordinator and on each of its nodes, with the extension, the roles and their rights. */
export function createCitusDatabase(addressOf?: AddressOf): Promise<TestDatabase> {
  const name = `bahi_test_${randomBytes(6).toString('hex')}`;
  return createDatabaseOnNodes(new URL(URL_OF_COORDINATOR!), name, addressOf);
}

/** The same with all tables, distributed over the nodes. */
export async function createDistributedDatabase(shards = 4, addressOf?: AddressOf): Promise<TestDatabase> {
  const database = await createCitusDatabase(addressOf);
  await migrate(database.ownerUrl);
  await distribute(database.ownerUrl, shards, () => undefined);
  return database;
}

/** The same, with the nodes behind proxies, which are added to the list; each can make its node unreachable. */
export function createDatabaseBehind(proxies: PostgresProxy[]): Promise<TestDatabase> {
  return createDistributedDatabase(4, async (node) => {
    const proxy = await PostgresProxy.to(node);
    proxies.push(proxy);
    return proxy.url;
  });
}

/** The node with the merchant's book: the port at which the coordinator reaches it. */
export async function nodeOf(psql: SqlSession, merchantId: string): Promise<number> {
  const [node] = await psql.query<{ port: number }>(
    `SELECT n.nodeport AS port FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)
     WHERE p.shardid = get_shard_id_for_distribution_column('books', $1::uuid)`,
    [merchantId],
  );
  return node!.port;
}
