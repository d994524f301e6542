import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { BankGateways } from '../../src/modules/gateways/application/bank-gateways.js';
import type { BankGateway, InquiryEnding } from '../../src/modules/gateways/domain/bank-gateway.js';
import type { Transfer } from '../../src/modules/gateways/domain/transfer.js';
import { AlwaysFails } from '../../src/modules/gateways/infrastructure/always-fails.js';
import { AlwaysSucceeds } from '../../src/modules/gateways/infrastructure/always-succeeds.js';
import { BankSimulator } from '../../src/modules/gateways/infrastructure/bank-simulator.js';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';

/** What a bank can be brought to do, by the account number that brings it to it. */
type Situation = 'succeeds' | 'rejects' | 'loses_request' | 'loses_answer' | 'answers_slowly' | 'pends' | 'is_down';

interface Subject {
  readonly name: string;
  /** The adapter as a starting process opens it: with nothing but what the bank itself keepsBooks. */
  readonly open: (database: Database) => BankGateway;
  readonly accounts: Partial<Record<Situation, string>>;
  /** How often the bank really paid a reference, from its own books; absent where no money is even pretended. */
  readonly timesPaid?: (database: Database, reference: string) => Promise<number>;
}

const QUICK_DELAYS = { slowAnswerMs: 1_500, settlementMs: 300, returnMs: 300 };

/** Every adapter runs the whole suite, as far as its bank can be brought into the situations. */
const SUBJECTS: readonly Subject[] = [
  {
    name: 'bank-simulator',
    open: (database) => new BankSimulator(database, { rejected: 0.2, eachFault: 0 }, Math.random, QUICK_DELAYS),
    accounts: {
      succeeds: '50100000000001',
      rejects: '50100000000002',
      loses_request: '50100000000003',
      loses_answer: '50100000000004',
      answers_slowly: '50100000000005',
      pends: '50100000000006',
      is_down: '50100000000008',
    },
    timesPaid: async (database, reference) =>
      (await database.query('SELECT FROM bank_simulator.movements WHERE reference = $1', [reference])).length,
  },
  { name: 'always-succeeds', open: () => new AlwaysSucceeds(), accounts: { succeeds: '50100000000001' } },
  { name: 'always-fails', open: () => new AlwaysFails(), accounts: { rejects: '50100000000001' } },
];

const PATIENT_SECONDS = 10;
const HASTY_SECONDS = 0.5;

const SUCCEEDED = { kind: 'succeeded', utr: expect.stringMatching(/^[A-Z0-9]{10,35}$/) };
const UNKNOWN = { kind: 'unknown', why: expect.stringMatching(/./) };
const REJECTED = {
  kind: 'rejected',
  failure: {
    code: expect.stringMatching(/^[a-z][a-z0-9_]*$/),
    reason: expect.stringMatching(/./),
    source: expect.stringMatching(/^(gateway|beneficiary_bank|business|internal)$/),
    retryable: expect.any(Boolean),
  },
};

function aTransfer(accountNumber: string, change: Partial<Transfer> = {}): Transfer {
  return {
    reference: randomUUID(),
    amountPaise: 60_000n,
    mode: 'IMPS',
    beneficiary: { name: 'Asha Rao', accountNumber, ifsc: 'HDFC0000001' },
    narration: 'Invoice 7',
    ...change,
  };
}

let testDatabase: TestDatabase;
let database: Database;
/** A pool of its own stands for a second process. */
let otherDatabase: Database;

beforeAll(async () => {
  Logger.overrideLogger(false);
  testDatabase = await createDatabase();
  await migrate(testDatabase.ownerUrl);
  database = new Database(testDatabase.appUrl, 10);
  otherDatabase = new Database(testDatabase.appUrl, 10);
});

afterAll(async () => {
  await database.close();
  await otherDatabase.close();
  await testDatabase.drop();
  Logger.overrideLogger(['error', 'warn', 'log']);
});

describe.each(SUBJECTS)('the gateway $name', ({ name, open, accounts, timesPaid }) => {
  const gateways = (seconds = PATIENT_SECONDS, on = database): BankGateways => new BankGateways([open(on)], seconds);
  const submit = (transfer: Transfer, through = gateways()) => through.submit(name, transfer);
  const inquire = (transfer: Transfer, through = gateways()) => through.inquire(name, transfer.reference);
  const anyAccount = accounts.succeeds ?? accounts.rejects ?? '';
  const keepsBooks = timesPaid !== undefined;

  async function expectPaid(times: number, transfer: Transfer): Promise<void> {
    if (timesPaid) expect(await timesPaid(database, transfer.reference)).toBe(times);
  }

  async function inquireUntil(kind: InquiryEnding['kind'], transfer: Transfer): Promise<InquiryEnding> {
    let ending = await inquire(transfer);
    await until(`the bank says ${kind}`, async () => {
      ending = await inquire(transfer);
      return ending.kind === kind;
    });
    return ending;
  }

  it('goes by its name', () => {
    expect(open(database).name).toBe(name);
  });

  it('has nothing under a reference that it never got', async () => {
    expect(await inquire(aTransfer(anyAccount))).toEqual({ kind: 'not_found' });
  });

  it('answers a second submission like the first, and pays once', async () => {
    const transfer = aTransfer(anyAccount);
    const first = await submit(transfer);
    expect(await submit(transfer)).toEqual(first);
    await expectPaid(accounts.succeeds ? 1 : 0, transfer);
  });

  it('answers twenty submissions at once, of two processes, alike, and pays once', async () => {
    const transfer = aTransfer(anyAccount);
    const processes = [gateways(), gateways(PATIENT_SECONDS, otherDatabase)];
    const endings = await Promise.all(Array.from({ length: 20 }, (_, i) => submit(transfer, processes[i % 2])));
    expect(endings[0]).toEqual(accounts.succeeds ? SUCCEEDED : REJECTED);
    expect(new Set(endings.map((ending) => JSON.stringify(ending))).size).toBe(1);
    await expectPaid(accounts.succeeds ? 1 : 0, transfer);
  });

  it('gives the same answer after a restart', async () => {
    const transfer = aTransfer(anyAccount);
    const before = await submit(transfer);
    const restarted = gateways(PATIENT_SECONDS, otherDatabase);
    expect(await submit(transfer, restarted)).toEqual(before);
    if (keepsBooks) expect(await inquire(transfer, restarted)).toEqual(before);
  });

  it.each<[string, Partial<Transfer>]>([
    ['no amount', { amountPaise: 0n }],
    ['an amount beyond every column', { amountPaise: 10n ** 30n }],
    ['a reference that cannot be stored', { reference: '\u0000' }],
    ['a reference that is a statement', { reference: `'; DROP SCHEMA bank_simulator CASCADE; --${randomUUID()}` }],
    ['no narration', { narration: null }],
    ['a mode that does not exist', { mode: 'CARRIER PIGEON' as 'IMPS' }],
  ])('gives an ending, whatever it is, for a transfer with %s', async (_, change) => {
    const transfer = aTransfer(anyAccount, change);
    expect(['succeeded', 'rejected', 'pending', 'unknown']).toContain((await submit(transfer)).kind);
    const kinds = ['succeeded', 'rejected', 'pending', 'unknown', 'not_found'];
    expect(kinds).toContain((await inquire(transfer)).kind);
  });

  if (keepsBooks) {
    it.each<[string, Partial<Transfer>]>([
      ['amount', { amountPaise: 60_001n }],
      ['account', { beneficiary: { name: 'Asha Rao', accountNumber: '50100000010001', ifsc: 'HDFC0000001' } }],
      ['branch', { beneficiary: { name: 'Asha Rao', accountNumber: anyAccount, ifsc: 'HDFC0000002' } }],
    ])('refuses a reference that comes again with another %s, without denying the first', async (_, change) => {
      const transfer = aTransfer(anyAccount);
      const first = await submit(transfer);
      const other = { ...transfer, ...change };
      expect(await open(database).submit(other, AbortSignal.timeout(10_000))).toMatchObject({
        kind: 'rejected',
        failure: { code: 'reference_reused', retryable: false },
      });
      // Not a rejection: the payout of this reference may have been paid, so its hold must stay.
      expect(await submit(other)).toEqual(UNKNOWN);
      expect(await inquire(transfer)).toEqual(first);
      await expectPaid(1, transfer);
    });

    it('cannot say when it is out of reach', async () => {
      const unreachable = new Database('postgres://nobody@127.0.0.1:1/nowhere', 1);
      const through = gateways(PATIENT_SECONDS, unreachable);
      const transfer = aTransfer(anyAccount);
      expect([await submit(transfer, through), await inquire(transfer, through)]).toEqual([UNKNOWN, UNKNOWN]);
      await unreachable.close();
      expect(await inquire(transfer)).toEqual({ kind: 'not_found' });
    });
  }

  const { succeeds, rejects, loses_request, loses_answer, answers_slowly, pends, is_down } = accounts;

  if (succeeds) {
    it.each(['IMPS', 'NEFT', 'RTGS'] as const)('names the transfer that it paid by %s', async (mode) => {
      const transfer = aTransfer(succeeds, { mode });
      const ending = await submit(transfer);
      expect(ending).toEqual(SUCCEEDED);
      await expectPaid(1, transfer);
      if (keepsBooks) expect(await inquire(transfer)).toEqual(ending);
    });
  }

  if (rejects) {
    it('says why it rejects a transfer, and pays nothing', async () => {
      const transfer = aTransfer(rejects);
      const ending = await submit(transfer);
      expect(ending).toEqual(REJECTED);
      expect([{ kind: 'not_found' }, ending]).toContainEqual(await inquire(transfer));
      await expectPaid(0, transfer);
    });
  }

  if (loses_request) {
    it('leaves the outcome unknown, in time, when the request never reaches it', async () => {
      const transfer = aTransfer(loses_request);
      const startedAt = performance.now();
      expect(await submit(transfer, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
      expect(performance.now() - startedAt).toBeLessThan(HASTY_SECONDS * 1000 + 2_000);
      expect(await inquire(transfer)).toEqual({ kind: 'not_found' });
      await expectPaid(0, transfer);
    });
  }

  if (loses_answer) {
    it('paid once when only its answer was lost, and says so to whoever asks or submits again', async () => {
      const transfer = aTransfer(loses_answer);
      const startedAt = performance.now();
      expect(await submit(transfer, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
      expect(performance.now() - startedAt).toBeLessThan(HASTY_SECONDS * 1000 + 2_000);
      const paid = await inquireUntil('succeeded', transfer);
      expect(paid).toEqual(SUCCEEDED);
      expect(await submit(transfer)).toEqual(paid);
      await expectPaid(1, transfer);
    });
  }

  if (answers_slowly) {
    it('is heard when it answers late, but in time', async () => {
      const transfer = aTransfer(answers_slowly);
      expect(await submit(transfer)).toEqual(SUCCEEDED);
      await expectPaid(1, transfer);
    });

    it('leaves the outcome unknown when it answers too late, and has paid all the same', async () => {
      const transfer = aTransfer(answers_slowly);
      expect(await submit(transfer, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
      expect(await inquireUntil('succeeded', transfer)).toEqual(SUCCEEDED);
      await expectPaid(1, transfer);
    });
  }

  if (pends) {
    it('takes its time, then tells that it paid, once', async () => {
      const transfer = aTransfer(pends);
      expect(await submit(transfer)).toMatchObject({ kind: 'pending' });
      expect(await inquireUntil('succeeded', transfer)).toEqual(SUCCEEDED);
      expect(await submit(transfer)).toEqual(await inquire(transfer));
      await expectPaid(1, transfer);
    });
  }

  if (is_down) {
    it('leaves the outcome unknown while it is down, to submissions and inquiries', async () => {
      const transfer = aTransfer(is_down);
      expect(await submit(transfer)).toEqual(UNKNOWN);
      expect(await inquire(transfer)).toEqual(UNKNOWN);
      expect(await submit(transfer)).toEqual(UNKNOWN);
      await expectPaid(0, transfer);
    });
  }
});
