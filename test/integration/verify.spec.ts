import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BookPoint, ExpectedHead, VerifiedBook } from '../../src/modules/ledger/application/verified-book.js';
import { VerifyBooks, type VerifyOptions } from '../../src/modules/ledger/application/verify-books.js';
import { BookChecks } from '../../src/modules/ledger/domain/book-checks.js';
import { reversal, settlement } from '../../src/modules/ledger/domain/ledger.js';
import { chainHash, type Transaction } from '../../src/modules/ledger/domain/transaction.js';
import { SqlLedgerArchive } from '../../src/modules/ledger/infrastructure/sql-ledger-archive.js';
import { checkPayments } from '../../src/modules/payments/infrastructure/payment-check.js';
import { checkPayouts } from '../../src/modules/payouts/infrastructure/payout-check.js';
import type { Sql } from '../../src/platform/database/statements/sql.js';
import type { Moment } from '../../src/shared/moment.js';
import { nextId } from '../../src/shared/ids.js';
import { Money } from '../../src/shared/money.js';
import { Intruder } from '../support/intruder.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant, WriteProcess } from '../support/write-process.js';

const RUPEE = 100n;

let testBooks: TestBooks;
let service: WriteProcess;
let archive: SqlLedgerArchive;

beforeAll(async () => {
  testBooks = await TestBooks.open();
  service = testBooks.process();
  const checks = new BookChecks<Sql>();
  checks.add(checkPayouts);
  checks.add(checkPayments);
  archive = new SqlLedgerArchive(service.database, checks);
  // Whoever tampers with tables here may tamper with what guards them.
  await testBooks.superuser.query('ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_cause');
  await testBooks.superuser.query('ALTER TABLE payout_events DROP CONSTRAINT payout_events_finite');
});

afterAll(async () => {
  await testBooks.close();
});

async function verify({ id }: TestMerchant, options: VerifyOptions = {}): Promise<VerifiedBook> {
  for await (const book of new VerifyBooks(archive).execute(id, options)) return book;
  throw new Error('a book that is named is verified');
}

/** The codes of the findings, each once. */
async function codesOf(merchant: TestMerchant, expectedHead: ExpectedHead | null = null): Promise<string[]> {
  const { findings } = await verify(merchant, { expectedHead });
  for (const finding of findings) expect(finding.merchantId).toBe(merchant.id);
  return [...new Set(findings.map(({ code }) => code))].sort();
}

const tamper = (...statements: [text: string, values?: readonly unknown[]][]): Promise<void> =>
  testBooks.superuser.tamper(...statements);

async function aPayout(merchant: TestMerchant, paise: bigint): Promise<string> {
  const { body } = await service.payOut(merchant, paise);
  return (JSON.parse(body) as { id: string }).id;
}

const operator = (now: Moment) => ({ now, actor: 'operator:test' });
const bank = (now: Moment) => ({ now, actor: 'bank:test' });

/**
 * 1 funding, 2 to 4 three holds of ₹10, ₹20 and ₹30, 5 the second one released, 6 the third one settled.
 * ₹10 stay held.
 */
async function aBook(): Promise<TestMerchant & { readonly pending: string; readonly completed: string }> {
  const merchant = await testBooks.aMerchant(100n * RUPEE);
  const pending = await aPayout(merchant, 10n * RUPEE);
  const cancelled = await aPayout(merchant, 20n * RUPEE);
  const completed = await aPayout(merchant, 30n * RUPEE);
  await service.change(merchant, cancelled, (payout, now) => payout.cancel(operator(now)));
  await service.change(merchant, completed, (payout, now) => payout.sendOff(operator(now)));
  await service.change(merchant, completed, (payout, now) =>
    payout.complete(`UTR${completed.slice(-12).toUpperCase()}`, bank(now)),
  );
  return { ...merchant, pending, completed };
}

async function transactionsOf({ id }: TestMerchant): Promise<Transaction[]> {
  return archive.snapshot(id, async (book) => {
    const all: Transaction[] = [];
    for await (const { transactions } of book.slices(null)) all.push(...transactions);
    return all;
  });
}

describe('a book that nobody has touched', () => {
  it('has no findings, and shows how long it is and where it ends', async () => {
    const merchant = await aBook();
    const { hash } = (await transactionsOf(merchant)).at(-1)!;
    expect(await verify(merchant)).toEqual({
      merchantId: merchant.id,
      transactions: 6,
      unread: 0,
      isSearchPartial: false,
      head: `6:${Buffer.from(hash).toString('hex')}`,
      findings: [],
      acknowledged: [],
      more: 0,
      adjustments: [{ actor: 'system', count: 1, paise: 100n * RUPEE }],
    });
  });

  it('has no findings when it is empty', async () => {
    const merchant = await testBooks.aMerchant();
    expect(await verify(merchant)).toMatchObject({ transactions: 0, findings: [] });
  });

  it('is found among all books, however many there are', async () => {
    // Of their own: what else goes over all books here would go over these.
    const own = await TestBooks.open();
    try {
      await own.merchants(4_001);
      const known = await own.superuser.query<{ merchant_id: string }>('SELECT merchant_id FROM books ORDER BY 1');
      const found: string[] = [];
      const all = new SqlLedgerArchive(own.process().database, new BookChecks<Sql>());
      for await (const id of all.merchantIds()) found.push(id);
      expect(found).toHaveLength(4_001);
      expect(found).toEqual(known.map(({ merchant_id }) => merchant_id));
    } finally {
      await own.close();
    }
  });

  it('has no findings while payouts go on', async () => {
    const merchant = await aBook();
    await service.fund(merchant, 10_000n * RUPEE);
    let stopped = false;
    const traffic = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!stopped) {
          const payout = await aPayout(merchant, RUPEE);
          await service.change(merchant, payout, (it, now) => it.cancel(operator(now)));
        }
      }),
    );
    const lengths: number[] = [];
    for (let i = 0; i < 20; i++) {
      const { findings, transactions } = await verify(merchant);
      expect(findings).toEqual([]);
      lengths.push(transactions);
    }
    stopped = true;
    await traffic;
    expect(lengths.at(-1)).toBeGreaterThan(lengths[0]! + 20);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  });
});

describe('HASH_MISMATCH', () => {
  it.each([
    ['id', `'01900000-0000-7000-8000-000000000001'`],
    ['kind', `'adjustment'`],
    ['reference_type', `'payment'`],
    ['reference_id', `'another'`],
    ['reverses_seq', '1'],
    ['reason', `'another'`],
    ['reason', `''`],
    ['actor', `'operator:somebody'`],
    ['created_at', `created_at - interval '1 millisecond'`],
    ['prev_hash', `sha256('another')`],
    ['hash', `sha256('another')`],
  ])('finds a transaction whose %s was changed to %s', async (column, value) => {
    const merchant = await aBook();
    const text = `UPDATE ledger_transactions SET ${column} = ${value} WHERE merchant_id = $1 AND seq = 3`;
    await tamper([text, [merchant.id]]);
    expect(await codesOf(merchant)).toContain('HASH_MISMATCH');
  });

  it('finds a transaction that was changed and hashed anew', async () => {
    const merchant = await aBook();
    const forged = { ...(await transactionsOf(merchant))[2]!, reason: 'another' };
    await tamper([
      'UPDATE ledger_transactions SET reason = $2, hash = $3 WHERE merchant_id = $1 AND seq = 3',
      [merchant.id, forged.reason, chainHash(forged.prevHash, forged)],
    ]);
    const { findings } = await verify(merchant);
    expect(findings).toMatchObject([
      { code: 'HASH_MISMATCH', detail: 'transaction 4 is not chained to the one before it' },
    ]);
  });

  it('finds money that was booked to another account, though every sum is right', async () => {
    const merchant = await aBook();
    const text = `UPDATE ledger_entries SET account = 'fees' WHERE merchant_id = $1 AND account = 'paid_out'`;
    await tamper([text, [merchant.id]]);
    expect(await codesOf(merchant)).toContain('HASH_MISMATCH');
  });

  it('finds entries that were added in balance', async () => {
    const merchant = await aBook();
    await tamper([
      `INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
       VALUES ($1, 'fees', 3, 5, 5), ($1, 'taxes', 3, -5, -5)`,
      [merchant.id],
    ]);
    expect(await codesOf(merchant)).toContain('HASH_MISMATCH');
  });
});

describe('UNBALANCED_TRANSACTION', () => {
  it('finds an amount that was changed, though its balance is right', async () => {
    const merchant = await aBook();
    await tamper([
      `UPDATE ledger_entries SET amount_paise = amount_paise + 5, balance_paise = balance_paise + 5
       WHERE merchant_id = $1 AND account = 'paid_out'`,
      [merchant.id],
    ]);
    expect(await codesOf(merchant)).toEqual(['HASH_MISMATCH', 'PAYOUT_MISMATCH', 'UNBALANCED_TRANSACTION']);
  });

  it('finds an entry that was removed', async () => {
    const merchant = await aBook();
    await tamper([`DELETE FROM ledger_entries WHERE merchant_id = $1 AND account = 'paid_out'`, [merchant.id]]);
    expect(await codesOf(merchant)).toEqual(['HASH_MISMATCH', 'PAYOUT_MISMATCH', 'UNBALANCED_TRANSACTION']);
  });

  it('finds a transaction that has lost all its entries', async () => {
    const merchant = await aBook();
    await tamper(['DELETE FROM ledger_entries WHERE merchant_id = $1 AND seq = 6', [merchant.id]]);
    expect(await codesOf(merchant)).toContain('UNBALANCED_TRANSACTION');
  });
});

describe('BALANCE_MISMATCH', () => {
  it.each(['available', 'held', 'paid_out', 'received'])('finds a balance of %s that was changed', async (account) => {
    const merchant = await aBook();
    const text = `
      UPDATE ledger_entries SET balance_paise = balance_paise + 1
      WHERE merchant_id = $1 AND account = $2 AND seq = (
        SELECT max(seq) FROM ledger_entries WHERE merchant_id = $1 AND account = $2)`;
    await tamper([text, [merchant.id, account]]);
    expect(await codesOf(merchant)).toEqual(['BALANCE_MISMATCH', 'HASH_MISMATCH']);
  });
});

describe('SEQUENCE_GAP', () => {
  const remove = (merchant: TestMerchant, seq: number): Promise<void> =>
    tamper(
      ['DELETE FROM ledger_entries WHERE merchant_id = $1 AND seq = $2', [merchant.id, seq]],
      ['DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq = $2', [merchant.id, seq]],
    );

  it.each([1, 3])('finds that transaction %s was removed with all its entries', async (seq) => {
    const merchant = await aBook();
    await remove(merchant, seq);
    expect(await codesOf(merchant)).toEqual(
      expect.arrayContaining(['BALANCE_MISMATCH', 'HASH_MISMATCH', 'SEQUENCE_GAP']),
    );
  });

  it('finds a removed transaction even when those behind it moved up', async () => {
    const merchant = await aBook();
    await remove(merchant, 3);
    for (const table of ['ledger_transactions', 'ledger_entries']) {
      for (const seq of [4, 5, 6]) {
        await tamper([`UPDATE ${table} SET seq = seq - 1 WHERE merchant_id = $1 AND seq = $2`, [merchant.id, seq]]);
      }
    }
    expect(await codesOf(merchant)).toEqual(expect.arrayContaining(['HASH_MISMATCH']));
  });

  it('finds entries whose transaction was removed', async () => {
    const merchant = await aBook();
    await tamper(['DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq = 3', [merchant.id]]);
    const { findings } = await verify(merchant);
    const orphans = findings.filter(({ detail }) => detail.includes('transaction 3, which does not exist'));
    expect(orphans.map(({ code }) => code)).toEqual(['SEQUENCE_GAP', 'SEQUENCE_GAP']);
  });

  it.each([0, -1, 7, 5_000])('finds entries of a transaction %s that never was', async (seq) => {
    const merchant = await aBook();
    await tamper([
      `INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
       VALUES ($1, 'available', $2, 5, 5), ($1, 'received', $2, -5, -5)`,
      [merchant.id, seq],
    ]);
    expect(await codesOf(merchant)).toEqual(['SEQUENCE_GAP']);
  });
});

describe('HEAD_MISMATCH', () => {
  it('finds a tail that was cut off, by a head that was stored elsewhere', async () => {
    const merchant = await aBook();
    const kept = headOf(await verify(merchant));
    expect(await codesOf(merchant, kept)).toEqual([]);
    // The third payout was never settled, it says now; and nothing in the database contradicts it.
    await tamper(
      ['DELETE FROM ledger_entries WHERE merchant_id = $1 AND seq = 6', [merchant.id]],
      ['DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq = 6', [merchant.id]],
      [
        `UPDATE payouts SET status = 'pending', next_step = 'submit', next_attempt_at = now(), events = 1,
           timeline_hash = (SELECT hash FROM payout_events WHERE payout_id = $1 AND seq = 1) WHERE id = $1`,
        [merchant.completed],
      ],
      ['DELETE FROM payout_events WHERE payout_id = $1 AND seq > 1', [merchant.completed]],
    );
    expect(await codesOf(merchant)).toEqual([]);
    expect(await codesOf(merchant, kept)).toEqual(['HEAD_MISMATCH']);
  });

  it('finds a last transaction that was changed and hashed anew', async () => {
    const merchant = await aBook();
    const kept = headOf(await verify(merchant));
    const forged = { ...(await transactionsOf(merchant)).at(-1)!, actor: 'operator:somebody' };
    await tamper([
      'UPDATE ledger_transactions SET actor = $2, hash = $3 WHERE merchant_id = $1 AND seq = 6',
      [merchant.id, forged.actor, chainHash(forged.prevHash, forged)],
    ]);
    expect(await codesOf(merchant)).toEqual([]);
    expect(await codesOf(merchant, kept)).toEqual(['HEAD_MISMATCH']);
  });
});

describe('HELD_MISMATCH', () => {
  it('finds a payout whose amount was changed', async () => {
    const merchant = await aBook();
    await tamper(['UPDATE payouts SET amount_paise = amount_paise + 1 WHERE id = $1', [merchant.pending]]);
    expect(await codesOf(merchant)).toContain('HELD_MISMATCH');
  });

  it('finds an open payout that was removed', async () => {
    const merchant = await aBook();
    await tamper(['DELETE FROM payouts WHERE id = $1', [merchant.pending]]);
    expect(await codesOf(merchant)).toContain('HELD_MISMATCH');
  });

  it('finds a payout that ended without its money', async () => {
    const merchant = await aBook();
    await tamper([
      `UPDATE payouts SET status = 'cancelled', next_step = NULL, next_attempt_at = NULL WHERE id = $1`,
      [merchant.pending],
    ]);
    expect(await codesOf(merchant)).toContain('HELD_MISMATCH');
  });
});

describe('PAYOUT_MISMATCH', () => {
  const detailsOf = async (merchant: TestMerchant, code: string): Promise<string[]> =>
    (await verify(merchant)).findings.filter((finding) => finding.code === code).map(({ detail }) => detail);

  it.each([
    [
      'pending',
      `SET status = 'completed', utr = 'UTR1', next_step = NULL, next_attempt_at = NULL`,
      /payout_settlement is due/,
    ],
    [
      'completed',
      `SET status = 'failed', failure = '{}'`,
      /payout_hold, payout_settlement of it, where payout_hold, payout_release/,
    ],
    ['completed', `SET status = 'reversed', failure = '{}'`, /payout_reversal is due/],
    ['pending', `SET recipient_account_number = '50100099990001'`, /not what was requested/],
    ['completed', `SET recipient_name = 'Eve'`, /not what was requested/],
    [
      'pending',
      'SET amount_paise = amount_paise + 1',
      /its payout_hold .* moved available −₹10\.00, held ₹10\.00, where/,
    ],
  ] as const)('finds that a %s one was changed: %s', async (which, change, detail) => {
    const merchant = await aBook();
    await tamper([`UPDATE payouts ${change} WHERE id = $1`, [merchant[which]]]);
    const details = await detailsOf(merchant, 'PAYOUT_MISMATCH');
    expect(details).toContainEqual(expect.stringMatching(detail));
    for (const found of details) expect(found).toContain(merchant[which]);
  });

  it('finds that one was invented, and that one was removed', async () => {
    const merchant = await aBook();
    const invented = nextId(Date.now());
    await tamper(
      ['CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM payouts WHERE id = $1', [merchant.completed]],
      ['UPDATE copied SET id = $1, utr = $2', [invented, `INV${invented.slice(-9).toUpperCase()}`]],
      ['INSERT INTO payouts SELECT * FROM copied'],
    );
    expect(await detailsOf(merchant, 'PAYOUT_MISMATCH')).toEqual([expect.stringContaining(`${invented} is completed`)]);
    await tamper(
      ['DELETE FROM payouts WHERE id = ANY($1)', [[invented, merchant.completed]]],
      ['DELETE FROM payout_events WHERE payout_id = $1', [merchant.completed]],
    );
    const gone = `of payout ${merchant.completed}, which does not exist`;
    expect(await detailsOf(merchant, 'PAYOUT_MISMATCH')).toEqual([
      `the ledger has a payout_hold ${gone}`,
      `the ledger has a payout_settlement ${gone}`,
    ]);
  });

  it('finds an end that somebody with the password of the service wrote, and who posted for it', async () => {
    const merchant = await aBook();
    const intruder = new Intruder(await testBooks.sqlSession('app'));
    await intruder.query(
      `UPDATE payouts SET status = 'completed', utr = 'INVENTED1', next_step = NULL, next_attempt_at = NULL WHERE id = $1`,
      [merchant.pending],
    );
    expect(await codesOf(merchant)).toEqual(['HELD_MISMATCH', 'PAYOUT_MISMATCH', 'TIMELINE_MISMATCH']);
    await intruder.post(merchant.id, settlement(merchant.pending, Money.ofPaise(10n * RUPEE), 'bank:test'));
    expect(await codesOf(merchant)).toEqual(['TIMELINE_MISMATCH']);
  });
});

it.each([
  ['under its id in capitals', (id: string) => ({ type: 'payout', id: id.toUpperCase() }) as const],
  ['under its id as that of an adjustment', (id: string) => ({ type: 'adjustment', id }) as const],
])('finds money that came back of a payout %s', async (_how, causeOf) => {
  const merchant = await aBook();
  const intruder = new Intruder(await testBooks.sqlSession('app'));
  const posting = reversal(merchant.completed, Money.ofPaise(1_000_000n * RUPEE), 'bank:test', 1);
  await intruder.post(merchant.id, { ...posting, cause: causeOf(merchant.completed) });
  expect(await codesOf(merchant)).toEqual(['PAYOUT_MISMATCH']);
});

it('finds a book that cannot be read, and what else is wrong with it, and reads the others', async () => {
  const merchant = await aBook();
  await tamper([`UPDATE payout_events SET at = 'infinity' WHERE payout_id = $1 AND seq = 1`, [merchant.pending]]);
  expect(await codesOf(merchant)).toEqual(['UNREADABLE']);
  await tamper([`UPDATE ledger_transactions SET reason = 'forged' WHERE merchant_id = $1 AND seq = 1`, [merchant.id]]);
  expect(await codesOf(merchant)).toEqual(['HASH_MISMATCH', 'UNREADABLE']);
  expect(await codesOf(await aBook())).toEqual([]);
});

it('finds a contradiction of the bank that somebody took back', async () => {
  const merchant = await aBook();
  await service.change(merchant, merchant.completed, (it, now) => {
    it.contradict({ bank_says: { kind: 'not_found' } }, { now, actor: 'bank:test' });
  });
  expect(await codesOf(merchant)).toEqual(['BANK_DISAGREES']);
  const intruder = new Intruder(await testBooks.sqlSession('app'));
  await intruder.query('UPDATE payouts SET bank_disagrees = false WHERE id = $1', [merchant.completed]);
  expect(await codesOf(merchant)).toEqual(['TIMELINE_MISMATCH']);
});

it('takes no adjustment for a line of the order under whose id it was made', async () => {
  const merchant = await aBook();
  await service.fund(merchant, RUPEE, merchant.completed);
  expect(await codesOf(merchant)).toEqual([]);
});

describe('TIMELINE_MISMATCH', () => {
  it.each([
    ['completed', `DELETE FROM payout_events WHERE payout_id = $1 AND seq = 2`, /event 3 stands where 2 is due/],
    ['completed', `DELETE FROM payout_events WHERE payout_id = $1 AND seq = 3`, /counts 3 events and has 2/],
    [
      'completed',
      `UPDATE payout_events SET data = '{"utr":"ANOTHER"}' WHERE payout_id = $1 AND seq = 3`,
      /another UTR/,
    ],
    ['pending', `UPDATE payout_events SET actor = 'merchant:another' WHERE payout_id = $1`, /another one requested it/],
    [
      'pending',
      `UPDATE payout_events SET to_status = 'processing' WHERE payout_id = $1`,
      /event 1 .* to processing after null/,
    ],
    [
      'pending',
      `INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, data)
       SELECT merchant_id, payout_id, 2, 'payout.cancelled', 'pending', 'cancelled', now(), 'merchant:test', '{}'
       FROM payout_events WHERE payout_id = $1`,
      /its timeline ends as cancelled/,
    ],
  ] as const)('finds that the lines of a %s one were tampered with: %s', async (which, statement, detail) => {
    const merchant = await aBook();
    await tamper([statement, [merchant[which]]]);
    const { findings } = await verify(merchant);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['TIMELINE_HASH_MISMATCH', 'TIMELINE_MISMATCH']));
    expect(findings.map((finding) => finding.detail)).toContainEqual(expect.stringMatching(detail));
  });

  it('finds a line that somebody with the password of the service has appended', async () => {
    const merchant = await aBook();
    const intruder = new Intruder(await testBooks.sqlSession('app'));
    await intruder.query(
      `INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, reason, data)
       VALUES ($1, $2, 4, 'payout.bank_answered', 'completed', 'completed', now(), 'bank:test', 'forged', '{}')`,
      [merchant.id, merchant.completed],
    );
    expect(await codesOf(merchant)).toEqual(['TIMELINE_HASH_MISMATCH', 'TIMELINE_MISMATCH']);
  });
});

describe('BANK_DISAGREES', () => {
  it('finds a payout that the bank has contradicted after its end', async () => {
    const merchant = await aBook();
    await service.change(merchant, merchant.completed, (payout, now) =>
      payout.contradict({ bank_says: 'no' }, bank(now)),
    );
    const { findings } = await verify(merchant);
    expect(findings).toMatchObject([{ code: 'BANK_DISAGREES', merchantId: merchant.id }]);
    expect(findings[0]!.detail).toContain(merchant.completed);
  });
});

describe('UTR_REUSED', () => {
  it('finds two payouts that share a UTR, also of two merchants', async () => {
    const [merchant, other] = [await aBook(), await aBook()];
    const utr = `SHARED${Date.now()}`;
    for (const { completed } of [merchant, other])
      await tamper(['UPDATE payouts SET utr = $2 WHERE id = $1', [completed, utr]]);
    const findings = (await verify(merchant)).findings.filter(({ code }) => code === 'UTR_REUSED');
    expect(findings).toMatchObject([{ merchantId: merchant.id }]);
    expect(findings[0]!.detail).toContain(other.completed);
    for (const { completed } of [merchant, other])
      await tamper([
        'UPDATE payouts SET utr = $2 WHERE id = $1',
        [completed, `UTR${completed.slice(-12).toUpperCase()}`],
      ]);
    expect(await codesOf(merchant)).toEqual([]);
  });
});

describe('the UTRs of a book', () => {
  const OTHERS = 20_000;

  it('are looked up one by one, however many payouts the other merchants have', async () => {
    const own = await TestBooks.open();
    try {
      const [merchant, other] = (await own.merchants(2, 1_000n * RUPEE)) as [TestMerchant, TestMerchant];
      const { body } = await own.process().payOut(merchant, RUPEE);
      const { id } = JSON.parse(body) as { id: string };
      const superuser = await own.sqlSession('superuser');
      await superuser.tamper(
        [
          `UPDATE payouts SET status = 'completed', utr = 'UTR1', next_step = NULL, next_attempt_at = NULL WHERE id = $1`,
          [id],
        ],
        ['CREATE TEMP TABLE copied AS SELECT p.*, n FROM payouts p, generate_series(1, $1::integer) AS n', [OTHERS]],
        [
          `UPDATE copied SET merchant_id = $1, bank_account_id = $2, id = gen_random_uuid(), utr = 'SIM' || n`,
          [other.id, other.bankAccountId],
        ],
        ['ALTER TABLE copied DROP COLUMN n'],
        ['INSERT INTO payouts SELECT * FROM copied'],
      );
      await superuser.query('VACUUM (ANALYZE) payouts');
      const { database } = own.process();
      const utrs = checkPayouts.judged.find(({ name }) => name === 'UTRs')!;
      const readRows = () =>
        database.transaction(async (sql) => {
          const book = {
            sql,
            merchantId: merchant.id,
            boundTo: null,
            search: {},
            linesOf: () => Promise.resolve([]),
            since: null,
          };
          for await (const { findings } of utrs.slices(book, null)) expect(findings).toEqual([]);
          const [row] = await sql.query<{ rows: string }>(
            `SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'payouts'`,
          );
          return Number(row!.rows);
        });
      expect(await readRows()).toBeLessThan(10);
    } finally {
      await own.close();
    }
  });
});

describe('CALLBACK_REFUSED', () => {
  it('finds what a bank has signed and cannot be right, and nothing that was taken in', async () => {
    const merchant = await aBook();
    const keep = (eventId: string, outcome: string) =>
      testBooks.superuser.query(
        `INSERT INTO gateway_callbacks (gateway, event_id, reference, amount_minor, ending, body_digest, next_try_at, outcome)
         VALUES ('bank-simulator', $1, $2, 1, '{}', repeat('0', 64), NULL, $3)`,
        [`${eventId}-${merchant.completed}`, merchant.completed, outcome],
      );
    await keep('good', 'taken_in');
    expect(await codesOf(merchant)).toEqual([]);
    await keep('bad', 'amount_mismatch');
    expect(await codesOf(merchant)).toEqual(['CALLBACK_REFUSED']);
  });
});

/** What the heads that `verify` prints are when somebody gives them back. */
function headOf({ head }: VerifiedBook): ExpectedHead {
  const [seq, hash] = head.split(':') as [string, string];
  return { seq: Number(seq), hash };
}

describe('a book that was verified before', () => {
  const verifySince = (merchant: TestMerchant, since: ExpectedHead): Promise<VerifiedBook> =>
    verify(merchant, { since: new Map([[merchant.id, since]]) });

  async function codesSince(merchant: TestMerchant, since: ExpectedHead): Promise<string[]> {
    const { findings } = await verifySince(merchant, since);
    return [...new Set(findings.map(({ code }) => code))].sort();
  }

  /** Verified, and gone on since: the pending payout was paid, another one was requested and is open. */
  async function grown() {
    const merchant = await aBook();
    const since = headOf(await verify(merchant));
    await service.change(merchant, merchant.pending, (payout, now) => payout.sendOff(operator(now)));
    await service.change(merchant, merchant.pending, (payout, now) =>
      payout.complete(`UTR${merchant.pending.slice(-12).toUpperCase()}`, bank(now)),
    );
    return { ...merchant, since, requested: await aPayout(merchant, 5n * RUPEE) };
  }

  it('is read from there on, comes to the same head, and says what was not read', async () => {
    const merchant = await grown();
    const whole = await verify(merchant);
    const after = await verifySince(merchant, merchant.since);
    expect(after).toEqual({ ...whole, unread: 6, adjustments: [] });
    expect(after).toMatchObject({ transactions: 8, findings: [] });
    expect(await verifySince(merchant, headOf(whole))).toMatchObject({ transactions: 8, unread: 8, findings: [] });
  });

  it.each([
    [
      'a new transaction',
      'HASH_MISMATCH',
      `UPDATE ledger_transactions SET actor = 'x' WHERE seq = 7 AND merchant_id = $1`,
    ],
    [
      'a new balance',
      'BALANCE_MISMATCH',
      `UPDATE ledger_entries SET balance_paise = 1 WHERE account = 'held' AND seq = 8 AND merchant_id = $1`,
    ],
    [
      'a payout of since',
      'PAYOUT_MISMATCH',
      `UPDATE payouts SET recipient_name = 'Eve' WHERE merchant_id = $1 AND status = 'pending'`,
    ],
    ['one that was paid since', 'PAYOUT_MISMATCH', `UPDATE payouts SET recipient_name = 'Eve' WHERE id = $2`],
    ['its timeline', 'TIMELINE_MISMATCH', `DELETE FROM payout_events WHERE payout_id = $2 AND seq = 2`],
    [
      'the held money',
      'HELD_MISMATCH',
      `UPDATE payouts SET amount_paise = amount_paise + 1 WHERE merchant_id = $1 AND status = 'pending'`,
    ],
    [
      'a new timeline of nothing',
      'PAYOUT_MISMATCH',
      `DELETE FROM payouts WHERE merchant_id = $1 AND status = 'pending'`,
    ],
  ])('finds what was done to %s', async (_what, code, statement) => {
    const merchant = await grown();
    const values = [merchant.id, merchant.pending].slice(0, statement.includes('$2') ? 2 : 1);
    const text = statement.includes('$1') ? statement : statement.replace('$2', '$1');
    await tamper([text, statement.includes('$1') ? values : [merchant.pending]]);
    expect(await codesSince(merchant, merchant.since)).toContain(code);
  });

  it('finds what was done to a payout that was open then and is open still', async () => {
    const merchant = await aBook();
    const since = headOf(await verify(merchant));
    await tamper([`UPDATE payouts SET recipient_name = 'Eve' WHERE id = $1`, [merchant.pending]]);
    expect(await codesSince(merchant, since)).toEqual(['PAYOUT_MISMATCH']);
  });

  it('names each fault once, though the payout is new, has moved money and is open', async () => {
    const merchant = await grown();
    await tamper([
      `UPDATE payouts SET recipient_name = 'Eve' WHERE id = ANY($1)`,
      [[merchant.pending, merchant.requested]],
    ]);
    const { findings } = await verifySince(merchant, merchant.since);
    expect(findings.map(({ detail }) => detail.split(' ')[1]).sort()).toEqual(
      [merchant.pending, merchant.requested].sort(),
    );
  });

  it('does not find what was changed before and has moved no money since: a full run does', async () => {
    const merchant = await grown();
    await tamper([`UPDATE payouts SET recipient_name = 'Eve' WHERE id = $1`, [merchant.completed]]);
    await tamper([`UPDATE ledger_transactions SET reason = 'x' WHERE merchant_id = $1 AND seq = 2`, [merchant.id]]);
    expect(await codesSince(merchant, merchant.since)).toEqual([]);
    expect(await codesOf(merchant)).toEqual(['HASH_MISMATCH', 'PAYOUT_MISMATCH']);
  });

  it('finds one UTR on a payout of since and one of before', async () => {
    const merchant = await grown();
    await tamper([
      'UPDATE payouts SET utr = (SELECT utr FROM payouts WHERE id = $1) WHERE id = $2',
      [merchant.completed, merchant.pending],
    ]);
    expect(await codesSince(merchant, merchant.since)).toEqual(['TIMELINE_MISMATCH', 'UTR_REUSED']);
  });

  it.each([
    ['was changed', `UPDATE ledger_transactions SET actor = 'x' WHERE merchant_id = $1 AND seq = 6`],
    ['is gone', `DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq >= 6`],
  ])('is read whole where the transaction %s', async (_how, statement) => {
    const merchant = await grown();
    await tamper([statement, [merchant.id]]);
    const { findings, unread } = await verifySince(merchant, merchant.since);
    expect(findings[0]).toMatchObject({
      code: 'HEAD_MISMATCH',
      detail: expect.stringContaining('all of the book was read'),
    });
    expect(unread).toBe(0);
  });

  it('goes on wherever it was stopped, and finds nothing twice', async () => {
    const merchant = await aBook();
    const moved = await aPayout(merchant, RUPEE);
    const since = new Map([[merchant.id, headOf(await verify(merchant))]]);
    await service.change(merchant, moved, (payout, now) => payout.cancel(operator(now)));
    const requested = await aPayout(merchant, RUPEE);
    const payouts = [merchant.pending, moved, requested];
    await tamper([`UPDATE payouts SET recipient_name = 'Eve' WHERE id = ANY($1)`, [payouts]]);
    const points: BookPoint[] = [];
    const whole = await verify(merchant, { since, watch: ({ point }) => points.push(point!()) });
    expect(whole.findings).toHaveLength(payouts.length);
    for (const point of points) {
      const resume = { verified: new Map(), within: { merchantId: merchant.id, point } };
      expect(await verify(merchant, { since, resume })).toEqual(whole);
    }
  });

  it('shows where a head that was given is not that of its own content', async () => {
    const merchant = await grown();
    await tamper([
      'UPDATE ledger_entries SET amount_paise = amount_paise + 1 WHERE merchant_id = $1 AND seq = 6',
      [merchant.id],
    ]);
    expect(await codesSince(merchant, merchant.since)).toContain('HEAD_MISMATCH');
  });

  it('is compared with a head that was stored of what is not read', async () => {
    const merchant = await grown();
    const stored = (await transactionsOf(merchant))[2]!;
    const expected = { seq: 3, hash: Buffer.from(stored.hash).toString('hex') };
    const withHead = (expectedHead: ExpectedHead): Promise<VerifiedBook> =>
      verify(merchant, { expectedHead, since: new Map([[merchant.id, merchant.since]]) });
    expect(await withHead(expected)).toMatchObject({ unread: 6, findings: [] });
    const another = { ...expected, hash: 'ab'.repeat(32) };
    expect((await withHead(another)).findings).toMatchObject([
      { code: 'HEAD_MISMATCH', detail: `transaction 3 is ${expected.hash}, expected ${another.hash}` },
    ]);
    await tamper([`UPDATE ledger_transactions SET reason = 'x' WHERE merchant_id = $1 AND seq = 3`, [merchant.id]]);
    expect((await withHead(expected)).findings).toMatchObject([{ code: 'HEAD_MISMATCH' }]);
  });

  it('shows balances of before that do not sum to nothing', async () => {
    const merchant = await grown();
    await tamper([
      `UPDATE ledger_entries SET balance_paise = balance_paise + 1 WHERE merchant_id = $1 AND account = 'received'`,
      [merchant.id],
    ]);
    expect(await codesSince(merchant, merchant.since)).toEqual(['BALANCE_MISMATCH']);
  });
});

describe('a run that was stopped', () => {
  /** Where the run was after each slice. */
  async function pointsOf(merchant: TestMerchant): Promise<BookPoint[]> {
    const points: BookPoint[] = [];
    await verify(merchant, { watch: ({ point }) => points.push(JSON.parse(JSON.stringify(point!())) as BookPoint) });
    return points;
  }

  const goOn = (merchant: TestMerchant, point: BookPoint): Promise<VerifiedBook> =>
    verify(merchant, { resume: { verified: new Map(), within: { merchantId: merchant.id, point } } });

  it('goes on wherever it was, and comes to the same end', async () => {
    const merchant = await aBook();
    const whole = await verify(merchant);
    const points = await pointsOf(merchant);
    expect(points.map(({ part }) => part?.name)).toEqual(expect.arrayContaining([undefined, 'UTRs', 'payouts']));
    for (const point of points) expect(await goOn(merchant, point)).toEqual(whole);
  });

  it('has not forgotten what it had found', async () => {
    const merchant = await aBook();
    await tamper([`UPDATE ledger_transactions SET actor = 'x' WHERE merchant_id = $1 AND seq = 3`, [merchant.id]]);
    await tamper([`UPDATE payouts SET recipient_name = 'Eve' WHERE id = $1`, [merchant.completed]]);
    const whole = await verify(merchant);
    for (const point of await pointsOf(merchant)) expect(await goOn(merchant, point)).toEqual(whole);
  });

  it('does not read again what it has read, and reads what has come since', async () => {
    const merchant = await aBook();
    const [point] = await pointsOf(merchant);
    await aPayout(merchant, RUPEE);
    await tamper([`UPDATE ledger_transactions SET reason = 'x' WHERE merchant_id = $1 AND seq = 3`, [merchant.id]]);
    expect(await goOn(merchant, point!)).toMatchObject({ transactions: 7, findings: [] });
  });

  it('leaves out the books that it had verified', async () => {
    const [first, second] = [await aBook(), await aBook()];
    const verified = new Map([[first.id, headOf(await verify(first))]]);
    const found: string[] = [];
    for await (const { merchantId } of new VerifyBooks(archive).execute(null, { resume: { verified, within: null } }))
      found.push(merchantId);
    expect(found).not.toContain(first.id);
    expect(found).toContain(second.id);
  });

  it('does not go on with books that are not those', async () => {
    const merchant = await aBook();
    const stored = headOf(await verify(merchant));
    const books = new VerifyBooks(archive);
    const [point] = await pointsOf(merchant);
    const verified = { verified: new Map([[merchant.id, stored]]), within: null };
    const within = { verified: new Map(), within: { merchantId: merchant.id, point: point! } };
    for (const fitting of [verified, within]) expect(await books.misfit(fitting)).toBeNull();
    await tamper([
      `UPDATE ledger_transactions SET hash = sha256('x') WHERE merchant_id = $1 AND seq = 6`,
      [merchant.id],
    ]);
    for (const other of [verified, within]) expect(await books.misfit(other)).toMatchObject({ stored });
    await tamper([`DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq = 6`, [merchant.id]]);
    expect(await books.misfit(verified)).toEqual({ merchantId: merchant.id, stored, found: null });
  });
});

describe('one broken book', () => {
  it('is the only one with findings', async () => {
    const own = await TestBooks.open();
    try {
      const merchants = await own.merchants(5, 100n * RUPEE);
      await own.superuser.query('SET session_replication_role = replica');
      await own.superuser.query(`UPDATE ledger_transactions SET actor = 'x' WHERE merchant_id = $1`, [
        merchants[2]!.id,
      ]);
      const books: VerifiedBook[] = [];
      const all = new SqlLedgerArchive(own.process().database, new BookChecks<Sql>());
      for await (const book of new VerifyBooks(all).execute(null)) books.push(book);
      expect(books).toHaveLength(5);
      expect(books.filter(({ findings }) => findings.length > 0).map(({ merchantId }) => merchantId)).toEqual([
        merchants[2]!.id,
      ]);
    } finally {
      await own.close();
    }
  });

  it('is listed a hundred times and no more', async () => {
    const merchant = await testBooks.aMerchant(100_000n * RUPEE);
    await Promise.all(Array.from({ length: 150 }, () => service.payOut(merchant, RUPEE)));
    await tamper([`UPDATE ledger_transactions SET actor = 'x' WHERE merchant_id = $1`, [merchant.id]]);
    expect((await verify(merchant)).findings).toHaveLength(100);
  });
});
