import { randomUUID } from 'node:crypto';
import { FundMerchant, VerifyBooks } from '../../src/modules/ledger/ledger.public.js';
import { IssueApiKey } from '../../src/modules/merchants/merchants.public.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { BankBooks } from './bank-books.js';
import { Client, type Json } from './client.js';
import { type Environment, LocalService, type Service } from './local-service.js';
import { Merchant } from './merchant.js';
import { PostgresProxy } from './postgres-proxy.js';
import { createMigratedDatabase, isOnCitus, type TestDatabase } from './postgres-server.js';
import { redisEnvironment } from './redis-server.js';
import { type Ended, type EntryPoint, runMain, ServiceProcess } from './service-process.js';
import { SqlSession } from './sql-session.js';
import { until } from './wait-for.js';

/**
 * The simulated bank and provider behave as the account number or the amount says; none of their failures are random.
 */
const ENVIRONMENT: Environment = {
  PORT: '0',
  LOG_LEVEL: 'fatal',
  DATABASE_POOL_SIZE: '4',
  PAYOUT_BANK_FAILURE_RATE: '0',
  PAYMENT_GATEWAY_FAILURE_RATE: '0',
  // A test reads what it has just done, so gauges are never cached.
  METRICS_EVERY_SECONDS: '0',
  // Many tests make the bank stay silent repeatedly; they are not about circuit breakers.
  GATEWAY_BREAKER_OPEN_SECONDS: '0',
};

export interface BahiOptions {
  /** Whether the service in this process submits payouts to the bank. False unless a test wants it. */
  readonly worker?: boolean;
  /** Settings that differ from the usual ones, for every service of this Bahi. */
  readonly environment?: Environment;
  /** The server on which its database is created and migrated; if omitted, the server of the test run. */
  readonly server?: { createDatabase(): Promise<TestDatabase> };
}

/** One Bahi on a new database: a service in this process, any number of other services, and an operator. */
export class Bahi {
  private readonly beside: { stop(): Promise<unknown> }[] = [];
  private readonly sqlSessions: SqlSession[] = [];
  private readonly proxies: PostgresProxy[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly environment: Environment,
    readonly service: LocalService,
    /** The superuser, who may do everything in the database. */
    readonly psql: SqlSession,
    readonly operatorKey: string,
  ) {}

  static async open({ worker = false, environment = {}, server }: BahiOptions = {}): Promise<Bahi> {
    const database = await (server?.createDatabase() ?? createMigratedDatabase());
    if (server !== undefined) await migrate(database.ownerUrl);
    // Queues cannot be distributed, so on Citus they are in Redis.
    const queues = server === undefined && isOnCitus() ? redisEnvironment() : {};
    const settings = { ...queues, ...environment };
    const service = await LocalService.start(environmentOn(database, settings), worker);
    try {
      const { key } = await service.get(IssueApiKey).execute({ merchantId: null, name: 'Operator' });
      return new Bahi(database, settings, service, await SqlSession.at(database.superuserUrl), key);
    } catch (error) {
      // Nobody else has the service to stop it, and Jest would not end while it runs.
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

  /**
   * A proxy in front of the database that can cut connections; a service that gets its `url` as DATABASE_URL connects
   * through it.
   */
  async proxy(): Promise<PostgresProxy> {
    const proxy = await PostgresProxy.to(this.database.appUrl);
    this.proxies.push(proxy);
    return proxy;
  }

  /** A separate process: everything in one (`start`), without a worker (`api`), or only a worker. */
  async process(entryPoint: EntryPoint = 'start', environment: Environment = {}): Promise<ServiceProcess> {
    const settings = environmentOn(this.database, { ...this.environment, ...environment }, PROCESS);
    const process = await ServiceProcess.start(entryPoint, settings);
    this.beside.push({ stop: () => process.kill() });
    return process;
  }

  /** Runs `bahi` with these arguments to its end, in a separate process. */
  command(...args: string[]): Promise<Ended> {
    return this.commandWith({}, ...args);
  }

  /** The same with other settings. */
  commandWith(environment: Environment, ...args: string[]): Promise<Ended> {
    return runMain('cli', args, environmentOn(this.database, { ...this.environment, ...environment }));
  }

  /** The addresses of its database, for each role. */
  get urls(): TestDatabase {
    return this.database;
  }

  /**
   * Sends SIGKILL as if the whole machine were lost: PostgreSQL also aborts what it is still doing for these processes.
   * Otherwise a statement that waits for a lock would run although its client no longer exists.
   */
  async kill(...processes: ServiceProcess[]): Promise<void> {
    for (const process of processes) await process.kill();
    await this.psql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`,
      [PROCESS],
    );
  }

  /** A separate connection to the database, which can hold a lock. */
  async sqlSession(): Promise<SqlSession> {
    const session = await SqlSession.at(this.database.superuserUrl);
    this.sqlSessions.push(session);
    return session;
  }

  /** The same, through another address than the server's own. */
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

  /**
   * A merchant with money, an API key, and bank accounts named by their last four digits. Created through the API,
   * funded as the command line does.
   */
  async aMerchant({ rupees = 0, accounts = ['0001'] } = {}): Promise<Merchant> {
    const { id } = await this.made('/merchants', { name: 'Acme Agency', email: 'ops@acme.example' });
    const issued = await this.made(`/merchants/${id}/api-keys`, { name: 'Billing server' });
    const merchant = new Merchant(this, id, issued.key, issued.id);
    for (const ending of accounts) await merchant.account(ending);
    if (rupees > 0) await this.fund(merchant, rupees);
    return merchant;
  }

  private async made(path: string, body: object): Promise<Json> {
    const answer = await this.asOperator().post(path, body);
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  async merchants(count: number, given: { rupees?: number; accounts?: string[] } = {}): Promise<Merchant[]> {
    return Promise.all(Array.from({ length: count }, () => this.aMerchant(given)));
  }

  async fund({ id }: { id: string }, rupees: number): Promise<void> {
    const money = { amountPaise: BigInt(rupees) * 100n, reason: 'test', actor: 'system', key: randomUUID() };
    await this.service.get(FundMerchant).execute({ merchantId: id, ...money });
  }

  /** What `bahi verify` finds in all books and outside them. */
  async findings(): Promise<string[]> {
    const codes: string[] = [];
    for await (const book of this.service.get(VerifyBooks).execute(null)) {
      codes.push(...book.findings.map(({ code, detail }) => `${code}: ${detail}`));
    }
    const { findings } = await this.service.get(VerifyBooks).ofNoBook();
    return [...codes, ...findings.map(({ code, detail }) => `${code}: ${detail}`)];
  }

  /** The bank's own records. */
  get bank(): BankBooks {
    return new BankBooks(this.psql);
  }

  /** The bank's records over a new connection, for use after the server was restarted. */
  async bankOnNewConnection(): Promise<BankBooks> {
    return new BankBooks(await this.sqlSession());
  }

  async count(from: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.psql.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${from}`, values);
    return row!.count;
  }

  /** Waits until connections of services wait for a lock, in statements that name this table. */
  async waitingFor(table: string, { connections = 1 } = {}): Promise<void> {
    await until(`${connections} wait for ${table}`, async () => {
      // A session that waits for a row waits for that row's transaction, so the table is named only in its statement.
      if (isOnCitus())
        return (
          (await this.count(`citus_lock_waits WHERE blocked_statement LIKE '%' || $1 || '%'`, [table])) >= connections
        );
      const waiting = `pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        AND application_name <> 'psql' AND query LIKE '%' || $1 || '%'`;
      return (await this.count(waiting, [table])) >= connections;
    });
  }

  /** Ends everything, in whatever state the test left it. */
  async close(): Promise<void> {
    for (const session of this.sqlSessions) await session.close();
    await Promise.all([this.service, ...this.beside].map((service) => service.stop()));
    for (const proxy of this.proxies) await proxy.close();
    await this.psql.close();
    await this.database.drop();
  }
}

/** The name by which the database shows the connections of separate processes. */
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
