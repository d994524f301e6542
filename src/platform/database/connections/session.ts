import { withWarnings } from './commit-warnings.js';
import { DURABLE, DURABLE_NOW } from './durability.js';
import { WITHOUT_JIT } from './jit.js';
import type { PrimaryServer } from '../servers/primary-server.js';
import { clientOptions, type ServerClientConfig } from '../servers/server-client.js';

/** A statement that runs longer than this is broken or attacked; none of ours needs a second. */
export const STATEMENT_TIMEOUT_MS = 15_000;

/**
 * How long after the server's own timeout an answer is waited for. If there is none, not even an error, the connection
 * is given up, and the outcome of what was written on it is unknown.
 */
export const NO_ANSWER_MS = 1_000;

/**
 * The write path's statements look rows up by index, and the last row of a book by the index's order, whatever the
 * planner estimates. Its plans are made once per connection: one that was made while the tables were small would read
 * them whole, or would gather and sort a merchant's history, when they are large.
 */
const BY_INDEX_ONLY =
  'SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off';

/**
 * For a batch of a few books PostgreSQL estimates that a plan for the values is cheaper than the generic one that it
 * keeps, and makes one each time. The generic plan is forced, except in two cases: distributed tables (Citus) need the
 * values to find their shards; and before PostgreSQL 18 nothing is set, since PostgreSQL 15 keeps a plan that was made
 * for empty tables, without statistics, and later reads all payouts of a merchant.
 */
const PLANNED_ONCE = `
  SELECT set_config('plan_cache_mode', 'force_generic_plan', false)
  WHERE current_setting('server_version_num')::int >= 180000
    AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')`;

/** A batch decides in memory between its reads and its writes; that takes milliseconds. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000;

/**
 * Otherwise the coordinator does not pass on `SET LOCAL lock_timeout`, and the node waits for a locked book without end
 * (https://docs.citusdata.com, "citus.propagate_set_commands").
 */
const PROPAGATE_TO_NODES = `SET citus.propagate_set_commands = 'local'`;

/** A commit that waits longer than this for a connection is refused: the server is gone or far too small. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The settings of a connection of the write path, made once. @param distributed whether the books are on several nodes
 */
export function writingSession(distributed: boolean): string {
  const all = [
    BY_INDEX_ONLY,
    PLANNED_ONCE,
    DURABLE,
    withWarnings(distributed),
    ...(distributed ? [PROPAGATE_TO_NODES] : []),
  ];
  return all.join('; ');
}

/** The same on a node, where statements write to the shards themselves: Citus requires that this is switched on. */
export const SESSION_ON_SHARD = `${writingSession(false)}; SET citus.enable_manual_changes_to_shards = on`;

const withinTransaction = (settings: string): string => settings.replaceAll('SET ', 'SET LOCAL ');

/** Behind a pooler a connection keeps no state, so each transaction sends its settings together with its BEGIN. */
export function eachTransaction(distributed: boolean): string {
  return (
    'SET LOCAL jit = off; ' +
    `SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}; ` +
    `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}; ` +
    `${withinTransaction(withWarnings(distributed))}; ${DURABLE_NOW}`
  );
}

/** The same for a transaction of the write path. */
export function eachWritingTransaction(distributed: boolean): string {
  const own = [BY_INDEX_ONLY, ...(distributed ? [PROPAGATE_TO_NODES] : [])];
  return [eachTransaction(distributed), ...own.map(withinTransaction)].join('; ');
}

/** How the service connects. Settings that a pooler does not know are left out behind one. */
export function connectionSettings(url: string, pooled: boolean, primary?: PrimaryServer): ServerClientConfig {
  const everywhere = {
    connectionString: url,
    ...clientOptions(url, primary),
    application_name: 'bahi',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + NO_ANSWER_MS,
    keepAlive: true,
  };
  if (pooled) return everywhere;
  return {
    ...everywhere,
    options: WITHOUT_JIT,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // The server releases the books of a process that fell silent in the middle of a batch.
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  };
}
