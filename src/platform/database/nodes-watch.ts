import type { StatusDatabase } from './status-database.js';

/** One that has not answered by then counts as away: whoever asks for the health waits. */
const ANSWER_MS = 1_200;

/** A node that takes the connection and then says nothing holds one of the few that the service's state is asked by. */
const LOOK_MS = 1_900;

/** How long what was seen is shown: health is asked for often, and each look opens a connection to each node. */
const LIFE_MS = 5_000;

/** All at the same time. */
const NODES = `
  SELECT node_name || ':' || node_port AS node, success AS answers
  FROM (
    SELECT array_agg(nodename) AS names, array_agg(nodeport) AS ports, array_agg('SELECT 1'::text) AS commands
    FROM pg_dist_node WHERE noderole = 'primary' AND shouldhaveshards AND isactive
  ) n CROSS JOIN LATERAL master_run_on_worker(names, ports, commands, true)
  ORDER BY node`;

interface NodeState {
  /** `host:port`, as the coordinator knows it. */
  readonly node: string;
  readonly answers: boolean;
}

/** Which nodes of a distributed database (Citus) the coordinator reaches. */
export class NodesWatch {
  private seen: { readonly nodes: Promise<readonly NodeState[]>; readonly atMs: number } | null = null;

  constructor(
    private readonly database: StatusDatabase,
    /** The books lie on nodes: see distribution.ts. */
    readonly configured: boolean,
  ) {}

  /** As it was a few seconds ago at most. @throws when the coordinator did not say, a few seconds ago at most */
  look(): Promise<readonly NodeState[]> {
    const now = performance.now();
    if (this.seen === null || now - this.seen.atMs >= LIFE_MS) this.seen = { nodes: this.ask(), atMs: now };
    return this.seen.nodes;
  }

  private ask(): Promise<readonly NodeState[]> {
    return this.database.transaction(
      async (sql) => {
        await sql.query(`SELECT set_config('citus.node_connection_timeout', $1, true)`, [String(ANSWER_MS)]);
        return sql.query<NodeState>(NODES);
      },
      undefined,
      LOOK_MS,
    );
  }
}
