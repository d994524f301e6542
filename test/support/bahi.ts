import { randomUUID } from 'node:crypto';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BahiModule } from '../../src/main/modules.js';
import type { SimulatedEvent } from '../../src/modules/simulators/domain/simulated-webhooks.js';
import {
  signedCallback,
  type SimulatedMessage,
} from '../../src/modules/simulators/infrastructure/bank-webhook-message.js';
import { FundMerchant, VerifyBooks } from '../../src/modules/ledger/ledger.public.js';
import { IssueApiKey } from '../../src/modules/merchants/merchants.public.js';
import type { PayoutView } from '../../src/modules/payouts/application/payout-view.js';
import type { PayoutEventDocument } from '../../src/modules/payouts/http/payout-documents.js';
import { configFrom } from '../../src/main/settings.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { createHttpApp, listen } from '../../src/platform/http/http-app.js';
import { HttpSettings } from '../../src/platform/http/http.settings.js';
import { LoggerSettings } from '../../src/platform/logger/logger.settings.js';
import { PinoLogger } from '../../src/platform/logger/pino-logger.js';
import { TracingSettings } from '../../src/platform/tracing/tracing.settings.js';
import { type Answer, Client } from './client.js';
import { PostgresProxy } from './postgres-proxy.js';
import { createMigratedDatabase, type TestDatabase } from './postgres-server.js';
import { type EntryPoint, ServiceProcess } from './service-process.js';
import { until } from './wait-for.js';
import { SqlSession } from './write-path.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

type Environment = Readonly<Record<string, string>>;

/** Bank and provider do as the account number, or the amount, says, and turn nothing down by chance. */
const ENVIRONMENT: Environment = {
  PORT: '0',
  LOG_LEVEL: 'fatal',
  DATABASE_POOL_SIZE: '4',
  PAYOUT_BANK_FAILURE_RATE: '0',
  PAYMENT_GATEWAY_FAILURE_RATE: '0',
  // Many tests bring the bank to say nothing, again and again; they are not about what follows from that.
  GATEWAY_BREAKER_OPEN_SECONDS: '0',
};

/** Waiting for a payout costs a request each time; with many waiting at once five milliseconds would be a load test. */
const LOOK_EVERY_MS = 40;

/** The first digits of every account; the last four say what the simulated bank does. */
const ACCOUNT_NUMBER = '5010001234';

/** Something that serves the API on this Bahi's database. */
export interface Service {
  readonly url: string;
}

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
    const service = await LocalService.start(environmentOn(database, environment), worker);
    const { key } = await service.get(IssueApiKey).execute({ merchantId: null, name: 'Operator' });
    return new Bahi(database, environment, service, await SqlSession.at(database.superuserUrl), key);
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

  /** What `bahi verify` finds wrong, in all books. */
  async findings(): Promise<string[]> {
    const codes: string[] = [];
    for await (const book of this.service.get(VerifyBooks).execute(null)) {
      codes.push(...book.findings.map(({ code, detail }) => `${code}: ${detail}`));
    }
    return codes;
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

function environmentOn(database: TestDatabase, environment: Environment, connectionName?: string): Environment {
  const url = new URL(database.appUrl);
  if (connectionName !== undefined) url.searchParams.set('application_name', connectionName);
  return { ...ENVIRONMENT, DATABASE_URL: url.href, MIGRATION_DATABASE_URL: database.ownerUrl, ...environment };
}

/** The service in this process: for tests that also call a use case directly. */
export class LocalService implements Service {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(environment: Environment, worker: boolean): Promise<LocalService> {
    const config = configFrom(environment);
    const app = await createHttpApp(BahiModule.forRoot(config, { worker }), {
      logger: new PinoLogger(config.get(LoggerSettings).level),
      traced: config.get(TracingSettings).endpoint !== null,
    });
    return new LocalService(app, await listen(app, config.get(HttpSettings)));
  }

  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T {
    return this.app.get<T>(type, { strict: false });
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}

/** A merchant with a key and curl. */
export class Merchant {
  private readonly accounts = new Map<string, Promise<string>>();

  constructor(
    private readonly bahi: Bahi,
    readonly id: string,
    readonly apiKey: string,
    /** The key's id, by which timelines name who acted. */
    readonly keyId: string,
    private readonly service: Service = bahi.service,
  ) {}

  get api(): Client {
    return this.bahi.asMerchant(this, this.service);
  }

  /** The same merchant, talking to another process. */
  at(service: Service): Merchant {
    const same = new Merchant(this.bahi, this.id, this.apiKey, this.keyId, service);
    for (const [ending, id] of this.accounts) same.accounts.set(ending, id);
    return same;
  }

  /** The id of the merchant's bank account whose number ends so; registered when it is first asked for. */
  account(ending: string): Promise<string> {
    let id = this.accounts.get(ending);
    if (id === undefined) {
      const account = {
        account_holder_name: 'Asha Rao',
        account_number: `${ACCOUNT_NUMBER}${ending}`,
        ifsc: 'HDFC0000001',
      };
      id = this.api.post('/bank-accounts', account).then(({ body }) => body.id as string);
      this.accounts.set(ending, id);
    }
    return id;
  }

  /** Asks for a payout. `to` is how the account ends, and so what becomes of it. */
  async payOut(rupees: number, { to = '0001', key = randomUUID(), ...fields }: PayOutOptions = {}): Promise<Answer> {
    const body = { amount_paise: rupees * 100, bank_account_id: await this.account(to), ...fields };
    return this.api.post('/payouts', body, { key });
  }

  /** A payout that was accepted. */
  async aPayout(rupees: number, options: PayOutOptions = {}): Promise<PayoutView> {
    const answer = await this.payOut(rupees, options);
    if (answer.status !== 201) throw new Error(`no payout but ${answer.status}: ${answer.text}`);
    return answer.body as PayoutView;
  }

  async payout(id: string): Promise<PayoutView> {
    return (await this.api.get(`/payouts/${id}`)).body as PayoutView;
  }

  async timeline(id: string): Promise<PayoutEventDocument[]> {
    return (await this.api.get(`/payouts/${id}/events`)).body.results as PayoutEventDocument[];
  }

  /** The timeline without what the bank has said in vain. */
  async moves(id: string): Promise<PayoutEventDocument[]> {
    return (await this.timeline(id)).filter(({ type }) => type !== 'payout.bank_answered');
  }

  /** Types of the moves, without the `payout.` that all have. */
  async story(id: string): Promise<string[]> {
    return (await this.moves(id)).map(({ type }) => type.replace('payout.', ''));
  }

  /** Waits until the payout is as described. */
  async payoutThat(
    what: string,
    id: string,
    is: (payout: PayoutView) => boolean,
    withinMs = 40_000,
  ): Promise<PayoutView> {
    let payout = await this.payout(id);
    const look = async (): Promise<boolean> => is((payout = await this.payout(id)));
    await until(`the payout ${what}`, look, withinMs, LOOK_EVERY_MS).catch((cause: unknown) => {
      throw new Error(`the payout is: ${JSON.stringify(payout)}`, { cause });
    });
    return payout;
  }

  /** Waits for the payout to come to this status. */
  until(id: string, status: string, withinMs?: number): Promise<PayoutView> {
    return this.payoutThat(`is ${status}`, id, (payout) => payout.status === status, withinMs);
  }

  /** In rupees. */
  async balance(): Promise<{ available: number; held: number }> {
    const { available_paise, held_paise } = (await this.api.get('/balance')).body;
    return { available: available_paise / 100, held: held_paise / 100 };
  }

  /** Every entry of the book that there ever was, the oldest first, page by page. */
  async ledger(): Promise<LedgerLine[]> {
    const lines: LedgerLine[] = [];
    for (let path: string | null = '/ledger?account=all&limit=100'; path !== null;) {
      const { body } = await this.api.get(path);
      if (body.results === undefined) throw new Error(`no ledger page at ${path}: ${JSON.stringify(body)}`);
      lines.push(...(body.results as LedgerLine[]));
      path = body.next as string | null;
    }
    return lines.reverse();
  }

  /** How the ledger took or gave back a payout's money: one kind of transaction per movement of `held`. */
  async movementsOf(payoutId: string): Promise<string[]> {
    return (await this.ledger())
      .filter(({ account, reference }) => account === 'held' && reference.id === payoutId)
      .map(({ kind }) => kind);
  }
}

export interface PayOutOptions {
  readonly to?: string;
  readonly key?: string;
  readonly reference_id?: string;
  readonly narration?: string;
  readonly mode?: string;
  /** Instead of the account that `to` names. */
  readonly bank_account_id?: string;
}

export interface LedgerLine {
  readonly seq: number;
  readonly account: string;
  readonly kind: string;
  readonly amount_paise: number;
  readonly balance_after_paise: number;
  readonly reference: { readonly type: string; readonly id: string };
}

/** What the simulated bank wrote down, in its own schema. Bahi's payout id is its reference. */
export class BankBooks {
  constructor(private readonly psql: SqlSession) {}

  /** How often the bank received the reference. */
  async submissions(reference: string): Promise<number> {
    const rows = await this.psql.query<{ submissions: number }>(
      'SELECT submissions FROM bank_simulator.transfers WHERE reference = $1',
      [reference],
    );
    return rows[0]?.submissions ?? 0;
  }

  /** What the bank would post about a transfer, signed; `change` makes it say something else. */
  async callback(
    reference: string,
    event: SimulatedEvent,
    { secret, now = new Date(), ...change }: Partial<SimulatedMessage> & { secret?: string; now?: Date } = {},
  ): Promise<Callback> {
    const [transfer] = await this.psql.query<{ amount_paise: string; utr: string | null }>(
      'SELECT amount_paise, utr FROM bank_simulator.transfers WHERE reference = $1',
      [reference],
    );
    const [settings] = await this.psql.query<{ secret: string }>('SELECT secret FROM bank_simulator.callback_secret');
    const message = {
      ...{ event_id: `${reference}.${event}`, event, reference, failure_code: 'bank_account_closed' },
      ...{ amount_paise: transfer?.amount_paise ?? '100', utr: transfer?.utr ?? null },
      ...change,
    };
    return signedCallback(message, secret ?? settings!.secret, now);
  }

  /** How often money really left for the reference. */
  async timesPaid(reference: string): Promise<number> {
    const rows = await this.psql.query('SELECT FROM bank_simulator.movements WHERE reference = $1', [reference]);
    return rows.length;
  }

  /** References for which money left more than once. There must be none, ever. */
  async paidTwice(): Promise<string[]> {
    const rows = await this.psql.query<{ reference: string }>(
      'SELECT reference FROM bank_simulator.movements GROUP BY reference HAVING count(*) > 1',
    );
    return rows.map(({ reference }) => reference);
  }
}
