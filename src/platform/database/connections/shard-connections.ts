import { NodeServers } from '../servers/node-servers.js';
import { ServerClient } from '../servers/server-client.js';
import { type Node, placeOf, type ShardPlace } from '../shards/shard-place.js';
import type { Sql } from '../statements/sql.js';
import type { Database } from './database.js';
import { NodeCheck } from './node-check.js';
import { connectionSettings, SESSION_ON_SHARD } from './session.js';
import { ShardConnection } from './shard-connection.js';

const MAY_HOLD = `
  SELECT coalesce(has_function_privilege(to_regprocedure('public.hold_placement(bigint)'), 'EXECUTE'), false) AS may`;

/** Opens the write path's connections past the coordinator, to the nodes of shards. */
export class ShardConnections {
  private readonly checks = new Map<string, NodeCheck>();

  constructor(
    private readonly database: Pick<Database, 'url' | 'connect' | 'query'>,
    private readonly servers: NodeServers,
  ) {}

  /**
   * Connects to the node where the shard is now; the coordinator is asked each time.
   * @throws if the shard can be written to only through the coordinator
   */
  async open(shard: string): Promise<ShardConnection> {
    const coordinator = await this.database.connect({ pipeline: true });
    try {
      const place = await placeOf(coordinator, shard);
      if (place === null) throw new Error(`shard ${shard} is not whole on one node that Citus calls in use`);
      await assertMayHold(coordinator, 'the coordinator');
      const { client, confirmed } = await this.clientOf(place);
      return await prepared(new ShardConnection(client, coordinator, place, confirmed), place);
    } catch (error) {
      await coordinator.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.checks.values()].map((check) => check.close()));
  }

  private async clientOf(node: Node): Promise<{ readonly client: ServerClient; readonly confirmed: () => boolean }> {
    const url = nodeUrl(this.database.url, node);
    const client = new ServerClient({ ...connectionSettings(url, false), pipeline: true });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return { client, confirmed: await this.checkOf(node).admit(client) };
    } catch (error) {
      client.connection.stream.destroy();
      throw error;
    }
  }

  private checkOf(node: Node): NodeCheck {
    const name = `${node.group} ${node.host}:${node.port}`;
    let check = this.checks.get(name);
    if (check === undefined) {
      check = new NodeCheck(node, this.servers.of(node.group), this.database);
      this.checks.set(name, check);
    }
    return check;
  }
}

async function prepared(connection: ShardConnection, { host, port }: ShardPlace): Promise<ShardConnection> {
  try {
    await connection.command(SESSION_ON_SHARD);
    await assertMayHold(connection, `${host}:${port}`);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function assertMayHold(sql: Sql, where: string): Promise<void> {
  const [found] = await sql.query<{ may: boolean }>(MAY_HOLD);
  if (!found!.may) throw new Error(`this role may not hold shards on ${where}`);
}

/**
 * The node's address, with the role and the database of the coordinator's. A server that takes no writes is refused.
 */
function nodeUrl(url: string, { host, port }: Node): string {
  const address = new URL(url);
  address.searchParams.set('host', host);
  address.searchParams.set('port', `${port}`);
  address.searchParams.set('target_session_attrs', 'read-write');
  return address.href;
}
