import { randomUUID } from 'node:crypto';
import { FundMerchant, VerifyBooks } from '../../src/modules/ledger/ledger.public.js';
import { IssueApiKey } from '../../src/modules/merchants/merchants.public.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { BankBooks } from './bank-books.js';
import { Client } from './client.js';
import { type Environment, LocalService, type Service } from './local-service.js';
import { Merchant } from './merchant.js';
import { PostgresProxy } from './postgres-proxy.js';
import { createMigratedDatabase, isOnCitus, type TestDatabase } from './postgres-server.js';
import { redisEnvironment } from './redis-server.js';
import { type Ended, type EntryPoint, runMain, ServiceProcess } from './service-process.js';
import { SqlSession } from './sql-session.js';
import { until } from './wait-for.js';

/** Bank and provider do as the account number, or the amount, says, and turn nothing down by chance. */
const ENVIRONMENT: Environment = {
  PORT: '0',
  LOG_LEVEL: 'fatal',
  DATABASE_POOL_SIZE: '4',
  PAYOUT_BANK_FAILURE_RATE: '0',
  PAYMENT_GATEWAY_FAILURE_RATE: '0',
  // A test reads what it has just done.
  METRICS_EVERY_SECONDS: '0',
  // Many tests bring the bank to say nothing, again and again; they are not about what follows from that.
  GATEWAY_BREAKER_OPEN_SECONDS: '0',
};

export interface BahiOptions {
  /** Whether the service in this process takes payouts to the bank. False unless a test wants it. */
  readonly worker?: boolean;
  /** What differs from the usual, for every service of this Bahi. */
  readonly environment?: Environment;
  /** Where its database is made, and then migrated; left out: on the server of the test run. */
  readonly server?: { createDatabase(): Promise<TestDatabase> };
}

/** One Bahi on a fresh database: a service in this process, any number of others beside it, and an operator. */
export class Bahi {
  private readonly beside: { stop(): Promise<unknown> }[] = [];
  private readonly sqlSessions: SqlSession[] = [];
  private readonly proxies: PostgresProxy[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly environment: Environment,
    readonly service: LocalService,
    /** May do everything in the database, as the superuser. */
    readonly psql: SqlSession,
    readonly operatorKey: string,
  ) {}

  static async open({ worker = false, environment = {}, server }: BahiOptions = {}): Promise<Bahi> {
    const database = await (server?.createDatabase() ?? createMigratedDatabase());
    if (server !== undefined) await migrate(database.ownerUrl);
    // Queues cannot be distributed.
    const queues = server === undefined && isOnCitus() ? redisEnvironment() : {};
    const settings = { ...queues, ...environment };
    const service = await LocalService.start(environmentOn(database, settings), worker);
    try {
      const { key } = await service.get(IssueApiKey).execute({ merchantId: null, name: 'Operator' });
      return new Bahi(database, settings, service, await SqlSession.at(database.superuserUrl), key);
    } catch (error) {
      // Nobody else can, and Jest would not end before it has.
      await service.stop();
      throw error;
    }
  }

  /** Another instance in this process, with its own connections, lanes and queues. */
  async serve({ worker = false, environment = {} }: BahiOptions = {}): Promise<LocalService> {
    const settings = environmentOn(this.database, { ...this.environment, ...environment });
    const service = await LocalService.start(settings, worker);
    this.beside.push(service);
    return service;
  }

  /** A proxy before the database that can cut connections; a service that gets its `url` as DATABASE_URL goes through it. */
  async proxy(): Promise<PostgresProxy> {
    const proxy = await PostgresProxy.to(this.database.appUrl);
    this.proxies.push(proxy);
    return proxy;
  }

  /** A process of its own: everything in one (`start`), without a worker (`api`), or a worker alone. */
  async process(entryPoint: EntryPoint = 'start', environment: Environment = {}): Promise<ServiceProcess> {
    const settings = environmentOn(this.database, { ...this.environment, ...environment }, PROCESS);
    const process = await ServiceProcess.start(entryPoint, settings);
    this.beside.push({ stop: () => process.kill() });
    return process;
  }

  /** Runs `bahi` with these arguments to its end, in a process of its own. */
  command(...args: string[]): Promise<Ended> {
    return this.commandWith({}, ...args);
  }

  /** The same, with other settings. */
  commandWith(environment: Environment, ...args: string[]): Promise<Ended> {
    return runMain('cli', args, environmentOn(this.database, { ...this.environment, ...environment }));
  }

  /** Where its database is, for each role. */
  get urls(): TestDatabase {
    return this.database;
  }

  /**
   * SIGKILL, and the machine is gone with it: what PostgreSQL is still doing for the processes of this Bahi is broken
   * off. Otherwise a statement that waits for a lock would be carried out when nobody is there any more.
   */
  async kill(...processes: ServiceProcess[]): Promise<void> {
    for (const process of processes) await process.kill();
    await this.psql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`,
      [PROCESS],
    );
  }

  /** A connection of its own to the database, which can hold a lock. */
  async sqlSession(): Promise<SqlSession> {
    const session = await SqlSession.at(this.database.superuserUrl);
    this.sqlSessions.push(session);
    return session;
  }

  /** The same, by another way than straight to the server. */
  async sqlSessionThrough(url: string): Promise<SqlSession> {
    const session = await SqlSession.at(url);
    this.sqlSessions.push(session);
    return session;
  }

  asOperator(service: Service = this.service): Client {
    return new Client(service.url, this.operatorKey);
  }

  asMerchant(merchant: Merchant, service: Service = this.service): Client {
    return new Client(service.url, merchant.apiKey);
  }

  /** A merchant with money, an API key, and bank accounts by their last four digits. Made through the API, funded as by the command line. */
  async aMerchant({ rupees = 0, accounts = ['0001'] } = {}): Promise<Merchant> {
    const operator = this.asOperator();
    const { id } = (await operator.post('/merchants', { name: 'Acme Agency', email: 'ops@acme.example' })).body;
    const issued = await operator.post(`/merchants/${id}/api-keys`, { name: 'Billing server' });
    const merchant = new Merchant(this, id, issued.body.key, issued.body.id);
    for (const ending of accounts) await merchant.account(ending);
    if (rupees > 0) await this.fund(merchant, rupees);
    return merchant;
  }

  async merchants(count: number, given: { rupees?: number; accounts?: string[] } = {}): Promise<Merchant[]> {
    return Promise.all(Array.from({ length: count }, () => this.aMerchant(given)));
  }

  async fund({ id }: { id: string }, rupees: number): Promise<void> {
    const money = { amountPaise: BigInt(rupees) * 100n, reason: 'test', actor: 'system', key: randomUUID() };
    await this.service.get(FundMerchant).execute({ merchantId: id, ...money });
  }

  /** What `bahi verify` finds wrong, in all books and beside them. */
  async findings(): Promise<string[]> {
    const codes: string[] = [];
    for await (const book of this.service.get(VerifyBooks).execute(null)) {
      codes.push(...book.findings.map(({ code, detail }) => `${code}: ${detail}`));
    }
    const { findings } = await this.service.get(VerifyBooks).ofNoBook();
    return [...codes, ...findings.map(({ code, detail }) => `${code}: ${detail}`)];
  }

  /** The bank's own books. */
  get bank(): BankBooks {
    return new BankBooks(this.psql);
  }

  /** Those books, looked at by somebody who has come just now: after the server was restarted. */
  async bankOnNewConnection(): Promise<BankBooks> {
    return new BankBooks(await this.sqlSession());
  }

  async count(from: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.psql.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${from}`, values);
    return row!.count;
  }

  /** Until connections of services wait for a lock, in statements that name this table. */
  async waitingFor(table: string, { connections = 1 } = {}): Promise<void> {
    await until(`${connections} wait for ${table}`, async () => {
      // Who waits for a row waits for the transaction that has it, so the row's table is only in the statement.
      if (isOnCitus())
        return (
          (await this.count(`citus_lock_waits WHERE blocked_statement LIKE '%' || $1 || '%'`, [table])) >= connections
        );
      const waiting = `pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        AND application_name <> 'psql' AND query LIKE '%' || $1 || '%'`;
      return (await this.count(waiting, [table])) >= connections;
    });
  }

  /** Ends everything, whatever state the test has left it in. */
  async close(): Promise<void> {
    for (const session of this.sqlSessions) await session.close();
    await Promise.all([this.service, ...this.beside].map((service) => service.stop()));
    for (const proxy of this.proxies) await proxy.close();
    await this.psql.close();
    await this.database.drop();
  }
}

/** The name under which the connections of processes of their own are seen in the database. */
const PROCESS = 'bahi-process';

/** The settings of a service on this database. */
export function environmentOn(database: TestDatabase, environment: Environment, connectionName?: string): Environment {
  const url = new URL(database.appUrl);
  if (connectionName !== undefined) url.searchParams.set('application_name', connectionName);
  return {
    ...ENVIRONMENT,
    DATABASE_URL: url.href,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    ADMIN_DATABASE_URL: database.adminUrl,
    ...environment,
  };
}
