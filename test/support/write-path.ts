import { Recovery } from '../../src/modules/gateways/application/recovery.js';
import { BankGateways } from '../../src/modules/gateways/application/bank-gateways.js';
import { AlwaysSucceeds } from '../../src/modules/simulators/infrastructure/always-succeeds.js';
import { randomInt, randomUUID } from 'node:crypto';
import { EventEmitter2, EventEmitterReadinessWatcher } from '@nestjs/event-emitter';
import pg from 'pg';
import { IdempotencyStore } from '../../src/modules/idempotency/infrastructure/idempotency-store.js';
import { FundMerchant } from '../../src/modules/ledger/application/fund-merchant.js';
import {
  LedgerCauseStore,
  LedgerHeadStore,
  LedgerTransactionStore,
} from '../../src/modules/ledger/infrastructure/ledger-store.js';
import { BankAccountStore } from '../../src/modules/merchants/infrastructure/bank-account-stores.js';
import { MerchantStore } from '../../src/modules/merchants/infrastructure/merchant-store.js';
import { ChangePayout } from '../../src/modules/payouts/application/change-payout.js';
import { CreatePayout } from '../../src/modules/payouts/application/create-payout.js';
import type { Payout } from '../../src/modules/payouts/domain/payout.js';
import { PAYOUT_STORES } from '../../src/modules/payouts/infrastructure/payout-stores.js';
import { configFrom } from '../../src/main/settings.js';
import { SubmissionSettings } from '../../src/modules/gateways/gateways.settings.js';
import { type Connection, Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrate.js';
import {
  BookTable,
  type BookTableStore,
  type LoadedRow,
  type StagedRow,
  type Statement,
} from '../../src/platform/group-commit/book-table.js';
import { Books, type GroupCommitOptions } from '../../src/platform/group-commit/books.js';
import { CommitEvents } from '../../src/platform/group-commit/commit-events.js';
import { OutboxRoutes } from '../../src/platform/outbox/outbox-routes.js';
import { LastEventIdStore, OutboxEventStore } from '../../src/platform/outbox/outbox-stores.js';
import { nextId } from '../../src/shared/ids.js';
import { Money } from '../../src/shared/money.js';
import { createMigratedDatabase, type TestDatabase } from './postgres-server.js';
import { until } from './wait-for.js';

export interface TestMerchant {
  readonly id: string;
  readonly bankAccountId: string;
}

export interface PayoutOptions {
  readonly key?: string;
  /** Negative: the key has expired as soon as it is written. */
  readonly windowHours?: number;
  readonly requestHash?: Uint8Array;
  readonly referenceId?: string | null;
}

export interface PayoutAnswer {
  readonly status: number;
  readonly replayed: boolean;
  /** The reply's body; the payout's id is `id`, a refusal's code `code`. */
  readonly body: string;
}

/** A fresh, migrated database, and any number of processes' worth of the write path on it. No HTTP, no queue, no Nest. */
export class TestBooks {
  private readonly processes: WriteProcess[] = [];
  private readonly sessions: SqlSession[] = [];
  private funding: WriteProcess | null = null;

  private constructor(
    private readonly created: TestDatabase,
    /** May do everything, triggers included. */
    readonly superuser: SqlSession,
  ) {}

  /** @param given a database on a server of the test's own, to be migrated */
  static async open(given?: TestDatabase): Promise<TestBooks> {
    if (given !== undefined) await migrate(given.ownerUrl);
    const created = given ?? (await createMigratedDatabase());
    return new TestBooks(created, await SqlSession.at(created.superuserUrl));
  }

  get appUrl(): string {
    return this.created.appUrl;
  }

  /** What one process of the service has: a pool, lanes, stores. One lane, so that a test knows which batch it is in. */
  process(options: Partial<GroupCommitOptions> & { through?: { url: string } } = {}): WriteProcess {
    const { through, ...groupCommit } = options;
    const process = new WriteProcess(through?.url ?? this.appUrl, {
      lanes: 1,
      maxBatch: 128,
      booksPerBatch: 128,
      ...groupCommit,
    });
    this.processes.push(process);
    return process;
  }

  /** A connection of its own, which can hold a lock. */
  async sqlSession(role: 'app' | 'owner' | 'superuser' = 'app'): Promise<SqlSession> {
    const session = await SqlSession.at(this.created[`${role}Url`]);
    this.sessions.push(session);
    return session;
  }

  async aMerchant(availablePaise = 0n): Promise<TestMerchant> {
    return (await this.merchants(1, availablePaise))[0]!;
  }

  async merchants(count: number, availablePaise = 0n): Promise<TestMerchant[]> {
    const merchants = Array.from({ length: count }, () => ({
      id: nextId(Date.now()),
      bankAccountId: nextId(Date.now()),
    }));
    await this.superuser.query(
      `WITH wanted AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS wanted(id, account_id)),
       merchant AS (
         INSERT INTO merchants (id, name, email, created_at, updated_at)
         SELECT id, 'Acme Agency', 'ops@acme.example', now(), now() FROM wanted RETURNING id
       ), book AS (INSERT INTO books (merchant_id) SELECT id FROM merchant)
       INSERT INTO bank_accounts (merchant_id, id, account_holder_name, account_number, ifsc, created_at)
       SELECT id, account_id, 'Asha Rao', '50100000123456', 'HDFC0000001', now() FROM wanted`,
      [merchants.map(({ id }) => id), merchants.map(({ bankAccountId }) => bankAccountId)],
    );
    if (availablePaise > 0n) {
      this.funding ??= this.process();
      await Promise.all(merchants.map((merchant) => this.funding!.fund(merchant, availablePaise)));
    }
    return merchants;
  }

  async available(merchant: TestMerchant): Promise<bigint> {
    const [row] = await this.superuser.query<{ balance_paise: string }>(
      `SELECT balance_paise FROM ledger_entries WHERE merchant_id = $1 AND account = 'available'
       ORDER BY seq DESC LIMIT 1`,
      [merchant.id],
    );
    return BigInt(row?.balance_paise ?? 0);
  }

  async count(from: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.superuser.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM ${from}`,
      values,
    );
    return row!.count;
  }

  /** In how many transactions the payouts of these merchants were requested. */
  async payoutCommits(merchants: readonly TestMerchant[]): Promise<number> {
    const ids = merchants.map(({ id }) => id);
    return this.count(
      `(SELECT DISTINCT xmin::text FROM ledger_transactions
        WHERE merchant_id = ANY($1::uuid[]) AND kind = 'payout_hold') AS commits`,
      [ids],
    );
  }

  /** Until somebody waits for this advisory lock. */
  async isAwaited(advisoryLock: number): Promise<void> {
    await until(`somebody waits for the advisory lock ${advisoryLock}`, async () => {
      const waiting = `pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1`;
      return (await this.count(waiting, [advisoryLock])) > 0;
    });
  }

  /** Until so many batches of the process wait for a book that somebody holds. */
  async isLockedFor(process: WriteProcess, books = 1): Promise<void> {
    await until(`${books} books are waited for`, async () => (await this.waitingFor(process)) >= books);
  }

  /** How many connections of the process wait for a lock. */
  waitingFor({ name }: WriteProcess): Promise<number> {
    return this.count(`pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`, [name]);
  }

  /** Ends all connections. */
  async disconnect(): Promise<void> {
    for (const session of this.sessions) await session.close();
    await Promise.all(this.processes.map((process) => process.close()));
    await this.superuser.close();
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.created.drop();
  }
}

/** Stands for the enabled banks: one that carries everything. */
const ANY_BANK = new BankGateways([new AlwaysSucceeds()], 10);

/** A pool whose connections outside the pool can be watched. */
class WatchedDatabase extends Database {
  readonly connections: Connection[] = [];

  override async connect(options: { pipeline: boolean }): Promise<Connection> {
    const connection = await super.connect(options);
    this.connections.push(connection);
    return connection;
  }
}

export class WriteProcess {
  readonly books: Books;
  readonly database: WatchedDatabase;
  readonly events = new EventEmitter2();
  /** Under which its connections are known to the server. */
  readonly name = `bahi-${randomUUID()}`;
  /** How often a payout has been decided on and not refused. */
  decisions = 0;
  private readonly recovery = new Recovery(configFrom({}).get(SubmissionSettings));
  private closing: Promise<void> | null = null;

  constructor(url: string, options: GroupCommitOptions) {
    const named = new URL(url);
    named.searchParams.set('application_name', this.name);
    this.database = new WatchedDatabase(named.href, 2);
    const ready = new EventEmitterReadinessWatcher();
    ready.setReady();
    this.books = new Books(this.database, options, new CommitEvents(this.events, ready));
    // As the modules register them.
    const stores = [
      new LedgerHeadStore(),
      new LedgerTransactionStore(),
      new LedgerCauseStore(),
      new IdempotencyStore(),
      new MerchantStore(),
      new BankAccountStore(),
      ...PAYOUT_STORES,
      new LastEventIdStore(),
      new OutboxEventStore(new OutboxRoutes()),
      new ExtraStatementsStore(),
    ] as unknown as BookTableStore<unknown>[];
    for (const store of stores) this.books.register(store);
  }

  /** Requests a payout as the API does. A recorded refusal is an answer too. */
  async payOut(
    merchant: TestMerchant,
    paise: bigint,
    { key = randomUUID(), windowHours = 24, requestHash = new Uint8Array(32), referenceId = null }: PayoutOptions = {},
  ): Promise<PayoutAnswer> {
    const command = {
      merchantId: merchant.id,
      bankAccountId: merchant.bankAccountId,
      actor: 'merchant:test',
      amount: Money.ofPaise(paise),
      mode: null,
      referenceId,
      narration: null,
      origin: { request_id: 'test' },
    };
    const request = {
      key,
      requestHash,
      windowHours,
      refusal: ({ code }: { code: string }) => reply(422, { code }),
    };
    return new CreatePayout(this.books, this.recovery, ANY_BANK).execute(command, request, ({ id }) => {
      this.decisions++;
      return reply(201, { id });
    });
  }

  async change(merchant: TestMerchant, payoutId: string, change: (payout: Payout, now: Date) => void): Promise<void> {
    await new ChangePayout(this.books).execute(merchant.id, payoutId, change);
  }

  async fund(merchant: TestMerchant, amountPaise: bigint, key: string = randomUUID()): Promise<void> {
    const command = { merchantId: merchant.id, amountPaise, reason: 'test', actor: 'system', key };
    await new FundMerchant(this.books).execute(command);
  }

  /** A write that runs whatever statement the test wants to be run inside the batch's transaction. */
  async writeExtra(merchant: TestMerchant, statements: ExtraStatements): Promise<void> {
    await this.books.write(merchant.id, {
      reads: [],
      decide: (book) => book.put(extraStatements, randomUUID(), statements),
    });
  }

  /** Ends as the service does: commits what waits, then lets go of the database. */
  close(): Promise<void> {
    return (this.closing ??= this.books.close().then(() => this.database.close()));
  }
}

function reply(status: number, body: object): { status: number; contentType: string; body: string } {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

/** Says what to run when the batch is flushed. Called for each try. */
export type ExtraStatements = () => Statement[];

const extraStatements = new BookTable<ExtraStatements>('errands');

/** A table of the tests: its rows are statements. Registered last, so that they run behind all others. */
class ExtraStatementsStore implements BookTableStore<ExtraStatements> {
  readonly table = extraStatements;

  load(): Promise<LoadedRow<ExtraStatements>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<ExtraStatements>[]): Statement[] {
    return staged.flatMap(({ row }) => row());
  }
}

/** A connection to the database outside the service, as with psql. */
export class SqlSession {
  private constructor(private readonly client: pg.Client) {}

  static async at(url: string): Promise<SqlSession> {
    const client = new pg.Client({ connectionString: url, application_name: 'psql' });
    client.on('error', () => undefined);
    await client.connect();
    return new SqlSession(client);
  }

  async query<Row = unknown>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return (await this.client.query(text, values as unknown[])).rows as Row[];
  }

  /** For a superuser only: one transaction with the triggers and the foreign keys switched off. */
  async tamper(...statements: readonly (readonly [text: string, values?: readonly unknown[]])[]): Promise<void> {
    await this.query('BEGIN');
    await this.query('SET LOCAL session_replication_role = replica');
    for (const [text, values] of statements) await this.query(text, values);
    await this.query('COMMIT');
  }

  /** Holds the books of these merchants until `rollback`. */
  async lock(...merchants: { readonly id: string }[]): Promise<void> {
    await this.query('BEGIN');
    await this.query('SELECT FROM books WHERE merchant_id = ANY($1::uuid[]) ORDER BY merchant_id FOR UPDATE', [
      merchants.map(({ id }) => id),
    ]);
  }

  async rollback(): Promise<void> {
    await this.query('ROLLBACK');
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

/** A batch that has done everything but its COMMIT, and waits there until it is opened. */
export class CommitGate {
  private readonly key = randomInt(2 ** 31 - 1);

  private constructor(
    private readonly session: SqlSession,
    private readonly testBooks: TestBooks,
  ) {}

  static async closed(testBooks: TestBooks): Promise<CommitGate> {
    const gate = new CommitGate(await testBooks.sqlSession('app'), testBooks);
    await gate.session.query('SELECT pg_advisory_lock($1)', [gate.key]);
    return gate;
  }

  /** For `WriteProcess.writeExtra`. */
  readonly statements: ExtraStatements = () => [{ text: 'SELECT pg_advisory_xact_lock($1)', values: [this.key] }];

  /** Until a batch stands at the gate. */
  async reached(): Promise<void> {
    await this.testBooks.isAwaited(this.key);
  }

  async open(): Promise<void> {
    await this.session.query('SELECT pg_advisory_unlock($1)', [this.key]);
  }
}

/** Lets all these writes arrive while an earlier batch is in flight, so that up to 128 of them share the next one. */
export async function together<T>(
  testBooks: TestBooks,
  process: WriteProcess,
  writes: () => Promise<T>[],
): Promise<PromiseSettledResult<T>[]> {
  const gate = await CommitGate.closed(testBooks);
  const first = process.writeExtra(await testBooks.aMerchant(), gate.statements);
  await gate.reached();
  const all = Promise.allSettled(writes());
  await gate.open();
  await first;
  return all;
}
