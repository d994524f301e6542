import type { Sql } from '../statements/sql.js';

/** Connecting may take that long on a busy machine; a statement has {@link STATEMENT_TIMEOUT_MS} for it. */
const ANSWER_MS = 10_000;

/** Asks all nodes at the same time. */
const NODES = `
  SELECT node_name || ':' || node_port AS node, success AS answers, split_part(result, E'\\n', 1) AS message
  FROM (
    SELECT array_agg(nodename) AS names, array_agg(nodeport) AS ports, array_agg('SELECT 1'::text) AS commands
    FROM pg_dist_node WHERE noderole = 'primary' AND shouldhaveshards AND isactive
  ) n CROSS JOIN LATERAL master_run_on_worker(names, ports, commands, true)
  ORDER BY node`;

export interface NodeState {
  /** `host:port`, as the coordinator knows it. */
  readonly node: string;
  readonly answers: boolean;
  /** The message of the node, or the coordinator's message about it. */
  readonly message: string;
}

/** Nodes that do not answer, by `host:port`, with the message about each. */
export type UnreachableNodes = Map<string, string>;

/**
 * Asks each node of a distributed database (Citus) for a sign of life.
 * @param sql a transaction; its later statements wait no longer than `answerMs` for a connection to a node
 * @param answerMs a node that has not answered by then counts as not answering
 */
export async function nodeStates(sql: Sql, answerMs = ANSWER_MS): Promise<NodeState[]> {
  await sql.query(`SELECT set_config('citus.node_connection_timeout', $1, true)`, [String(answerMs)]);
  return sql.query<NodeState>(NODES);
}

/** See {@link nodeStates}. */
export async function unreachableNodes(sql: Sql): Promise<UnreachableNodes> {
  const states = await nodeStates(sql);
  return new Map(states.filter(({ answers }) => !answers).map(({ node, message }) => [node, message]));
}
