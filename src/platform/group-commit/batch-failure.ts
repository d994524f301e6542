import { BrokenInvariant } from '../../shared/assert.js';
import { NotOnShard, ShardMoved } from '../database/connections/not-on-shard.js';
import { sqlStateOf } from '../database/errors/sql-state.js';
import { isStalePlan } from '../database/statements/statement-group.js';

/** Why a batch failed. Only after `unknown` may it have been committed; after all others nothing was written. */
export type BatchFailure =
  /** The lane's connection leads to a node that no longer has the shard, or it is not certain that it has it. */
  | 'shard moved'
  /** One of the writes needs a table that only the coordinator has. */
  | 'needs coordinator'
  /** A book was not free within `lock_timeout`, or its shard is being moved or split (`hold_placement`). */
  | 'book locked'
  /** A serialization failure, a deadlock, or a statement that was prepared before a table was changed. */
  | 'lost race'
  /** Something that the server does not support, above all books of two shards after one was split. */
  | 'unsupported'
  /** A data or constraint error: the database refuses one of the writes. */
  | 'refused data'
  /** A rule of the program was broken, by one of the writes or by the rows that were read. */
  | 'broken invariant'
  /** Anything else, above all a connection lost during COMMIT, or a warning in answer to it. */
  | 'unknown';

/** The classes of SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) are its first two characters. */
export function failureOf(error: unknown): BatchFailure {
  if (error instanceof ShardMoved) return 'shard moved';
  if (error instanceof NotOnShard) return 'needs coordinator';
  if (error instanceof BrokenInvariant) return 'broken invariant';
  // Its code is the one of an unsupported feature, too.
  if (isStalePlan(error)) return 'lost race';
  const state = sqlStateOf(error) ?? '';
  if (state === '55P03') return 'book locked';
  if (state === '40001' || state === '40P01') return 'lost race';
  if (state.startsWith('0A')) return 'unsupported';
  if (/^(22|23|P0)/.test(state)) return 'refused data';
  return 'unknown';
}
