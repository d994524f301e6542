import type { Sql } from '../statements/sql.js';
import { sqlStateOf } from '../errors/sql-state.js';

/** What a connection says of the server at its other end. */
export interface ServerState {
  readonly inRecovery: boolean;
  /** As ordinary transactions are there: in recovery, or `default_transaction_read_only`. */
  readonly readOnly: boolean;
  /** Made by initdb, and kept by its replicas. Null: the server does not say it to us (some managed ones). */
  readonly systemIdentifier: string | null;
  /** Goes up by each promotion of a replica. Null: in recovery, or the server does not say it. */
  readonly timeline: number | null;
  /** Whether a commit waits until a replica has it. */
  readonly synchronous: boolean;
}

const COMMON = `pg_is_in_recovery() AS in_recovery, current_setting('transaction_read_only') = 'on' AS read_only,
  current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') <> 'local' AS synchronous`;

/**
 * The name of the current WAL file begins with the timeline. `pg_control_checkpoint()` has that of the last checkpoint,
 * which for minutes after a promotion is the one before.
 */
const STATE = `
  SELECT ${COMMON}, (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier,
    CASE WHEN NOT pg_is_in_recovery()
      THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint::text END AS timeline`;

const WITHOUT_IDENTITY = `SELECT ${COMMON}, NULL AS system_identifier, NULL AS timeline`;

/** No right to, no such function, or one that the server does not support (Aurora, say). */
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
