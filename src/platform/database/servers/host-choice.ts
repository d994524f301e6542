import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { connectTimeoutMsOf, type Host, hostsOf, wantsWritable } from './hosts.js';
import { ServerRefused } from './server-refused.js';
import { type ServerState, stateOf } from './server-state.js';
import type { Sql } from '../statements/sql.js';

/** While no host takes writes, a failed look is shared for this long by all who ask. */
const AGAIN_AFTER_MS = 200;

/** Knows which server takes commits: see {@link PrimaryServer}. */
export interface ServerJudge {
  recall(): Promise<void>;
  refusalOf(state: ServerState): string | null;
  admit(state: ServerState, sql: Sql, client: pg.Client, lost: () => void): Promise<void>;
  saw(state: ServerState): void;
}

/** The state of a host, or null, and why the host is not chosen; empty: it may be. */
interface Seen {
  readonly host: Host;
  readonly state: ServerState | null;
  readonly why: string;
}

/**
 * Chooses the host of an address to connect to. All connections of the address share the choice. If there are several
 * hosts, all are asked at the same time, each for as long as `connect_timeout` allows. Of those that take writes and
 * have the highest timeline, the first in the address's order is chosen: a promoted server comes before an old one that
 * has come back.
 */
export class HostChoice {
  private readonly hosts: readonly Host[];
  private readonly writable: boolean;
  private chosen: Host | null = null;
  private choosing: Promise<Host> | null = null;

  /** @param judge knows which server takes commits; left out: any server that takes writes will do */
  constructor(
    private readonly url: string,
    private readonly judge?: ServerJudge,
  ) {
    this.hosts = hostsOf(url);
    this.writable = wantsWritable(url);
  }

  /** Whether there is anything to choose. */
  get isOne(): boolean {
    return this.hosts.length === 1;
  }

  /** @throws ServerRefused when none of several takes writes */
  choose(): Promise<Host> {
    if (this.isOne) return Promise.resolve(this.hosts[0]!);
    if (this.chosen !== null) return Promise.resolve(this.chosen);
    this.choosing ??= this.look().finally(() => (this.choosing = null));
    return this.choosing;
  }

  /** For when a connection could not be made, or has ended: the next one looks again. */
  forget(): void {
    this.chosen = null;
  }

  /** Checks the server of a connection that was just made. @throws ServerRefused */
  async admit(client: pg.Client): Promise<void> {
    if (!this.writable && this.judge === undefined) return;
    const sql = sqlOf(client);
    const state = await stateOf(sql);
    if (this.writable && state.readOnly) throw new ServerRefused(READ_ONLY);
    await this.judge?.admit(state, sql, client, () => this.forget());
  }

  /** Looks whether another host was promoted meanwhile; if so, all connections go there. */
  async lookAtOthers(): Promise<void> {
    if (this.isOne) return;
    const others = this.hosts.filter((host) => host !== this.chosen);
    const seen = await Promise.all(others.map((host) => this.ask(host)));
    for (const { state } of seen) if (state !== null && !state.readOnly) this.judge?.saw(state);
  }

  private async look(): Promise<Host> {
    await this.judge?.recall();
    const seen = await Promise.all(this.hosts.map((host) => this.ask(host)));
    const fit = seen.filter(({ state, why }) => state !== null && why === '');
    const highest = Math.max(...fit.map(({ state }) => state!.timeline ?? 0));
    const found = fit.find(({ state }) => (state!.timeline ?? 0) === highest);
    if (found === undefined) {
      await pause(AGAIN_AFTER_MS);
      throw new ServerRefused(seen.map(({ host, why }) => `${host.host}:${host.port} ${why}`).join('; '));
    }
    this.chosen = found.host;
    return found.host;
  }

  private async ask(host: Host): Promise<Seen> {
    const client = new pg.Client({
      connectionString: addressAt(this.url, host),
      application_name: 'bahi-look',
      connectionTimeoutMillis: connectTimeoutMsOf(this.url),
      query_timeout: connectTimeoutMsOf(this.url),
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const state = await stateOf(sqlOf(client));
      const why = state.readOnly ? READ_ONLY : (this.judge?.refusalOf(state) ?? '');
      return { host, state, why };
    } catch (error) {
      return { host, state: null, why: `does not answer (${(error as Error).message})` };
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

const READ_ONLY = 'takes no writes (it is in recovery, or read-only)';

function sqlOf(client: pg.Client): Sql {
  return {
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, values as unknown[])).rows as Row[],
  };
}

/** The same address with this host alone. */
function addressAt(url: string, { host, port }: Host): string {
  const address = new URL(url);
  address.searchParams.set('host', host);
  address.searchParams.set('port', `${port}`);
  return address.href;
}
