import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../connections/database.js';
import { type NoteChange, PrimaryServer } from '../servers/primary-server.js';
import { ServerRefused } from '../servers/server-refused.js';
import { AnotherFailover } from './another-failover.js';
import { sqlStateOf } from '../errors/sql-state.js';

/** How old the knowledge of this process may be. */
const FRESH_MS = 1_000;

/** How many failovers are listed at most; there are never many. */
export const MOST_LISTED = 100;

/** A promotion of a replica of the database. */
export interface Failover {
  readonly systemIdentifier: string;
  readonly timeline: number;
  readonly fromTimeline: number;
  /** Whether each commit before it had waited for a replica, as far as is known. */
  readonly wasSynchronous: boolean;
  readonly seenAt: Date;
  readonly resumed: { readonly at: Date; readonly by: string; readonly because: string } | null;
}

/** What identifies a failover. */
type Promotion = Pick<Failover, 'systemIdentifier' | 'timeline'>;

interface FailoverRow {
  readonly system_identifier: string;
  readonly timeline: string;
  readonly from_timeline: string;
  readonly was_synchronous: boolean;
  readonly seen_at: Date;
  readonly resumed_at: Date | null;
  readonly resumed_by: string | null;
  readonly resumed_because: string | null;
}

const STOPS = 'NOT was_synchronous AND resumed_at IS NULL';

/** SQL: whether nothing may be submitted. */
export const SUBMISSIONS_STOPPED = `EXISTS (SELECT FROM public.database_failovers WHERE ${STOPS})`;

/** Commits durably even on connections whose default is not durable, such as the queue's. */
const NOTE = `
  INSERT INTO public.database_failovers (system_identifier, timeline, from_timeline, was_synchronous)
  SELECT $1, $2, $3, $4 FROM set_config('synchronous_commit', 'on', true)
  ON CONFLICT DO NOTHING`;

/** No permission: the role of operators. No such table: the schema of an earlier version, before it is migrated. */
const CANNOT_NOTE = new Set(['42501', '42P01']);

/** Records a failover. @throws ServerRefused on connections of other roles, until the service itself has recorded it */
export const noteFailover: NoteChange = async (sql, { systemIdentifier, from, to, wasSynchronous }) => {
  try {
    await sql.query(NOTE, [systemIdentifier, to, from, wasSynchronous]);
  } catch (error) {
    if (!CANNOT_NOTE.has(sqlStateOf(error) ?? '')) throw error;
    throw new ServerRefused('it was promoted, which the service has not recorded yet.');
  }
  if (!wasSynchronous)
    Logger.error(
      'a replica of the database was promoted that may lack the last commits, and so payouts that a bank has. ' +
        'Nothing is submitted until npm run bahi -- compare --with-bank finds nothing that could be paid twice, or ' +
        'an operator resumes submissions',
      'Database',
    );
};

/** Whether submissions are stopped after a failover of the database, in all processes. */
@Injectable()
export class DatabaseFailovers {
  private known: { readonly isStopped: boolean; readonly since: number; readonly change: number } | null = null;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly primary: PrimaryServer,
  ) {}

  /**
   * The state, at most a second old, and never from before the last change of the server that this process has seen. A
   * caller that decides by it and then waits for a connection asks `isOutdated`, which becomes true before anybody gets
   * a connection to another server.
   */
  async now(): Promise<{ readonly isStopped: boolean; readonly isOutdated: () => boolean }> {
    while (this.known === null || this.isOld(this.known)) {
      this.looking ??= this.look().finally(() => (this.looking = null));
      await this.looking;
    }
    const { isStopped, change } = this.known;
    return { isStopped, isOutdated: () => change !== this.primary.changeCount };
  }

  async refresh(): Promise<{ readonly isStopped: boolean; readonly isOutdated: () => boolean }> {
    await this.look();
    return this.now();
  }

  /** The newest first. */
  async list(): Promise<Failover[]> {
    const rows = await this.database.query<FailoverRow>(
      `SELECT * FROM database_failovers ORDER BY seen_at DESC LIMIT ${MOST_LISTED}`,
    );
    return rows.map(failoverOf);
  }

  /** Since when submissions are stopped; null: they are not. */
  async stoppedSince(): Promise<Date | null> {
    const [row] = await this.database.query<{ since: Date | null }>(
      `SELECT min(seen_at) AS since FROM database_failovers WHERE ${STOPS}`,
    );
    return row!.since;
  }

  /**
   * @throws AnotherFailover if submissions are stopped by a failover that is not among these: nobody has looked at it
   */
  async assertNoOther(judged: readonly Promotion[]): Promise<void> {
    const [other] = await this.database.query<{ seen_at: Date }>(
      `SELECT seen_at FROM database_failovers
       WHERE ${STOPS} AND (system_identifier, timeline) NOT IN (SELECT * FROM unnest($1::text[], $2::bigint[]))
       ORDER BY seen_at LIMIT 1`,
      [judged.map((one) => one.systemIdentifier), judged.map((one) => one.timeline)],
    );
    if (other !== undefined) throw new AnotherFailover(other.seen_at);
  }

  /**
   * Lets submissions go on, in all processes within about a second.
   * @param judged the failovers that somebody has looked at; any other keeps submissions stopped. Null: all failovers
   * @returns the failovers that no longer stop submissions
   */
  async resume(
    { actor, reason }: { readonly actor: string; readonly reason: string },
    judged: readonly Promotion[] | null = null,
  ): Promise<Failover[]> {
    const clusters = judged?.map((one) => one.systemIdentifier);
    const timelines = judged?.map((one) => one.timeline);
    const rows = await this.database.query<FailoverRow>(
      `UPDATE database_failovers SET resumed_at = clock_timestamp(), resumed_by = $1, resumed_because = $2
       WHERE ${STOPS}
         AND ($3::text[] IS NULL OR (system_identifier, timeline) IN (SELECT * FROM unnest($3::text[], $4::bigint[])))
       RETURNING *`,
      [actor, reason, clusters ?? null, timelines ?? null],
    );
    if (rows.length > 0) Logger.warn(`${actor} resumed submissions after a failover: ${reason}`, 'Database');
    return rows.map(failoverOf);
  }

  private isOld({ since, change }: NonNullable<DatabaseFailovers['known']>): boolean {
    return change !== this.primary.changeCount || performance.now() - since >= FRESH_MS;
  }

  private async look(): Promise<void> {
    const since = performance.now();
    const change = this.primary.changeCount;
    const [row] = await this.database.query<{ stopped: boolean }>(`SELECT ${SUBMISSIONS_STOPPED} AS stopped`);
    if (this.known === null || since >= this.known.since) this.known = { isStopped: row!.stopped, since, change };
  }
}

function failoverOf(row: FailoverRow): Failover {
  const { resumed_at: at, resumed_by: by, resumed_because: because } = row;
  return {
    systemIdentifier: row.system_identifier,
    timeline: Number(row.timeline),
    fromTimeline: Number(row.from_timeline),
    wasSynchronous: row.was_synchronous,
    seenAt: row.seen_at,
    resumed: at === null || by === null || because === null ? null : { at, by, because },
  };
}
