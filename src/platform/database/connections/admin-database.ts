import { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../../../shared/problem.js';
import type { Connection } from './connection.js';
import { Database } from './database.js';
import { sqlStateOf } from '../errors/sql-state.js';
import { leadsToPooler } from './pooler.js';
import type { PrimaryServer } from '../servers/primary-server.js';
import type { Sql } from '../statements/sql.js';

/** Refuses what only the role `bahi_admin` may do, in a process that cannot log in as that role. */
export class AdministrationDisabled extends DomainError {
  static override readonly problem: Problem = {
    code: 'administration_disabled',
    status: 403,
    title: 'This service cannot act as bahi_admin',
    meaning:
      'Only the database role `bahi_admin` can create operator keys, adjustments and acknowledgements. This ' +
      'service cannot log in as that role, or the role has not been granted its rights yet. Nothing was changed.',
    remedy:
      'Use the command line where `ADMIN_DATABASE_URL` is set, or ask the operator of the service to set it to ' +
      '`bahi_admin` and to run the migrations again.',
  };
}

/** Statements are few. The write path's lane has a connection of its own. */
const CONNECTIONS = 1;

/** Migration 2320 grants all rights at once, so that testing two of them is enough. */
const ROLE = `
  SELECT session_user AS name, public.may_administer() AS may,
    has_table_privilege('public.acknowledgements', 'INSERT') AND has_table_privilege('public.ledger_transactions', 'INSERT')
      AS granted`;

/** Wrong password, or a role that cannot log in (28); no such database (3D); no right to connect to it (42501). */
const NOT_LET_IN = /^(28|3D|42501)/;

/**
 * Connections of the role `bahi_admin`, for what operators may do and the service may not. Opened when they are needed,
 * so that most processes never log in as that role.
 */
export class AdminDatabase implements Sql {
  private opened: Promise<Database> | null = null;

  /**
   * @param url ADMIN_DATABASE_URL, or null if this process does not administer
   * @param embedded whether the server is the embedded one: then the address is missing only if the running service is
   * of a version from before the role
   * @param distributed whether the books are on several nodes
   */
  constructor(
    private readonly url: string | null,
    private readonly embedded = false,
    private readonly primary?: PrimaryServer,
    private readonly distributed = false,
  ) {}

  /** @throws AdministrationDisabled */
  async assertOpen(): Promise<void> {
    await this.open();
  }

  /** @throws AdministrationDisabled */
  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.open()).query<Row>(text, values);
  }

  /** A connection outside the pool. @throws AdministrationDisabled */
  async connect(options: { pipeline: boolean }): Promise<Connection> {
    return (await this.open()).connect(options);
  }

  async close(): Promise<void> {
    const database = await this.opened?.catch(() => undefined);
    await database?.close();
  }

  /** After a failure the next caller tries again: the role may have been given its password meanwhile. */
  private open(): Promise<Database> {
    this.opened ??= this.logIn().catch((error: unknown) => {
      this.opened = null;
      throw error;
    });
    return this.opened;
  }

  private async logIn(): Promise<Database> {
    const { url } = this;
    if (url === null)
      throw new AdministrationDisabled(
        this.embedded
          ? 'The running service is of a version from before the role bahi_admin. Restart it with this version.'
          : 'ADMIN_DATABASE_URL is not set. Set it to the role bahi_admin.',
      );
    let database: Database | undefined;
    try {
      database = new Database(url, CONNECTIONS, await leadsToPooler(url), undefined, this.primary, this.distributed);
      const [role] = await database.query<{ name: string; may: boolean; granted: boolean }>(ROLE);
      const { name, may, granted } = role!;
      if (!may) throw new AdministrationDisabled(`ADMIN_DATABASE_URL logs in as ${name}, which is not bahi_admin.`);
      if (granted) return database;
      throw new AdministrationDisabled(
        `ADMIN_DATABASE_URL logs in as ${name}, which was created after the last migration. Run the migrations ` +
          'again: they grant the role its rights.',
      );
    } catch (error) {
      await database?.close();
      if (!NOT_LET_IN.test(sqlStateOf(error) ?? '')) throw error;
      throw new AdministrationDisabled(`The login of ADMIN_DATABASE_URL was refused: ${(error as Error).message}.`);
    }
  }
}
