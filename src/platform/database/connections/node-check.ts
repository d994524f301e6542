import type pg from 'pg';
import { Ticker } from '../../waiting/ticker.js';
import { orTimeout } from '../../waiting/with-timeout.js';
import { ServerRefused } from '../servers/server-refused.js';
import type { PrimaryServer } from '../servers/primary-server.js';
import { type ServerState, stateOf } from '../servers/server-state.js';
import type { Node } from '../shards/shard-place.js';
import type { Database } from './database.js';
import { KeptConnection } from './kept-connection.js';

const EVERY_MS = 3_000;

/** How long a confirmation is valid: two checks may fail meanwhile. */
const VALID_MS = 8_000;

/** How long a node that accepts the connection and then does not answer is waited for. */
const ANSWER_MS = 2_000;

/** On a new connection each time: another server may have taken over the address since the last one. */
const ON_NODE = `
  SELECT success, result FROM master_run_on_worker(ARRAY[$1], ARRAY[$2::integer], ARRAY[$3], true)`;

const SESSION = `
  SELECT pid || ' ' || (extract(epoch FROM backend_start) * 1000000)::bigint AS session
  FROM pg_stat_activity WHERE pid`;

/** A session of this process on the node. */
interface Session {
  readonly client: pg.Client;
  /** The last time (`performance.now()`) for which it is certain that it leads to the right server. */
  confirmedAt: number;
}

/**
 * Checks every few seconds whether the connections of this process to a node lead to the server that the coordinator
 * means by it: from here, the address may lead elsewhere, or to another server than before. The coordinator asks the
 * node, on a new connection each time, which of our sessions it has, whether it takes writes, and its system identifier
 * and timeline. Each check has its own connection to the coordinator, so that a node that hangs does not delay the
 * checks of the others.
 */
export class NodeCheck {
  private readonly sessions = new Map<string, Session>();
  private readonly coordinator: KeptConnection;
  private readonly ticker: Ticker;
  private looking: Promise<ServerState> | null = null;

  constructor(
    private readonly node: Node,
    /** The node's own primary server, as NodeServers keeps it by group; not the coordinator's. */
    private readonly server: PrimaryServer,
    private readonly database: Pick<Database, 'connect' | 'query'>,
  ) {
    this.coordinator = new KeptConnection(() => this.connect());
    const tick = async (): Promise<void> => void (this.sessions.size > 0 && (await this.look()));
    this.ticker = new Ticker(`node ${this.name}`, EVERY_MS, tick);
  }

  /**
   * Checks a connection that was just made to the node's address.
   * @returns says whether the connection has been confirmed lately
   * @throws if it leads elsewhere, or to a server that must not be written to
   */
  async admit(client: pg.Client): Promise<() => boolean> {
    const { rows } = await client.query<{ session: string }>(`${SESSION} = pg_backend_pid()`);
    const session: Session = { client, confirmedAt: -Infinity };
    this.sessions.set(rows[0]!.session, session);
    const forget = (): void => void this.sessions.delete(rows[0]!.session);
    client.once('end', forget);
    try {
      // A check that began earlier does not look for this session.
      await this.looking?.catch(() => undefined);
      const state = await this.look();
      if (session.confirmedAt === -Infinity)
        throw new Error(`${this.name} is another server from here than from the coordinator`);
      // The promotion of a node is recorded in the coordinator's database.
      await this.server.admit(state, this.database, client, forget);
    } catch (error) {
      forget();
      throw error;
    }
    this.ticker.start();
    return () => performance.now() - session.confirmedAt < VALID_MS;
  }

  async close(): Promise<void> {
    await this.ticker.stop();
    await this.coordinator.close();
  }

  private look(): Promise<ServerState> {
    this.looking ??= this.ask().finally(() => (this.looking = null));
    return this.looking;
  }

  private async ask(): Promise<ServerState> {
    const since = performance.now();
    const asked = [...this.sessions];
    const state = await stateOf({ query: async (text) => this.onNode(text) });
    await this.server.recall();
    this.assertFit(state);
    const pids = asked.map(([session]) => session.split(' ')[0]);
    const found = await this.onNode<{ session: string }>(`${SESSION} IN (${pids.join(', ') || 'NULL'})`);
    const there = new Set(found.map(({ session }) => session));
    for (const [name, session] of asked) {
      if (there.has(name)) session.confirmedAt = since;
      else session.client.connection.stream.destroy();
    }
    await this.server.observe(state);
    return state;
  }

  /** @throws ServerRefused */
  private assertFit(state: ServerState): void {
    const why =
      state.readOnly || state.systemIdentifier === null || state.timeline === null
        ? 'takes no writes, or does not say which server it is'
        : this.server.refusalOf(state);
    if (why !== null) {
      for (const { client } of this.sessions.values()) client.connection.stream.destroy();
      throw new ServerRefused(`it ${why}`);
    }
    // If this shows a promotion that nobody has seen yet, connections to the server before it are cut.
    this.server.saw(state);
  }

  /** The rows that the node returns, with values as in JSON. */
  private async onNode<Row>(text: string): Promise<Row[]> {
    const { host, port } = this.node;
    const asJson = `SELECT coalesce(json_agg(r), '[]') FROM (${text}) r`;
    const asked = this.coordinator.query<{ success: boolean; result: string }>(ON_NODE, [host, port, asJson]);
    const [answer] = await orTimeout(2 * ANSWER_MS, 'the coordinator', asked).catch((error: unknown) => {
      // The coordinator may still be executing the statement.
      void this.coordinator.close();
      throw error;
    });
    if (!answer!.success) throw new Error(answer!.result.split('\n')[0]);
    return JSON.parse(answer!.result) as Row[];
  }

  private async connect(): Promise<Awaited<ReturnType<Database['connect']>>> {
    const connection = await this.database.connect({ pipeline: false });
    try {
      await connection.command(
        `SET statement_timeout = ${ANSWER_MS}; SET citus.node_connection_timeout = ${ANSWER_MS}; SET client_min_messages = error`,
      );
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  private get name(): string {
    return `${this.node.host}:${this.node.port}`;
  }
}
