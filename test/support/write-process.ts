import type { Moment } from '../../src/shared/moment.js';
import { ConfiguredRecovery } from '../../src/modules/gateways/application/configured-recovery.js';
import { BankGateways } from '../../src/modules/gateways/application/bank-gateways.js';
import { AlwaysSucceeds } from '../../src/modules/simulators/infrastructure/always-succeeds.js';
import { randomUUID } from 'node:crypto';
import { EventEmitter2, EventEmitterReadinessWatcher } from '@nestjs/event-emitter';
import { IdempotencyStore } from '../../src/modules/idempotency/infrastructure/idempotency-store.js';
import { FundMerchant } from '../../src/modules/ledger/application/fund-merchant.js';
import {
  LedgerCauseStore,
  LedgerHeadStore,
  LedgerTransactionStore,
} from '../../src/modules/ledger/infrastructure/ledger-store.js';
import { BankAccountStore } from '../../src/modules/merchants/infrastructure/bank-account-stores.js';
import { MerchantStore } from '../../src/modules/merchants/infrastructure/merchant-store.js';
import { holdOf } from '../../src/modules/payouts/application/as-requested.js';
import { ChangePayout } from '../../src/modules/payouts/application/change-payout.js';
import { CreatePayout } from '../../src/modules/payouts/application/create-payout.js';
import { readsOfPayee } from '../../src/modules/payouts/application/who-may-be-paid.js';
import type { Payout } from '../../src/modules/payouts/domain/payout.js';
import { PAYOUT_STORES } from '../../src/modules/payouts/infrastructure/payout-stores.js';
import { configFrom } from '../../src/main/settings.js';
import { SubmissionSettings } from '../../src/modules/gateways/gateways.settings.js';
import { AdminDatabase } from '../../src/platform/database/connections/admin-database.js';
import type { Connection } from '../../src/platform/database/connections/connection.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { ShardConnections } from '../../src/platform/database/connections/shard-connections.js';
import { NodeServers } from '../../src/platform/database/servers/node-servers.js';
import {
  BookTable,
  type BookTableStore,
  type LoadedRow,
  type StagedRow,
  type Statement,
} from '../../src/platform/group-commit/book-table-store.js';
import { AdminBooks } from '../../src/platform/group-commit/admin-books.js';
import { Books, type GroupCommitOptions } from '../../src/platform/group-commit/books.js';
import type { Shards } from '../../src/platform/group-commit/shards.js';
import { CommitEvents } from '../../src/platform/group-commit/commit-events.js';
import { OutboxRoutes } from '../../src/platform/outbox/outbox-routes.js';
import { OutboxHeadStore, OutboxEventStore } from '../../src/platform/outbox/outbox-stores.js';
import { Money } from '../../src/shared/money.js';

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
  /** The reply's body; `id` is the payout's id, `code` a refusal's code. */
  readonly body: string;
}

/** The only enabled bank: one that carries everything. */
const BANK = new AlwaysSucceeds();
const ANY_BANK = new BankGateways([BANK], 10);

/** A pool that exposes its connections outside the pool. */
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
  private readonly admin: AdminDatabase;
  private readonly adminBooks: AdminBooks;
  readonly database: WatchedDatabase;
  /** Past the coordinator, where the books are distributed. */
  readonly direct: ShardConnections;
  readonly events = new EventEmitter2();
  /** The name by which the server knows its connections. */
  readonly name = `bahi-${randomUUID()}`;
  /** How often a decision on a payout was not a refusal. */
  decisions = 0;
  private readonly recovery = new ConfiguredRecovery(configFrom({}).get(SubmissionSettings));
  private closing: Promise<void> | null = null;

  constructor(
    url: string,
    adminUrl: string,
    options: GroupCommitOptions,
    nodes = new NodeServers(
      () => [],
      () => Promise.resolve(),
      { countChange: () => undefined },
    ),
  ) {
    const named = new URL(url);
    named.searchParams.set('application_name', this.name);
    this.database = new WatchedDatabase(named.href, 2);
    this.direct = new ShardConnections(this.database, nodes);
    const ready = new EventEmitterReadinessWatcher();
    ready.setReady();
    const events = new CommitEvents(this.events, ready);
    this.books = new Books(this.database, options, events);
    this.admin = new AdminDatabase(adminUrl);
    this.adminBooks = new AdminBooks(this.admin, events);
    // Registered as the modules do.
    const ledger = [new LedgerHeadStore(), new LedgerTransactionStore(), new LedgerCauseStore()];
    this.adminBooks.register(...([...ledger, new ExtraStatementsStore()] as unknown as BookTableStore<unknown>[]));
    const stores = [
      ...ledger,
      new IdempotencyStore(),
      new MerchantStore(),
      new BankAccountStore(),
      ...PAYOUT_STORES,
      new OutboxHeadStore(),
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
      hashToVpa: () => requestHash,
      keys: { windowHours, fullAt: null },
      refusal: ({ code }: { code: string }) => reply(422, { code }),
    };
    return new CreatePayout(this.books, this.recovery, ANY_BANK).execute(command, request, ({ id }) => {
      this.decisions++;
      return reply(201, { id });
    });
  }

  async change(merchant: TestMerchant, payoutId: string, change: (payout: Payout, now: Moment) => void): Promise<void> {
    await new ChangePayout(this.books).execute(merchant.id, payoutId, change);
  }

  /** Claims the payout for a bank, with the same reads as a worker. */
  async submit(merchant: TestMerchant, payoutId: string): Promise<void> {
    const submit = (payout: Payout, now: Moment): void =>
      payout.submit(BANK.name, this.recovery.leaseEnd(now), { now, actor: 'system' });
    const reads = [...readsOfPayee(payoutId), holdOf(payoutId)];
    await new ChangePayout(this.books).execute(merchant.id, payoutId, submit, { reads });
  }

  async fund(merchant: TestMerchant, amountPaise: bigint, key: string = randomUUID()): Promise<void> {
    const command = { merchantId: merchant.id, amountPaise, reason: 'test', actor: 'system', key };
    await new FundMerchant(this.adminBooks).execute(command);
  }

  /** A write that runs the test's own statements inside the batch's transaction. */
  async writeExtra(merchant: TestMerchant, statements: ExtraStatements, asAdmin = false): Promise<void> {
    await (asAdmin ? this.adminBooks : this.books).write(merchant.id, {
      reads: [],
      decide: (book) => book.put(extraStatements, randomUUID(), statements),
    });
  }

  /** As the service does at its start if the tables are distributed. */
  divideBy(shards: Shards): void {
    this.books.divideBy(shards, this.direct);
    this.adminBooks.divideBy(shards);
  }

  /** Ends as the service does: commits the waiting writes, then closes the database. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    await Promise.all([this.books.close(), this.adminBooks.close()]);
    await this.direct.close();
    await Promise.all([this.database.close(), this.admin.close()]);
  }
}

function reply(status: number, body: object): { status: number; contentType: string; body: string } {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

/** Returns the statements to run when the batch is flushed. Called for each try. */
export type ExtraStatements = () => Statement[];

const extraStatements = new BookTable<ExtraStatements>('errands');

/** A table for tests whose rows are statements. Registered last, so that they run after all others. */
class ExtraStatementsStore implements BookTableStore<ExtraStatements> {
  readonly table = extraStatements;

  load(): Promise<LoadedRow<ExtraStatements>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<ExtraStatements>[]): Statement[] {
    return staged.flatMap(({ row }) => row());
  }
}
