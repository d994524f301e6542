import { type NodeState, nodeStates } from '../shards/nodes.js';
import type { Sql } from '../statements/sql.js';
import type { StatusDatabase } from '../connections/status-database.js';

/** A node that has not answered by then counts as unreachable: the caller who asks for the health is waiting. */
const ANSWER_MS = 1_200;

/**
 * A node that accepts the connection and then says nothing would occupy one of the few connections for status queries.
 */
const LOOK_MS = 1_400;

/** How long a result is shown: health is asked for often, and each look opens a connection to each node. */
const LIFE_MS = 5_000;

type SeenNode = Pick<NodeState, 'node' | 'answers'>;

/** Which nodes of a distributed database (Citus) the coordinator reaches. */
export class NodesWatch {
  private seen: { readonly nodes: Promise<readonly SeenNode[]>; readonly atMs: number } | null = null;

  constructor(
    private readonly database: StatusDatabase,
    /** The books lie on nodes: see distribution.ts. */
    readonly configured: boolean,
  ) {}

  /** The nodes as seen at most a few seconds ago. @throws if the coordinator did not answer then */
  look(): Promise<readonly SeenNode[]> {
    const now = performance.now();
    if (this.seen === null || now - this.seen.atMs >= LIFE_MS) this.seen = { nodes: this.ask(), atMs: now };
    return this.seen.nodes;
  }

  private async ask(): Promise<readonly SeenNode[]> {
    const ask = (sql: Sql): Promise<NodeState[]> => nodeStates(sql, ANSWER_MS);
    const states = await this.database.transaction(ask, undefined, LOOK_MS);
    return states.map(({ node, answers }) => ({ node, answers }));
  }
}
