import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { HostChoice, type ServerJudge } from './host-choice.js';
import { highestOf, type KnownServer, type ServerMemory } from './server-memory.js';
import { ServerRefused } from './server-refused.js';
import type { ServerState } from './server-state.js';
import type { Sql } from '../statements/sql.js';

/** A replica was promoted. */
export interface TimelineChange {
  readonly systemIdentifier: string;
  readonly from: number;
  readonly to: number;
  /** Whether each commit on the old timeline had waited for a replica, as far as is known. */
  readonly wasSynchronous: boolean;
}

/**
 * Records the change in the database, once, on the connection that has seen it, before anybody can use the connection.
 */
export type NoteChange = (sql: Sql, change: TimelineChange) => Promise<void>;

/**
 * Knows which server takes commits: the one with the highest timeline that any process has seen. It is asked when a
 * connection is made, never during a commit; when a higher timeline appears, connections to a lower one are cut.
 *
 * A process that does not know of a promotion yet goes on with the old primary, if that still runs: whoever promotes
 * must keep the old primary from taking writes (fencing).
 */
export class PrimaryServer implements ServerJudge {
  private readonly logger = new Logger('Database');
  private readonly choices = new Map<string, HostChoice>();
  private readonly connections = new Map<pg.Client, number>();
  private known: KnownServer | null = null;
  /** Like `known`, but only once the change to it is recorded in the database. */
  private settled: KnownServer | null = null;
  private changes = 0;
  private memoryFails = false;
  private recalling: Promise<void> | null = null;

  constructor(
    private readonly memories: readonly ServerMemory[],
    private readonly noteChange: NoteChange,
    /** Called when a replica was promoted, before anybody can commit there. */
    private readonly onRise: () => void = () => undefined,
  ) {}

  /** The choice of the host, which all connections with this address share. */
  hostsOf(url: string): HostChoice {
    let choice = this.choices.get(url);
    if (choice === undefined) {
      choice = new HostChoice(url, this);
      this.choices.set(url, choice);
    }
    return choice;
  }

  /** Goes up when another server becomes the one that takes commits, before anybody can commit there. */
  get changeCount(): number {
    return this.changes;
  }

  /** A node of this database had a replica promoted: see NodeServers. */
  countChange(): void {
    this.changes++;
  }

  /** Why a server that takes writes is not the one for commits; null: it is, or may be. */
  refusalOf({ systemIdentifier, timeline }: ServerState): string | null {
    const { known } = this;
    if (known === null || systemIdentifier === null) return null;
    if (systemIdentifier !== known.systemIdentifier)
      return (
        `belongs to another cluster (system identifier ${systemIdentifier}) than the one that Bahi has used so ` +
        `far (${known.systemIdentifier}). If this is intended, stop all processes and run: npm run bahi -- ` +
        'forget-server'
      );
    if (timeline === null || timeline >= known.timeline) return null;
    return (
      `is behind: its timeline is ${timeline}, but ${known.timeline} has been seen. It is an old primary; keep it ` +
      'down'
    );
  }

  /**
   * Checks each connection before it is used.
   * @param lost called when the connection ends
   * @throws ServerRefused
   */
  async admit(state: ServerState, sql: Sql, client: pg.Client, lost: () => void): Promise<void> {
    const { systemIdentifier, timeline } = state;
    if (systemIdentifier === null || timeline === null) return;
    await this.recall();
    this.assertFits(state);
    const server = { systemIdentifier, timeline, synchronous: state.synchronous };
    if (this.known === null) await this.remember(server);
    else if (timeline > (this.settled?.timeline ?? timeline)) await this.settle(server, sql);
    // A higher timeline may have been seen meanwhile.
    this.assertFits(state);
    this.connections.set(client, timeline);
    client.once('end', () => {
      this.connections.delete(client);
      lost();
    });
  }

  /** Takes in the state of the server in use. When a replica is promoted, `synchronous` of the last look counts. */
  async observe(state: ServerState): Promise<void> {
    const { systemIdentifier, timeline, synchronous } = state;
    const refusal = this.refusalOf(state);
    if (refusal !== null) {
      this.logger.error(`the database server ${refusal}`);
      return this.cut(Infinity);
    }
    if (systemIdentifier === null || timeline === null || timeline !== this.settled?.timeline) return;
    const isNews = this.settled.synchronous !== synchronous || this.memoryFails;
    if (isNews) await this.remember({ systemIdentifier, timeline, synchronous });
  }

  /** Takes in the state of a server that takes writes and is not in use. */
  saw(state: ServerState): void {
    const { systemIdentifier, timeline, synchronous } = state;
    if (this.known === null || systemIdentifier === null || timeline === null || this.refusalOf(state) !== null) return;
    if (timeline > this.known.timeline) this.rise({ systemIdentifier, timeline, synchronous });
  }

  /** Learns what other processes have seen. Callers at the same time share one answer. Never fails. */
  recall(): Promise<void> {
    this.recalling ??= this.read().finally(() => (this.recalling = null));
    return this.recalling;
  }

  private async read(): Promise<void> {
    const read = await Promise.allSettled(this.memories.map((memory) => memory.recall()));
    this.noteFailures(read);
    const found = highestOf(read.flatMap((each) => (each.status === 'fulfilled' && each.value ? [each.value] : [])));
    if (found === null) return this.memories.length > 0 && this.settled ? this.write(this.settled) : undefined;
    if (this.known === null) {
      this.known = found;
      this.settled = found;
    }
    if (found.systemIdentifier !== this.known.systemIdentifier || found.timeline < this.known.timeline) return;
    if (found.timeline > this.known.timeline) this.rise(found);
    // The process that noted it had recorded the change in the database before.
    if (found.timeline > this.settled!.timeline) this.settled = found;
  }

  private rise(server: KnownServer): void {
    this.logger.warn(`a replica of the database was promoted; its timeline is ${server.timeline}`);
    this.changes++;
    this.onRise();
    this.known = server;
    this.cut(server.timeline);
  }

  private async settle(server: KnownServer, sql: Sql): Promise<void> {
    const before = this.settled!;
    if (server.timeline > this.known!.timeline) this.rise(server);
    const { systemIdentifier, timeline: to } = server;
    const change = { systemIdentifier, from: before.timeline, to, wasSynchronous: before.synchronous };
    await this.noteChange(sql, change);
    await this.remember(server);
  }

  private async remember(server: KnownServer): Promise<void> {
    if (this.known === null || server.timeline >= this.known.timeline) this.known = server;
    if (this.settled === null || server.timeline >= this.settled.timeline) this.settled = server;
    await this.write(server);
  }

  private async write(server: KnownServer): Promise<void> {
    this.noteFailures(await Promise.allSettled(this.memories.map((memory) => memory.note(server))));
  }

  private noteFailures(results: readonly PromiseSettledResult<unknown>[]): void {
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined && !this.memoryFails)
      this.logger.warn(
        'the timeline of the database cannot be read or stored in Redis or DATABASE_TIMELINE_FILE, so an old primary ' +
          `may be taken for the new one: ${String(failed.reason)}`,
      );
    this.memoryFails = failed !== undefined;
  }

  /** Ends connections to servers with a lower timeline; for callers, the outcome of commits on them is unknown. */
  private cut(below: number): void {
    for (const choice of this.choices.values()) choice.forget();
    for (const [client, timeline] of this.connections) if (timeline < below) client.connection.stream.destroy();
  }

  private assertFits(state: ServerState): void {
    const refusal = this.refusalOf(state);
    if (refusal !== null) throw new ServerRefused(`it ${refusal}.`);
  }
}
