import type pg from 'pg';
import { withBinaryArrays } from './binary-arrays.js';
import { committed, recordWarnings } from './commit-warnings.js';
import { nameOf } from './prepared-query.js';
import type { Sql } from './sql.js';
import { type PreparedStatements, StatementGroup } from './statement-group.js';

/** One connection outside the pool. When it breaks, `alive` turns false for good. */
export class Connection implements Sql {
  private broken = false;
  private readonly prepared: PreparedStatements = new Map();
  /** What is started while it is held; null: it is not held. */
  private held: StatementGroup | null = null;

  constructor(
    private readonly client: pg.Client,
    private readonly pooled: boolean,
    /** What each transaction of the write path has to begin with; null where the connection holds its settings. */
    readonly transactionSettings: string | null,
  ) {
    client.on('error', () => (this.broken = true));
    client.on('end', () => (this.broken = true));
    recordWarnings(client);
  }

  get alive(): boolean {
    return !this.broken;
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const group = this.held ?? new StatementGroup(this.prepared);
    const rows = group.add(this.pooled ? '' : nameOf(text), text, withBinaryArrays(text, values));
    if (group !== this.held) this.client.query(group);
    return (await rows) as Row[];
  }

  /** A statement without parameters and without a prepared plan; answers its command tag (`COMMIT`, `ROLLBACK`). */
  async command(text: string): Promise<string> {
    this.sendHeld();
    return (await this.client.query(text)).command;
  }

  /**
   * Ends the transaction.
   * @returns COMMIT, or ROLLBACK where a statement has failed
   * @throws DoubtfulCommit
   */
  commit(): Promise<string> {
    return committed(this.client, () => this.command('COMMIT'));
  }

  /**
   * Sends what is started until `release` is called in one piece: one call to the system, and the server wakes up once
   * and not for every statement. What is queried without a command between is answered in one piece too.
   */
  hold(): { release(): void } {
    const { stream } = this.client.connection;
    stream.cork();
    this.held = new StatementGroup(this.prepared);
    return {
      release: () => {
        this.sendHeld();
        this.held = null;
        stream.uncork();
      },
    };
  }

  private sendHeld(): void {
    if (this.held === null || this.held.isEmpty) return;
    this.client.query(this.held);
    this.held = new StatementGroup(this.prepared);
  }

  onNotification(listener: (payload?: string) => void): void {
    this.client.on('notification', ({ payload }) => listener(payload));
  }

  onEnd(listener: () => void): void {
    this.client.once('end', listener);
  }

  async close(): Promise<void> {
    this.broken = true;
    await this.client.end().catch(() => undefined);
  }
}
