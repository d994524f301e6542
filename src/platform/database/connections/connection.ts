import type pg from 'pg';
import { withBinaryArrays } from '../statements/binary-arrays.js';
import { committed, recordWarnings } from './commit-warnings.js';
import { nameOf } from '../statements/prepared-query.js';
import type { Sql } from '../statements/sql.js';
import { withTimeout } from '../../waiting/with-timeout.js';
import { type PreparedStatements, StatementGroup } from '../statements/statement-group.js';

/** How long `close` waits for the server, which may hang. Then the socket is destroyed. */
const CLOSE_MS = 1_000;

/** One connection outside the pool. When it breaks, `alive` turns false for good. */
export class Connection implements Sql {
  private broken = false;
  private readonly prepared: PreparedStatements = new Map();
  /** The statements that were started in `held` and not sent yet; null outside it. */
  private group: StatementGroup | null = null;

  constructor(
    private readonly client: pg.Client,
    private readonly pooled: boolean,
    /** The settings with which each transaction of the write path begins; null if the connection keeps its settings. */
    readonly transactionSettings: string | null,
  ) {
    client.on('error', () => (this.broken = true));
    client.on('end', () => (this.broken = true));
    recordWarnings(client);
  }

  /** Whether everything that it reads and writes is in one shard: see ShardConnection. */
  get isOnShard(): boolean {
    return false;
  }

  /** Whether it is still certain to which server it leads. */
  get isConfirmed(): boolean {
    return true;
  }

  /** Called before a batch sends these statements. @throws NotOnShard if it must not: then it has to be rolled back */
  assertTakes(_texts: readonly string[]): void {
    // Through the coordinator, and on one PostgreSQL, everything can be written.
  }

  get alive(): boolean {
    return !this.broken;
  }

  /** Opens a transaction of the write path. */
  begin(): Promise<unknown>[] {
    const settings = this.transactionSettings;
    // Explicit: under a server default of REPEATABLE READ the reads after the lock would be stale.
    const begun = this.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    return settings === null ? [begun] : [begun, this.command(settings)];
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const group = this.group ?? new StatementGroup(this.prepared);
    const rows = group.add(this.pooled ? '' : nameOf(text), text, withBinaryArrays(text, values));
    if (group !== this.group) this.client.query(group);
    return (await rows) as Row[];
  }

  /**
   * Runs a statement without parameters and without a prepared plan; returns its command tag (`COMMIT`, `ROLLBACK`).
   */
  async command(text: string): Promise<string> {
    this.sendHeld();
    return (await this.client.query(text)).command;
  }

  /**
   * Ends the transaction.
   * @returns COMMIT, or ROLLBACK if a statement has failed
   * @throws DoubtfulCommit
   */
  commit(): Promise<string> {
    return committed(this.client, () => this.command('COMMIT'));
  }

  /**
   * Sends all that `work` starts in one piece, also if it throws: it takes one system call, and the server wakes up
   * once and not for every statement. Queries without a command between them are answered in one piece too.
   * @param work must not wait for an answer
   */
  async held<T>(work: () => T | Promise<T>): Promise<T> {
    const { stream } = this.client.connection;
    stream.cork();
    this.group = new StatementGroup(this.prepared);
    try {
      return await work();
    } finally {
      this.sendHeld();
      this.group = null;
      stream.uncork();
    }
  }

  private sendHeld(): void {
    if (this.group === null || this.group.isEmpty) return;
    this.client.query(this.group);
    this.group = new StatementGroup(this.prepared);
  }

  onNotification(listener: (payload?: string) => void): void {
    this.client.on('notification', ({ payload }) => listener(payload));
  }

  onEnd(listener: () => void): void {
    this.client.once('end', listener);
  }

  async close(): Promise<void> {
    this.broken = true;
    const ended = this.client.end().catch(() => undefined);
    if ((await withTimeout(CLOSE_MS, ended)) === 'timed out') this.client.connection.stream.destroy();
  }
}
