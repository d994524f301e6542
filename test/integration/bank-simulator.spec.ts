import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InquiryEnding, SubmissionEnding } from '../../src/modules/gateways/domain/bank-gateway.js';
import type { Transfer } from '../../src/modules/gateways/domain/transfer.js';
import { BankSimulator } from '../../src/modules/simulators/infrastructure/bank-simulator.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';

/** No digits that force an outcome. */
const ORDINARY_ACCOUNT = '50100000123456';

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

interface Remembered {
  amount_paise: string;
  outcome: string;
  failure_code: string | null;
  utr: string | null;
  submissions: number;
  settles_after_ms: number;
  returns_after_ms: number | null;
}

let testDatabase: TestDatabase;
let database: Database;
let ownerDatabase: Database;

beforeAll(async () => {
  testDatabase = await createMigratedDatabase();
  database = new Database(testDatabase.appUrl, 10);
  ownerDatabase = new Database(testDatabase.ownerUrl, 1);
});

afterAll(async () => {
  await database.close();
  await ownerDatabase.close();
  await testDatabase.drop();
});

const aBank = (failureRate = 0, random?: () => number): BankSimulator =>
  new BankSimulator(database, { rejected: failureRate, eachFault: 0 }, random);
/** The ending only; the rest of the answer is for the suite that every bank passes. */
const submit = async (transfer: Transfer, by = aBank()): Promise<SubmissionEnding> => {
  const { transferred: _, ...ending } = await by.submit(transfer, patience());
  return ending;
};
const inquire = async (transfer: Transfer, by = aBank()): Promise<InquiryEnding> => {
  const { transferred: _, ...ending } = await by.inquire(transfer);
  return ending;
};
const patience = (): AbortSignal => AbortSignal.timeout(10_000);

async function memoryOf({ reference }: Transfer): Promise<Remembered | undefined> {
  const [memory] = await database.query<Remembered>(
    `SELECT amount_paise, outcome, failure_code, utr, submissions,
       round(extract(epoch FROM settles_at - received_at) * 1000)::integer AS settles_after_ms,
       round(extract(epoch FROM returns_at - received_at) * 1000)::integer AS returns_after_ms
     FROM bank_simulator.transfers WHERE reference = $1`,
    [reference],
  );
  return memory;
}

const movementsOf = ({ reference }: Transfer) =>
  database.query('SELECT amount_paise, account_number, ifsc, utr FROM bank_simulator.movements WHERE reference = $1', [
    reference,
  ]);

describe('the memory of the simulated bank', () => {
  it('holds what was asked, what became of it, and how often it was asked', async () => {
    const transfer = aTransfer('50100000000001');
    const ending = await submit(transfer);
    await submit(transfer);
    const utr = ending.kind === 'succeeded' ? ending.utr : 'none';
    expect(await memoryOf(transfer)).toMatchObject({ amount_paise: '60000', outcome: 'paid', utr, submissions: 2 });
    expect(await movementsOf(transfer)).toEqual([
      { amount_paise: '60000', account_number: '50100000000001', ifsc: 'HDFC0000001', utr },
    ]);
  });

  it('stores a rejection with its reason and moves nothing', async () => {
    const transfer = aTransfer('50100000000002');
    await submit(transfer);
    expect(await memoryOf(transfer)).toMatchObject({
      outcome: 'rejected',
      failure_code: 'bank_account_closed',
      utr: null,
    });
    expect(await movementsOf(transfer)).toEqual([]);
  });

  it('has no trace of a request that got lost on its way', async () => {
    const transfer = aTransfer('50100000000003');
    await expect(aBank().submit(transfer, AbortSignal.timeout(50))).rejects.toThrow('the line was cut');
    expect(await memoryOf(transfer)).toBeUndefined();
  });

  it('knows of the payment whose answer got lost', async () => {
    const transfer = aTransfer('50100000000004');
    await expect(aBank().submit(transfer, AbortSignal.timeout(300))).rejects.toThrow('the line was cut');
    expect(await memoryOf(transfer)).toMatchObject({ outcome: 'paid' });
    expect(await movementsOf(transfer)).toHaveLength(1);
  });

  it('answers pending until the transfer settles, three seconds later', async () => {
    const transfer = aTransfer('50100000000006');
    expect(await submit(transfer)).toMatchObject({ kind: 'pending' });
    expect(await submit(transfer)).toMatchObject({ kind: 'pending' });
    expect((await memoryOf(transfer))?.settles_after_ms).toBe(3_000);
    await ownerDatabase.query(
      `UPDATE bank_simulator.transfers SET settles_at = settles_at - interval '3 seconds' WHERE reference = $1`,
      [transfer.reference],
    );
    expect(await inquire(transfer)).toMatchObject({ kind: 'succeeded' });
  });

  it('knows when the money will come back, and answers succeeded until then', async () => {
    const transfer = aTransfer('50100000000007');
    expect(await submit(transfer)).toMatchObject({ kind: 'succeeded' });
    expect(await memoryOf(transfer)).toMatchObject({ outcome: 'paid', returns_after_ms: 10_000 });
    expect(await inquire(transfer)).toMatchObject({ kind: 'succeeded' });
  });

  it('remembers the outage, so that inquiries meet it too', async () => {
    const transfer = aTransfer('50100000000008');
    const down = { kind: 'unknown', why: 'the bank answered 503 Service Unavailable' };
    expect(await submit(transfer)).toEqual(down);
    expect(await inquire(transfer)).toEqual(down);
    expect(await movementsOf(transfer)).toEqual([]);
  });

  it('draws an outcome once', async () => {
    const transfer = aTransfer(ORDINARY_ACCOUNT);
    const rejected = await submit(
      transfer,
      aBank(0.2, () => 0.19),
    );
    expect(rejected).toMatchObject({ kind: 'rejected', failure: { code: 'bank_account_frozen', retryable: false } });
    expect(
      await submit(
        transfer,
        aBank(0.2, () => 0.2),
      ),
    ).toEqual(rejected);
    expect(await inquire(transfer, aBank(0))).toEqual(rejected);
  });

  it('is one when two processes draw differently at once', async () => {
    const banks = [aBank(1), aBank(0)];
    for (let round = 0; round < 10; round++) {
      const transfer = aTransfer(ORDINARY_ACCOUNT);
      const endings = await Promise.all(Array.from({ length: 6 }, (_, i) => submit(transfer, banks[i % 2])));
      expect(new Set(endings.map((ending) => JSON.stringify(ending))).size).toBe(1);
      expect(await movementsOf(transfer)).toHaveLength(endings[0]?.kind === 'succeeded' ? 1 : 0);
      expect((await memoryOf(transfer))?.submissions).toBe(6);
    }
  });

  it('distinguishes transfers by UTRs like those of real banks, each given once', async () => {
    const shapes = { IMPS: /^\d{12}$/, NEFT: /^SIMBN\d{11}$/, RTGS: /^SIMBR5\d{16}$/ } as const;
    const utrs: string[] = [];
    for (const mode of ['IMPS', 'NEFT', 'RTGS'] as const) {
      const transfers = Array.from({ length: 20 }, () => aTransfer('50100000000001', { mode }));
      const endings = await Promise.all(transfers.map((transfer) => submit(transfer)));
      for (const ending of endings) {
        expect(ending).toEqual({ kind: 'succeeded', utr: expect.stringMatching(shapes[mode]) });
        if (ending.kind === 'succeeded') utrs.push(ending.utr);
      }
    }
    expect(new Set(utrs).size).toBe(60);
  });
});

describe('the line to the simulated bank', () => {
  it('does not send what was given up before', async () => {
    const transfer = aTransfer('50100000000001');
    await expect(aBank().submit(transfer, AbortSignal.abort())).rejects.toThrow();
    expect(await memoryOf(transfer)).toBeUndefined();
  });

  it('keeps no process alive while it hangs or waits', async () => {
    // Without PostgreSQL, whose pool has timers of its own.
    const paid = { outcome: 'paid', utr: '632812345678', is_settled: true };
    const bank = new BankSimulator({ query: async <Row>() => [paid as Row] }, { rejected: 0, eachFault: 0 });
    const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const hangUp = new AbortController();
    const accounts = ['50100000000003', '50100000000004', '50100000000005'];
    const calls = accounts.map((account) => bank.submit(aTransfer(account), hangUp.signal));
    await new Promise(setImmediate);
    expect(timers()).toBeLessThanOrEqual(before);
    hangUp.abort();
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});

describe("the simulated bank's books", () => {
  const forbidden = [
    `UPDATE bank_simulator.transfers SET outcome = 'rejected'`,
    'DELETE FROM bank_simulator.transfers',
    'UPDATE bank_simulator.movements SET amount_paise = 1',
    'DELETE FROM bank_simulator.movements',
    'TRUNCATE bank_simulator.movements',
  ];

  it.each(forbidden)('cannot be rewritten by the service: %s', async (statement) => {
    await expect(database.query(statement)).rejects.toThrow('permission denied');
  });

  it.each(forbidden.slice(2))('lose no movement to their owner either: %s', async (statement) => {
    await aBank().submit(aTransfer('50100000000001'), patience());
    await expect(ownerDatabase.query(statement)).rejects.toThrow('append-only');
  });

  it('would show a second payment of a reference', async () => {
    const transfer = aTransfer('50100000000001');
    await submit(transfer);
    await ownerDatabase.query(
      `INSERT INTO bank_simulator.movements (reference, amount_paise, account_number, ifsc, utr, paid_at)
       SELECT reference, amount_paise, account_number, ifsc, utr, now()
       FROM bank_simulator.transfers WHERE reference = $1`,
      [transfer.reference],
    );
    expect(await movementsOf(transfer)).toHaveLength(2);
  });
});
