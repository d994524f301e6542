import type { Sql } from '../statements/sql.js';
import { sqlStateOf } from '../errors/sql-state.js';

/** The state of the server at the other end of a connection. */
export interface ServerState {
  readonly inRecovery: boolean;
  /** Whether ordinary transactions are read-only: in recovery, or by `default_transaction_read_only`. */
  readonly readOnly: boolean;
  /** Made by initdb, and the same on replicas. Null: the server does not reveal it (some managed ones). */
  readonly systemIdentifier: string | null;
  /** Goes up with each promotion of a replica. Null: in recovery, or the server does not reveal it. */
  readonly timeline: number | null;
  /** Whether a commit waits until a replica has it. */
  readonly synchronous: boolean;
}

const COMMON = `pg_is_in_recovery() AS in_recovery, current_setting('transaction_read_only') = 'on' AS read_only,
  current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') <> 'local' AS synchronous`;

/**
 * The name of the current WAL file begins with the timeline. `pg_control_checkpoint()` has the timeline of the last
 * checkpoint, which for minutes after a promotion is still the old one.
 */
const STATE = `
  SELECT ${COMMON}, (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier,
    CASE WHEN NOT pg_is_in_recovery()
      THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint::text END AS timeline`;

const WITHOUT_IDENTITY = `SELECT ${COMMON}, NULL AS system_identifier, NULL AS timeline`;

/** No permission, no such function, or a function that the server does not support (Aurora, say). */
const NOT_AVAILABLE = new Set(['42501', '42883', '0A000']);

interface StateRow {
  readonly in_recovery: boolean;
  readonly read_only: boolean;
  readonly synchronous: boolean;
  readonly system_identifier: string | null;
  readonly timeline: string | null;
}

/** Asks the server; one round trip. */
export async function stateOf(sql: Sql): Promise<ServerState> {
  const [row] = await sql.query<StateRow>(STATE).catch((error: unknown) => {
    if (!NOT_AVAILABLE.has(sqlStateOf(error) ?? '')) throw error;
    return sql.query<StateRow>(WITHOUT_IDENTITY);
  });
  const { in_recovery, read_only, synchronous, system_identifier, timeline } = row!;
  return {
    inRecovery: in_recovery,
    readOnly: read_only,
    systemIdentifier: system_identifier,
    timeline: timeline === null ? null : Number(timeline),
    synchronous,
  };
}
