import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';
import type { RoutingRule } from '../../src/modules/gateways/domain/routing.js';
import type { SimulatedWebhooks } from '../../src/modules/simulators/domain/simulated-webhooks.js';
import type { Transfer } from '../../src/modules/gateways/domain/transfer.js';
import { BankSimulator } from '../../src/modules/simulators/infrastructure/bank-simulator.js';
import { CircuitBreakers } from '../../src/modules/gateways/infrastructure/circuit-breakers.js';
import { PaymentSimulator } from '../../src/modules/simulators/infrastructure/payment-simulator.js';
import { GatewayMinutes } from '../../src/modules/gateways/infrastructure/gateway-minutes.js';
import { VerifyRecord } from '../../src/modules/ledger/domain/verify-record.js';
import { SubmissionResults } from '../../src/modules/gateways/infrastructure/submission-results.js';
import { SqlCallbackInbox } from '../../src/modules/gateways/infrastructure/sql-callback-inbox.js';
import { SqlRoutingRules } from '../../src/modules/gateways/infrastructure/sql-routing-rules.js';
import { SqlChargeWebhooks } from '../../src/modules/simulators/infrastructure/sql-charge-webhooks.js';
import { SqlPayoutWebhooks } from '../../src/modules/simulators/infrastructure/sql-payout-webhooks.js';
import { ExpiredKeys } from '../../src/modules/idempotency/domain/expired-keys.js';
import { RememberedKeys } from '../../src/modules/idempotency/domain/remembered-keys.js';
import type { BookCheck } from '../../src/modules/ledger/domain/book-checks.js';
import { Acknowledgements } from '../../src/modules/ledger/domain/acknowledgement.js';
import { LedgerArchive } from '../../src/modules/ledger/domain/ledger-archive.js';
import { LedgerReader } from '../../src/modules/ledger/domain/ledger-reader.js';
import { newSecret } from '../../src/modules/merchants/domain/api-key.js';
import { ApiKeys } from '../../src/modules/merchants/domain/api-keys.js';
import { BankAccounts } from '../../src/modules/merchants/domain/bank-accounts.js';
import { Merchants } from '../../src/modules/merchants/domain/merchants.js';
import { KeyAuthenticator } from '../../src/modules/merchants/infrastructure/key-authenticator.js';
import { KeyTickets } from '../../src/modules/merchants/infrastructure/key-tickets.js';
import { LastUsed } from '../../src/modules/merchants/infrastructure/last-used.js';
import { LimitsWatch } from '../../src/modules/merchants/infrastructure/limits-watch.js';
import { PaymentReader } from '../../src/modules/payments/domain/payment-reader.js';
import { checkPayments } from '../../src/modules/payments/infrastructure/payment-check.js';
import { PayoutReader } from '../../src/modules/payouts/domain/payout-reader.js';
import { SubmittedPayouts } from '../../src/modules/payouts/domain/submitted-payouts.js';
import { ReturnWatch } from '../../src/modules/payouts/domain/return-watch.js';
import { checkPayouts } from '../../src/modules/payouts/infrastructure/payout-check.js';
import { ProcessRole } from '../../src/platform/config/config.public.js';
import type { ClaimedDelivery } from '../../src/modules/webhooks/domain/deliveries.js';
import { ANYBODY } from '../../src/modules/webhooks/domain/webhook-endpoints.js';
import { TurnOffEndpoint } from '../../src/modules/webhooks/application/turn-off-endpoint.js';
import { checkEvents } from '../../src/modules/webhooks/infrastructure/event-check.js';
import { EndpointStarts } from '../../src/modules/webhooks/infrastructure/endpoint-starts.js';
import { SecretsCheck } from '../../src/modules/webhooks/infrastructure/secrets-check.js';
import { SqlDeliveries } from '../../src/modules/webhooks/infrastructure/sql-deliveries.js';
import { SqlDeliveryWork } from '../../src/modules/webhooks/infrastructure/sql-delivery-work.js';
import { DistributedEventCursors } from '../../src/modules/webhooks/infrastructure/distributed-event-cursors.js';
import { SqlEventCursors } from '../../src/modules/webhooks/infrastructure/sql-event-cursors.js';
import { SqlSealedSecrets } from '../../src/modules/webhooks/infrastructure/sql-sealed-secrets.js';
import { SqlStreamPlaces } from '../../src/modules/webhooks/infrastructure/sql-stream-places.js';
import { SqlWebhookEndpoints } from '../../src/modules/webhooks/infrastructure/sql-webhook-endpoints.js';
import { Database } from '../../src/platform/database/connections/database.js';
import type { Sql } from '../../src/platform/database/statements/sql.js';
import { Lists } from '../../src/platform/database/reads/lists.js';
import { isOfCoordinator, onShard } from '../../src/platform/database/shards/shard-place.js';
import { PointReads } from '../../src/platform/database/reads/point-reads.js';
import { Authenticator } from '../../src/platform/http/access/principal.js';
import { Books } from '../../src/platform/group-commit/books.js';
import { type TableName, TABLES } from '../../migrations/tables.js';
import { Sealer } from '../../src/platform/sealing/sealer.js';
import { nextId, NIL_ID } from '../../src/shared/ids.js';
import { longestPlan } from '../../src/shared/submissions/submission.js';
import type { Slice } from '../../src/shared/slice.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';
import { isOfShard, tablesOf, unboundTables, withShard } from '../support/bound-plans.js';
import { Coverage, formatted, statementsOf, toItsEnd } from '../support/statement-recorder.js';
import { PaymentsDriver } from '../support/payments-driver.js';

/**
 * The SQL that each method of infrastructure sends, in test/sql, with a file for each module, so that a change shows in
 * the diff. After an intended change: UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts
 */
const FOLDER = 'test/sql';
const UPDATE = process.env['UPDATE_SQL'] === '1';
const HEAD =
  '-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts\n';

/** Statements by the method that sends them. */
type Snapshot = Map<string, string[]>;

let coverage: Coverage;
/** Nothing works in it except the test. */
let bahi: Bahi;
let acme: Pick<Merchant, 'id' | 'apiKey' | 'keyId'>;
let database: Database;
const writePath: Snapshot = new Map();
let payoutId: string;
let paymentId: string;
let refundId: string;

beforeAll(async () => {
  coverage = await Coverage.ofInfrastructure();
  const place = await createDatabase();
  acme = await someHistory({ ...place, drop: async () => undefined });
  bahi = await Bahi.open({ server: { createDatabase: async () => place } });
  database = bahi.service.get(Database);
});

afterAll(() => bahi.close());

/** Records what the stores of the write path read and write while the service works. */
function watchStores(books: Books): void {
  for (const store of books['stores']) {
    const note = (method: string, texts: readonly string[]): void => {
      const key = `${store.table.name}.${method}`;
      writePath.set(key, [...new Set([...(writePath.get(key) ?? []), ...texts])]);
    };
    note('load', []);
    const load = store.load.bind(store);
    store.load = async (...args) => {
      let rows: Awaited<ReturnType<typeof load>> = [];
      note('load', await statementsOf(async () => (rows = await load(...args))));
      return rows;
    };
    if (store.flush === undefined) continue;
    note('flush', []);
    const flush = store.flush.bind(store);
    store.flush = (staged, boundTo) => {
      // A few rows have their own statements. How many are flushed together is random, so each is tried as one, two and
      // three rows.
      const alike = staged.flatMap((row) => [1, 2, 3].map((count) => Array.from({ length: count }, () => row)));
      note(
        'flush',
        alike.flatMap((rows) => flush(rows, boundTo)).map(({ text }) => text),
      );
      return flush(staged, boundTo);
    };
  }
}

/** As if its receiver had answered that it is gone. */
async function turnOffAnEndpoint(past: Bahi, { id: ownerId }: Merchant): Promise<void> {
  const endpointId = nextId(Date.now());
  await past.psql.query(
    `INSERT INTO webhook_endpoints (merchant_id, id, url, is_active, secret, created_at, updated_at)
     VALUES ($1, $2, 'https://example.com/', true, 'v1.a.AAAA', now(), now())`,
    [ownerId, endpointId],
  );
  await past.service.get(TurnOffEndpoint).execute({ endpointId, ownerId } as ClaimedDelivery, true);
  await past.psql.query('DELETE FROM webhook_endpoints WHERE id = $1', [endpointId]);
}

/** Makes everything happen at least once that a store may read or write. */
async function someHistory(place: TestDatabase): Promise<Merchant> {
  const past = await Bahi.open({ worker: true, server: { createDatabase: async () => place } });
  watchStores(past.service.get(Books));
  const operator = past.asOperator();
  const merchant = await past.aMerchant({ rupees: 1_000, accounts: ['0001', '0002'] });
  await operator.patch(`/merchants/${merchant.id}`, { name: 'Acme Exports', reads_per_second: 1_000 });
  const upi = { account_holder_name: 'Asha Rao', vpa: 'asha.rao@okaxis' };
  const { body: account } = await merchant.api.post('/bank-accounts', upi);
  await merchant.api.patch(`/bank-accounts/${account.id}`, { is_active: false });

  await turnOffAnEndpoint(past, merchant);

  await merchant.api.patch('/balance/alert', { threshold_paise: 1 });
  const paid = await merchant.aPayout(10, { reference_id: 'invoice-1' });
  const rejected = await merchant.aPayout(20, { to: '0002' });
  await merchant.payOut(1_000_000);
  payoutId = (await merchant.until(paid.id, 'completed')).id;
  await merchant.until(rejected.id, 'failed');

  const driver = new PaymentsDriver(merchant);
  const payment = await driver.aSuccess(12_000, { reference_id: 'order-1' });
  const refund = await driver.refundThat(await driver.aRefund(payment.id, 2_000), 'succeeded');
  [paymentId, refundId] = [payment.id, refund.id];
  await past.close();
  return merchant;
}

/** Calls `method` and records what it sends; several calls of one method are listed one after the other. */
class Calls {
  readonly snapshot: Snapshot = new Map();

  async of<T extends object, K extends keyof T & string>(
    receiver: T,
    method: K,
    ...args: T[K] extends (...args: infer A) => unknown ? A : never
  ): Promise<void> {
    await this.named(`${nameOf(receiver)}.${method}`, () => (receiver[method] as Method).apply(receiver, args));
  }

  async named(name: string, call: () => unknown): Promise<void> {
    const sent = await statementsOf(call);
    this.snapshot.set(name, [...new Set([...(this.snapshot.get(name) ?? []), ...sent])]);
  }
}

type Method = (...args: unknown[]) => unknown;

function nameOf(receiver: object): string {
  if (receiver === checkPayouts) return 'checkPayouts';
  if (receiver === checkPayments) return 'checkPayments';
  return receiver.constructor.name;
}

/** No lines: the statements of the ledger are recorded separately. */
const noLines = () => Promise.resolve([]);

/** The first page, the page after an id and the one before it. */
const SLICES = [
  { take: 20, order: 'DESC', offset: 0, after: null, before: null, askedBy: 'a test' },
  { take: 20, order: 'DESC', offset: 0, after: nextId(0), before: null, askedBy: 'a test' },
  { take: 20, order: 'ASC', offset: 0, after: null, before: nextId(0), askedBy: 'a test' },
] as const satisfies readonly Slice[];

const NO_SIGNAL = new AbortController().signal;

const MODULES: Readonly<Record<string, (calls: Calls) => Promise<void>>> = {
  'write-path': async ({ snapshot }) => {
    // By name: the order in which the modules are wired does not matter.
    for (const name of [...writePath.keys()].toSorted()) snapshot.set(name, writePath.get(name)!.toSorted());
  },

  merchants: async (calls) => {
    const merchants = bahi.service.get(Merchants);
    await calls.of(merchants, 'find', acme.id);
    const any = { search: null, isActive: null };
    for (const slice of SLICES) await calls.of(merchants, 'list', any, slice);
    for (const search of ['acme', acme.id]) await calls.of(merchants, 'list', { search, isActive: true }, SLICES[0]);
    await calls.of(merchants, 'add', { id: nextId(Date.now()), name: 'New', email: 'new@acme.example' });

    const accounts = bahi.service.get(BankAccounts);
    for (const owner of [acme.id, null]) {
      await calls.of(accounts, 'find', owner, randomUUID());
      for (const slice of SLICES) await calls.of(accounts, 'list', owner, slice);
    }

    await calls.of(accounts, 'ofDestination', acme.id, { vpa: 'asha@okaxis' });
    await calls.of(accounts, 'count', acme.id, 10);

    const limits = new LimitsWatch(database);
    await calls.named('LimitsWatch.look', async () => {
      limits.differing();
      await limits.look();
    });

    const keys = bahi.service.get(ApiKeys);
    await calls.of(keys, 'countValid', acme.id, 10);
    for (const slice of SLICES) await calls.of(keys, 'list', acme.id, slice);
    const id = nextId(Date.now());
    await calls.of(keys, 'add', {
      id,
      kind: 'merchant',
      merchantId: acme.id,
      name: 'Spare',
      secret: newSecret('merchant', randomBytes(32)),
    });
    await calls.of(keys, 'revoke', acme.id, id);

    const lastUsed = new LastUsed(database);
    const tickets = new KeyTickets(database);
    await calls.of(tickets, 'issue', acme.keyId, 'a stream');
    const authenticator = new KeyAuthenticator(database, tickets, lastUsed);
    await calls.of(authenticator, 'authenticate', acme.apiKey);
    await calls.of(authenticator, 'redeem', (await tickets.issue(acme.keyId, 'a stream')).text, 'a stream');
    await calls.of(tickets, 'redeem', 'bahi_ticket_x', 'a stream');
    await calls.of(authenticator, 'holding', [acme.keyId]);
    await calls.of(authenticator, 'forget', acme.keyId);
    await calls.of(lastUsed, 'write');
    await calls.of(lastUsed, 'note', acme.keyId);
    await lastUsed.onApplicationShutdown();
  },

  ledger: async (calls) => {
    const reader = bahi.service.get(LedgerReader);
    await calls.of(reader, 'balances', acme.id);
    await calls.of(reader, 'alert', acme.id);
    await calls.of(reader, 'overTime', acme.id, [new Date()]);
    await calls.of(reader, 'overDays', acme.id, [new Date()], 'nobody');
    await calls.of(reader, 'balancesOf', [acme.id]);
    await calls.of(reader, 'apart', acme.id, [0, 1, 2], 'nobody');
    const whole = { merchantId: acme.id, account: null, afterSeq: 0, upToSeq: 9, cause: null };
    const one = { ...whole, account: 'available' as const };
    await calls.of(reader, 'statement', whole, SLICES[0]);
    await calls.of(reader, 'statement', one, { ...SLICES[0], after: '3:available' });
    await calls.of(reader, 'statement', one, { ...SLICES[2], before: '3:available' });
    const cause = { type: 'payout', id: payoutId } as const;
    await calls.of(reader, 'statement', { ...whole, cause }, SLICES[0]);
    await calls.of(reader, 'statement', { ...whole, cause }, { ...SLICES[0], after: '3:available' });
    await calls.of(reader, 'countLines', whole, 10, randomUUID());
    await calls.of(reader, 'countLines', one, 10, randomUUID());
    const archive = bahi.service.get(LedgerArchive);
    await calls.of(archive, 'merchantIds');
    await calls.of(archive, 'unreachableNodes');
    await calls.of(archive, 'assertReachable', acme.id, new Map());
    await calls.of(archive, 'hashAt', acme.id, 1);
    await calls.named('SqlLedgerArchive.snapshotOfNoBook', () =>
      archive.snapshotOfNoBook(async (beside) => {
        await toItsEnd(beside.toBeJudged());
      }),
    );
    await calls.named('SqlLedgerArchive.snapshot', () =>
      archive.snapshot(acme.id, async (book) => {
        await toItsEnd(book.slices(null));
        await book.length();
        await book.at(1);
        await book.acknowledged(['a'.repeat(64)]);
      }),
    );
    const acknowledgements = bahi.service.get(Acknowledgements);
    const of = { id: nextId(Date.now()), evidence: 'a'.repeat(64), merchantId: acme.id, code: 'UTR_REUSED' } as const;
    await calls.of(acknowledgements, 'assertWritable');
    await calls.of(acknowledgements, 'add', { ...of, detail: 'd', reason: 'r', actor: 'operator:k' });
    await calls.of(acknowledgements, 'list', null, SLICES[0]);
    await calls.of(acknowledgements, 'list', acme.id, SLICES[2]);
    await calls.of(acknowledgements, 'of', [of.evidence]);
    await callVerifyRecord(calls);
  },

  idempotency: async (calls) => {
    const keys = bahi.service.get(ExpiredKeys);
    await calls.of(keys, 'find', null, 10);
    await calls.of(keys, 'find', { merchantId: acme.id, key: 'k', expiresAt: new Date(0).toISOString() }, 10);
    await calls.of(keys, 'remove', acme.id, ['k']);
    const remembered = bahi.service.get(RememberedKeys);
    await calls.of(remembered, 'madeUnder', acme.id, 'key');
    await calls.of(remembered, 'has', acme.id, 'k');
    await calls.of(remembered, 'count', acme.id, 10);
  },

  payouts: async (calls) => {
    const reader = bahi.service.get(PayoutReader);
    const list = (...asked: Parameters<typeof reader.list.page>) =>
      calls.named('TypeormPayoutReader.list', () => reader.list.page(...asked));
    await calls.of(reader, 'find', acme.id, payoutId);
    await calls.of(reader, 'find', null, payoutId);
    const none = { merchantId: null, status: null, bankAccountId: null, referenceId: null, utr: null };
    const open = {
      ...{ needsAttention: null, waitingFor: null, createdFrom: null, createdTo: null, includeArchived: true },
      ...{ minAmountPaise: null, maxAmountPaise: null },
    };
    for (const slice of SLICES) await list({ ...none, ...open }, slice);
    const all = {
      merchantId: acme.id,
      status: 'completed',
      bankAccountId: randomUUID(),
      referenceId: 'r',
      utr: 'u',
    } as const;
    const every = {
      needsAttention: false,
      waitingFor: 'gateway_paused' as const,
      createdFrom: new Date(0),
      createdTo: new Date(),
      includeArchived: false,
      minAmountPaise: 100n,
      maxAmountPaise: 200n,
    };
    const submitted = bahi.service.get(SubmittedPayouts);
    await calls.of(submitted, 'known', [payoutId]);
    await calls.of(submitted, 'banksOf', new Date(0), new Date());
    await calls.of(submitted, 'submitted', 'bank-simulator', new Date(0), new Date(), null);
    await list({ ...all, ...every }, SLICES[0]);
    const failed = { ...none, ...open, merchantId: acme.id, status: 'failed' } as const;
    await calls.named('TypeormPayoutReader.count', () => reader.list.count(failed, 10, 'nobody'));
    const large = { ...none, ...open, merchantId: acme.id, minAmountPaise: 100n };
    await calls.named('TypeormPayoutReader.countAmong', () => reader.list.countAmong([large], 10, 'nobody'));
    for (const filter of [
      { merchantId: acme.id, status: 'failed' },
      { merchantId: acme.id, bankAccountId: randomUUID(), needsAttention: true },
      { bankAccountId: randomUUID() },
      { utr: 'u' },
      { merchantId: acme.id, waitingFor: 'gateway_paused' },
    ] as const)
      await list({ ...none, ...open, includeArchived: false, ...filter }, SLICES[0]);
    await calls.of(reader, 'timeline', acme.id, payoutId, { ...SLICES[2], before: null });
    await calls.of(reader, 'timeline', acme.id, payoutId, { ...SLICES[0], before: '2' });
    await calls.of(reader, 'attempts', acme.id, payoutId, 1, 1);
    await calls.of(reader, 'attention', [{ merchantId: acme.id, id: payoutId }]);
    for (const step of ['submit', 'inquire'] as const) await calls.of(reader, 'due', step, 10, null);
    await calls.of(reader, 'misdated', 10, null, longestPlan(30_000));
    for (const merchantId of [null, acme.id])
      await calls.of(reader, 'waiting', { for: ['merchant_inactive'], merchantId }, 10, null);
    await calls.of(reader, 'waitingPlaces');
    await calls.of(reader, 'waitingAt', ['a-gateway another'], 5, null);
    await callReturnWatch(calls);
    await calls.of(checkPayouts, 'held', database, acme.id);
    await callParts(calls, 'checkPayouts', checkPayouts);
    await calls.of(checkPayouts, 'findingsOfNoBook', database);
  },

  payments: async (calls) => {
    const reader = bahi.service.get(PaymentReader);
    const list = (...asked: Parameters<typeof reader.list.page>) =>
      calls.named('TypeormPaymentReader.list', () => reader.list.page(...asked));
    const { refundList } = reader;
    const listRefunds = (...asked: Parameters<typeof refundList.page>) =>
      calls.named('TypeormPaymentReader.listRefunds', () => refundList.page(...asked));
    await calls.of(reader, 'find', acme.id, paymentId);
    await calls.of(reader, 'find', null, paymentId);
    for (const owner of [acme.id, null]) await calls.of(reader, 'findRefund', owner, refundId);
    await calls.of(reader, 'openRefunds', acme.id, 10);
    await calls.of(reader, 'providersOf', new Date(0), new Date());
    const none = {
      ...{ merchantId: null, status: null, currency: null, referenceId: null, needsAttention: null },
      ...{ minAmount: null, maxAmount: null },
    };
    for (const slice of SLICES) await list({ ...none, waitingFor: null, createdFrom: null, createdTo: null }, slice);
    const all = {
      merchantId: acme.id,
      status: 'succeeded',
      currency: 'USD',
      referenceId: 'r',
      needsAttention: false,
      waitingFor: 'gateway_paused',
      ...{ minAmount: 1n, maxAmount: 2n },
    } as const;
    await list({ ...all, createdFrom: new Date(0), createdTo: new Date() }, SLICES[0]);
    const unfiltered = { ...none, waitingFor: null, createdFrom: null, createdTo: null };
    for (const filter of [
      { merchantId: acme.id, currency: 'USD' },
      { currency: 'USD', needsAttention: false },
      { needsAttention: true },
      { merchantId: acme.id, waitingFor: 'gateway_paused' },
    ] as const)
      await list({ ...unfiltered, ...filter }, SLICES[0]);
    const of = { merchantId: acme.id, paymentId, refundId };
    await calls.of(reader, 'timeline', of, { ...SLICES[2], before: null });
    await calls.of(reader, 'attempts', { ...of, refundId: null }, 1, 1);
    await calls.of(reader, 'attention', [of, { ...of, refundId: null }]);
    const failed = { ...unfiltered, merchantId: acme.id, status: 'failed' } as const;
    await calls.named('TypeormPaymentReader.count', () => reader.list.count(failed, 10, 'nobody'));
    await calls.named('TypeormPaymentReader.countAmong', () => reader.list.countAmong([failed], 10, 'nobody'));
    const any = {
      ...{ merchantId: null, status: null, needsAttention: null, waitingFor: null },
      ...{ minAmountPaise: null, maxAmountPaise: 1n },
    };
    for (const slice of SLICES) await listRefunds({ ...any, createdFrom: null, createdTo: null }, slice);
    const one = {
      ...any,
      merchantId: acme.id,
      status: 'pending',
      needsAttention: true,
      waitingFor: 'no_gateway',
    } as const;
    await listRefunds({ ...one, createdFrom: new Date(0), createdTo: new Date() }, SLICES[0]);
    await listRefunds({ ...one, id: refundId, createdFrom: null, createdTo: null }, SLICES[0]);
    const ever = { ...one, createdFrom: null, createdTo: null };
    await calls.named('TypeormPaymentReader.countRefunds', () => refundList.count(ever, 10, 'nobody'));
    await calls.named('TypeormPaymentReader.countRefundsAmong', () => refundList.countAmong([ever], 10, 'nobody'));
    for (const slice of SLICES) await calls.of(reader, 'refunds', acme.id, paymentId, slice);
    for (const step of ['submit', 'inquire'] as const) await calls.of(reader, 'due', step, 10, null);
    await calls.of(reader, 'misdated', 10, null, longestPlan(30_000));
    for (const merchantId of [null, acme.id])
      await calls.of(reader, 'waiting', { for: ['merchant_inactive'], merchantId }, 10, null);
    await calls.of(reader, 'waitingPlaces');
    await calls.of(reader, 'waitingAt', ['a-gateway another'], 5, null);
    await calls.of(checkPayments, 'held', database, acme.id);
    await callParts(calls, 'checkPayments', checkPayments);
    await calls.of(checkPayments, 'findingsOfNoBook', database);
  },

  gateways: async (calls) => {
    await callInbox(calls);
    await callRoutingRules(calls);
    await callBreakers(calls);
  },

  simulators: async (calls) => {
    await callBank(calls);
    await callProvider(calls);
  },

  webhooks: async (calls) => {
    const key = randomBytes(32);
    const sealer = new Sealer([key]);
    const places = new SqlStreamPlaces(database, bahi.service.get(Authenticator));
    const stream = nextId(Date.now());
    await calls.of(places, 'take', stream, acme.keyId);
    await calls.of(places, 'renew', [{ id: stream, keyId: acme.keyId }]);
    await calls.of(places, 'leave', stream);
    const [reads, lists] = [bahi.service.get(PointReads), bahi.service.get(Lists)];
    const endpoints = new SqlWebhookEndpoints(database, reads, lists, sealer);
    const fields = {
      url: 'https://acme.example/',
      eventTypes: ['payout.completed'],
      description: null,
      isActive: true,
      isOrdered: false,
    };
    const added = { id: nextId(Date.now()), merchantId: acme.id, secret: 'whsec_x', ...fields };
    await calls.of(endpoints, 'add', added, 16);
    await calls.of(endpoints, 'add', { ...added, id: nextId(Date.now()), merchantId: null }, 0);
    await calls.of(endpoints, 'find', acme.id, added.id);
    const endpoint = (await endpoints.find(acme.id, added.id))!;
    for (const owner of [acme.id, null, ANYBODY] as const) await calls.of(endpoints, 'list', owner, SLICES[0]);
    await calls.of(endpoints, 'count', acme.id, 16);
    await calls.of(endpoints, 'change', endpoint, { isActive: false });
    await calls.of(endpoints, 'change', { ...endpoint, isActive: false }, { isActive: true });
    await calls.of(endpoints, 'rotateSecret', endpoint, 'whsec_y', 60);
    await calls.of(endpoints, 'secretsOf', endpoint);
    await calls.of(new SecretsCheck(database, sealer, bahi.service.get(ProcessRole)), 'onModuleInit');
    await callSealedSecrets(calls, key);
    await callDeliveries(calls, endpoint.id, sealer);
    await callParts(calls, 'checkEvents', checkEvents);
    await calls.of(endpoints, 'remove', acme.id, endpoint.id);
  },
};

/** Each part of a check, reading everything and reading only what is new. */
async function callParts(calls: Calls, name: string, { judged, computed }: BookCheck<Sql>): Promise<void> {
  const book = { sql: database, merchantId: acme.id, boundTo: null, search: {}, linesOf: noLines };
  for (const part of [...judged, ...computed]) {
    await calls.named(`${name}: ${part.name}`, () => part.slices({ ...book, since: null }, null));
    await calls.named(`${name}: ${part.name}, since`, () =>
      part.slices({ ...book, since: { seq: 1, id: nextId(Date.now()) } }, null),
    );
  }
}

/** Secrets that one key has sealed are sealed with the next. */
async function callSealedSecrets(calls: Calls, key: Buffer): Promise<void> {
  const next = randomBytes(32);
  const secrets = new SqlSealedSecrets(database, new Sealer([next, key]));
  await calls.of(secrets, 'removeEnded');
  await calls.of(secrets, 'reencrypt', null, 10);
  await calls.of(secrets, 'keyIds');
  await new SqlSealedSecrets(database, new Sealer([key, next])).reencrypt(null, 10);
}

/** A run that has found something in a book, and nothing outside the books. */
async function callVerifyRecord(calls: Calls): Promise<void> {
  const record = bahi.service.get(VerifyRecord);
  const runId = await record.begin(acme.id, 'system');
  await calls.of(record, 'begin', null, 'system');
  const particulars = { code: 'transaction_changed', values: { seq: 1 } } as const;
  const finding = { code: 'HASH_MISMATCH', merchantId: acme.id, detail: 'd', particulars } as const;
  const found = { findings: [finding], acknowledged: [], more: 0 };
  await calls.of(record, 'recordBook', runId, {
    ...found,
    merchantId: acme.id,
    head: '1:00',
    unread: 0,
    isSearchPartial: false,
  });
  await calls.of(record, 'recordOfNoBook', runId, { ...found, findings: [] });
  await calls.of(record, 'end', runId);
  await calls.of(record, 'runs', SLICES[0]);
  await calls.of(record, 'run', runId);
  await calls.of(record, 'lastOf', acme.id);
  for (const isAcknowledged of [null, true, false])
    await calls.of(record, 'findings', { merchantId: null, isAcknowledged }, SLICES[0]);
  await calls.of(record, 'findings', { merchantId: acme.id, isAcknowledged: null }, SLICES[1]);
  const acknowledged = { id: randomUUID(), merchantId: acme.id, code: 'UTR_REUSED', evidence: 'a'.repeat(64) } as const;
  const why = { detail: 'd', reason: 'r', actor: 'operator:k', createdAt: new Date() };
  await calls.of(record, 'withParticulars', [{ ...acknowledged, ...why }]);
}

/** An event on its way: planned, claimed, failed, given up, planned again. */
async function callDeliveries(calls: Calls, endpointId: string, sealer: Sealer): Promise<void> {
  const cursors = new SqlEventCursors(database);
  const [id, eventId] = [nextId(Date.now()), nextId(0)];
  await calls.of(cursors, 'areNeeded');
  await calls.of(cursors, 'behind', null, 10);
  await bahi.psql.query(
    `INSERT INTO webhook_endpoints (merchant_id, id, url, event_types, is_active, secret, created_at, updated_at)
     SELECT $1, $2, url, event_types, true, secret, created_at, updated_at FROM webhook_endpoints WHERE id = $3`,
    [NIL_ID, nextId(Date.now()), endpointId],
  );
  for (const ids of [null, [acme.id]]) await calls.of(new DistributedEventCursors(database), 'behind', null, 10, ids);
  const starts = new EndpointStarts(database);
  await calls.named('EndpointStarts.fromNowOfAll', async () => (await starts.fromNowOfAll())(database, endpointId));
  await calls.of(starts, 'place', [{ merchantId: acme.id, endpointId, sequence: -1 }]);
  await bahi.psql.query('DELETE FROM webhook_endpoints WHERE merchant_id = $1', [NIL_ID]);
  const whose = { merchantId: acme.id, endpointId, reader: 'merchant', eventTypes: null } as const;
  const cursor = { ...whose, sequence: 0, at: new Date() };
  await bahi.psql.query('UPDATE webhook_cursors SET sequence = 0 WHERE endpoint_id = $1', [endpointId]);
  const planned = { id, eventId, eventType: 'payout.completed', objectId: payoutId, sequence: 1, body: '{}' };
  await calls.of(cursors, 'advance', [{ cursor, sequence: 1, deliveries: [planned] }]);
  const work = new SqlDeliveryWork(database, sealer);
  const capacities = { endpointIds: [], capacities: [], fullCapacity: 10 };
  let claimed: ClaimedDelivery | undefined;
  await calls.named('SqlDeliveryWork.claim', async () => {
    [claimed] = await work.claim(10, capacities);
  });
  const failed = { statusCode: 500, answer: '', failure: null, fault: null, durationMs: 1 };
  await calls.of(work, 'record', claimed!, failed, null);
  await calls.of(work, 'planMisdated', [1_000], 10);
  await calls.of(work, 'hasFailedForDays', endpointId);
  await calls.of(work, 'turnOff', endpointId, 'failing');
  const deliveries = new SqlDeliveries(database, bahi.service.get(PointReads), bahi.service.get(Lists));
  await calls.of(deliveries, 'find', acme.id, id);
  const delivery = (await deliveries.find(acme.id, id))!;
  await calls.of(deliveries, 'attempts', delivery);
  const none = { ownerId: null, endpointId: null, eventId: null, objectId: null, status: null };
  for (const filter of [
    {},
    { ownerId: acme.id },
    { ownerId: acme.id, endpointId },
    { eventId, status: 'failed' },
    { ownerId: acme.id, objectId: payoutId },
  ] as const)
    await calls.of(deliveries, 'list', { ...none, ...filter }, SLICES[0]);
  await calls.of(deliveries, 'retry', delivery);
  await calls.of(deliveries, 'recover', endpointId, new Date());
  await calls.of(deliveries, 'prune', new Date(0), new Date(0), 10);
}

async function callReturnWatch(calls: Calls): Promise<void> {
  const watch = bahi.service.get(ReturnWatch);
  await bahi.psql.query('UPDATE payouts SET watch_next_at = now() WHERE id = $1', [payoutId]);
  await calls.of(watch, 'take', 'bank-simulator', 5);
  await calls.of(watch, 'plan', { merchantId: acme.id, id: payoutId, elapsed: 0, leaseEndsAt: '2025-01-01' }, 60);
}

async function callInbox(calls: Calls): Promise<void> {
  const inbox = new SqlCallbackInbox(database);
  const key = { gateway: 'bank-simulator', eventId: 'e-1' };
  const about = { eventId: 'e-1', reference: randomUUID(), amountMinor: 100n, currency: 'INR' };
  await calls.of(
    inbox,
    'store',
    key.gateway,
    { ...about, subject: 'payout', ending: { kind: 'pending' } },
    { digest: 'a'.repeat(64), text: '{}' },
  );
  await calls.of(inbox, 'storeUnreadable', key.gateway, 'payout', { digest: 'b'.repeat(64), text: '{' });
  await calls.of(inbox, 'find', key);
  await calls.of(inbox, 'due', ['payout'], 10, { ...key, dueAt: '2025-01-01 00:00:00.000001+00' });
  await calls.of(inbox, 'postpone', key, 60);
  await calls.of(inbox, 'end', key, 'unknown_reference');
  await calls.of(inbox, 'prune', 90, 1_000);
}

async function callRoutingRules(calls: Calls): Promise<void> {
  const rules = new SqlRoutingRules(database);
  const now = new Date();
  const band = { mode: null, minAmountPaise: null, maxAmountPaise: null, beneficiaryBank: null, merchantId: null };
  const by = { createdBy: 'operator', updatedBy: 'operator', createdAt: now, updatedAt: now };
  const id = randomUUID();
  const rule: RoutingRule = { id, priority: 1, isEnabled: false, gateway: 'none', percentage: 100, ...band, ...by };
  await calls.of(rules, 'add', rule);
  await calls.of(rules, 'all');
  await calls.of(rules, 'find', id);
  await calls.of(rules, 'change', rule);
  await calls.of(rules, 'remove', id);
}

/** A breaker that opens after ten submissions without an answer, lets one try, and closes. */
async function callBreakers(calls: Calls): Promise<void> {
  const breakers = new CircuitBreakers(database, { openSeconds: 0.000_001, trialSeconds: 1 });
  const gateway = 'a-bank-of-this-test';
  const order = { merchantId: acme.id, id: randomUUID() };
  const about = { gateway, merchantId: acme.id, attempt: 1, trial: null, seconds: 0.1 };
  const anyTrial = { gateway, orderId: order.id, until: 'infinity' };
  await calls.of(breakers, 'pause', gateway, { actor: 'operator', reason: null });
  await calls.of(breakers, 'report');
  await calls.of(breakers, 'refresh');
  for (let i = 0; i < 10; i++) await calls.of(breakers, 'ended', { ...about, orderId: randomUUID(), result: 'silent' });
  for (const result of ['silent', 'answered'] as const) {
    await calls.of(breakers, 'leaseTrial', gateway, order);
    await calls.of(breakers, 'ended', { ...about, orderId: order.id, result, trial: anyTrial });
  }
  await calls.of(breakers, 'giveBackTrial', anyTrial);
  await calls.of(breakers, 'close', gateway, { actor: 'operator', reason: 'It answers.' });
  await calls.of(breakers, 'onApplicationShutdown');
  await calls.of(new CircuitBreakers(database, { openSeconds: 1, trialSeconds: 1 }), 'now');

  const minutes = new GatewayMinutes(database);
  await calls.of(minutes, 'note', gateway, 'succeeded', 0.1);
  await calls.of(minutes, 'write');
  await calls.of(minutes, 'lastHour');
  await calls.of(minutes, 'onApplicationShutdown');

  const results = new SubmissionResults(database, async () => undefined);
  await calls.of(results, 'note', { ...about, orderId: randomUUID(), result: 'answered' });
  await calls.of(results, 'write');
  await calls.of(results, 'count');
}

async function callBank(calls: Calls): Promise<void> {
  const bank = new BankSimulator(database, { rejected: 0, eachFault: 0 });
  const beneficiary = { name: 'Asha Rao', accountNumber: '50100012340006', ifsc: 'HDFC0000001' };
  const transfer: Transfer = { reference: randomUUID(), amountPaise: 100n, mode: 'IMPS', beneficiary, narration: null };
  await calls.of(bank, 'submit', transfer, NO_SIGNAL);
  await calls.of(bank, 'submit', transfer, NO_SIGNAL);
  await calls.of(bank, 'inquire', transfer);
  await calls.of(bank, 'listOrders', { from: new Date(0), to: new Date() }, null);
  const webhooks = new SqlPayoutWebhooks(database);
  await calls.of(webhooks, 'compose', transfer.reference, 'succeeded');
  await calls.of(bank, 'parseCallback', (await webhooks.compose(transfer.reference, 'succeeded')) as Callback);
  await callWebhooks(calls, webhooks, 'bank_simulator');
}

async function callProvider(calls: Calls): Promise<void> {
  const provider = new PaymentSimulator(database, { rejected: 0, eachFault: 0 });
  const [reference, refund] = [randomUUID(), randomUUID()];
  const of = { reference, amountMinor: 10_006n, currency: 'USD', providerId: null };
  const charge = { ...of, quote: null, description: null, customer: null, purposeCode: null };
  await calls.of(provider, 'quote', 'USD');
  await calls.of(provider, 'charge', charge, NO_SIGNAL);
  await calls.of(provider, 'charge', charge, NO_SIGNAL);
  await calls.of(provider, 'inquireCharge', of);
  const order = { ...of, reference: refund, chargeReference: reference, chargeProviderId: 'ch_sim_1' };
  await calls.of(provider, 'refund', order, NO_SIGNAL);
  await calls.of(provider, 'inquireRefund', { ...of, reference: refund });
  const webhooks = new SqlChargeWebhooks(database);
  await calls.of(webhooks, 'compose', reference, 'succeeded');
  await calls.of(provider, 'parseCallback', (await webhooks.compose(reference, 'succeeded')) as Callback);
  await callWebhooks(calls, webhooks, 'payment_simulator');
}

async function callWebhooks(calls: Calls, webhooks: SimulatedWebhooks, schema: string): Promise<void> {
  const due = 'SET due_at = now(), claimed_until = NULL, delivered_at = NULL';
  const all = await bahi.psql.query<{ id: string }>(`UPDATE ${schema}.callbacks ${due} RETURNING id`);
  await calls.of(webhooks, 'due', 10);
  await calls.of(webhooks, 'delivered', all[0]!.id);
}

function textOf(snapshot: Snapshot): string {
  const parts = [...snapshot].flatMap(([name, statements]) =>
    statements.length === 0 ? [] : [`-- ${name}\n${statements.map((text) => `${formatted(text)};\n`).join('')}`],
  );
  return [HEAD, ...parts].join('\n');
}

describe('the SQL of', () => {
  it.each(Object.keys(MODULES))('%s is what was reviewed', async (module) => {
    const calls = new Calls();
    await MODULES[module]!(calls);
    const file = join(FOLDER, `${module}.sql`);
    const text = textOf(calls.snapshot);
    if (UPDATE) writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
  });

  it('every method in the modules’ infrastructure is among them', () => {
    expect(coverage.uncalled).toEqual([]);
  });

  it('every store of the write path is among them', () => {
    // A log is only written, so its `load` sends nothing.
    const silent = [...writePath].filter(([name, statements]) => {
      const writes = writePath.get(name.replace(/load$/, 'flush')) ?? [];
      return statements.length === 0 && writes.length === 0;
    });
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  /** Of a batch itself, and of all stores. */
  async function statementsOfBatches(): Promise<string[]> {
    const ofBatch = await statementsOf(() => bahi.service.get(Books).write(acme.id, { reads: [], decide: () => null }));
    const planned = ofBatch.filter((text) => /^\s*(SELECT|INSERT|UPDATE|WITH)\b/.test(text));
    const statements = [...writePath.values()].flat();
    expect([planned.length, statements.length].every((count) => count > 3)).toBe(true);
    return [...planned, ...statements];
  }

  it('the write path’s is bound to the books of its batch, so that it goes to their shard', async () => {
    for (const text of await statementsOfBatches())
      expect({ text, unbound: await unboundTables(bahi.psql, text) }).toEqual({ text, unbound: [] });
  });

  it('the write path’s is about one shard, or about what the coordinator alone has', () =>
    withShard(bahi.psql, async (tables) => {
      for (const text of await statementsOfBatches()) {
        const local = isOfCoordinator(text);
        const touched = await tablesOf(bahi.psql, local ? text : onShard(text, { tables }));
        const wrong = touched.filter((name) => (local ? TABLES[name as TableName] !== 'local' : !isOfShard(name)));
        expect({ text, wrong }).toEqual({ text, wrong: [] });
      }
    }));

  it.each([
    [
      'payouts',
      'SELECT t.* FROM unnest($1::uuid[], $2::uuid[]) AS w(m, id) JOIN payouts t ON t.merchant_id = w.m AND t.id = w.id',
    ],
    ['outbox_queue', 'INSERT INTO outbox_queue (merchant_id, id) SELECT * FROM unnest($1::uuid[], $2::uuid[])'],
    ['outbox_queue', 'INSERT INTO outbox_queue (merchant_id, id) VALUES (gen_random_uuid(), $1::uuid)'],
    [
      'outbox_queue',
      'INSERT INTO outbox_queue (merchant_id, id) VALUES ($1::uuid, $2::uuid), (gen_random_uuid(), $3::uuid)',
    ],
    [
      'outbox_queue',
      `INSERT INTO outbox_queue (merchant_id, id) SELECT u.id, b.merchant_id FROM unnest($1::uuid[]) AS u(id)
       JOIN books b ON b.merchant_id = ANY($2::uuid[])`,
    ],
    [
      'bank_accounts',
      `SELECT FROM payouts p JOIN bank_accounts a ON a.merchant_id = p.merchant_id AND a.id = p.bank_account_id
       WHERE p.merchant_id = ANY($1::uuid[])`,
    ],
  ])('a statement that is not bound for %s would be found', async (table, text) => {
    expect(await unboundTables(bahi.psql, text)).toEqual([table]);
  });

  it('modules that are no more has been removed', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(
      Object.keys(MODULES)
        .map((module) => `${module}.sql`)
        .sort(),
    );
  });
});
