import { randomInt } from 'node:crypto';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import type { NodeServers } from '../../src/platform/database/servers/node-servers.js';
import type { GroupCommitOptions } from '../../src/platform/group-commit/books.js';
import { nextId } from '../../src/shared/ids.js';
import { createMigratedDatabase, type TestDatabase } from './postgres-server.js';
import { SqlSession } from './sql-session.js';
import { until } from './wait-for.js';
import { type ExtraStatements, type TestMerchant, WriteProcess } from './write-process.js';

/** A new, migrated database, and the write path of any number of processes on it. No HTTP, no queue, no Nest. */
export class TestBooks {
  private readonly processes: WriteProcess[] = [];
  private readonly sessions: SqlSession[] = [];
  private funding: WriteProcess | null = null;

  private constructor(
    private readonly created: TestDatabase,
    /** May do everything, including what triggers would refuse. */
    readonly superuser: SqlSession,
  ) {}

  /** @param given a database on a server of the test's own, to be migrated */
  static async open(given?: TestDatabase): Promise<TestBooks> {
    if (given !== undefined) await migrate(given.ownerUrl);
    const created = given ?? (await createMigratedDatabase());
    return new TestBooks(created, await SqlSession.at(created.superuserUrl));
  }

  get database(): TestDatabase {
    return this.created;
  }

  get appUrl(): string {
    return this.created.appUrl;
  }

  /**
   * What one process of the service has: a pool, lanes, stores. It has one lane, so that a test knows which batch a
   * write is in.
   */
  process(
    options: Partial<GroupCommitOptions> & { through?: { url: string }; nodes?: NodeServers } = {},
  ): WriteProcess {
    const { through, nodes, ...groupCommit } = options;
    const all = { lanes: 1, maxBatch: 128, booksPerBatch: 128, ...groupCommit };
    const process = new WriteProcess(through?.url ?? this.appUrl, this.created.adminUrl, all, nodes);
    this.processes.push(process);
    return process;
  }

  /** A separate connection, which can hold a lock. */
  async sqlSession(role: 'app' | 'owner' | 'admin' | 'superuser' = 'app'): Promise<SqlSession> {
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

  /** The number of transactions in which the payouts of these merchants were requested. */
  async payoutCommits(merchants: readonly TestMerchant[]): Promise<number> {
    const ids = merchants.map(({ id }) => id);
    return this.count(
      `(SELECT DISTINCT xmin::text FROM ledger_transactions
        WHERE merchant_id = ANY($1::uuid[]) AND kind = 'payout_hold') AS commits`,
      [ids],
    );
  }

  /** Waits until a session waits for this advisory lock. */
  async isAwaited(advisoryLock: number): Promise<void> {
    await until(`somebody waits for the advisory lock ${advisoryLock}`, async () => {
      const waiting = `pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1`;
      return (await this.count(waiting, [advisoryLock])) > 0;
    });
  }

  /** Waits until this many batches of the process wait for a book that is locked. */
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

/** Holds a batch that has done everything except its COMMIT until the gate is opened. */
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

  /** Waits until a batch has reached the gate. */
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
