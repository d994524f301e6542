import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VerifiedBook } from '../../src/modules/ledger/application/verified-book.js';
import { VerifyBooks } from '../../src/modules/ledger/application/verify-books.js';
import { BookChecks } from '../../src/modules/ledger/domain/book-checks.js';
import { chainHash } from '../../src/modules/ledger/domain/transaction.js';
import { SqlLedgerArchive } from '../../src/modules/ledger/infrastructure/sql-ledger-archive.js';
import type { Sql } from '../../src/platform/database/statements/sql.js';
import { headOf, operator, RUPEE, VerifiedBooks } from '../support/verified-books.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant } from '../support/write-process.js';

let books: VerifiedBooks;

beforeAll(async () => {
  books = await VerifiedBooks.open();
});

afterAll(() => books.close());

describe('a book that nobody has touched', () => {
  it('has no findings, and shows how long it is and where it ends', async () => {
    const merchant = await books.aBook();
    const { hash } = (await books.transactionsOf(merchant)).at(-1)!;
    expect(await books.verify(merchant)).toEqual({
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
    const merchant = await books.aMerchant();
    expect(await books.verify(merchant)).toMatchObject({ transactions: 0, findings: [] });
  });

  it('is found among all books, however many there are', async () => {
    // On a separate database: tests that go over all books here would go over these, too.
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
    const merchant = await books.aBook();
    await books.service.fund(merchant, 10_000n * RUPEE);
    let stopped = false;
    const traffic = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!stopped) {
          const payout = await books.aPayout(merchant, RUPEE);
          await books.service.change(merchant, payout, (it, now) => it.cancel(operator(now)));
        }
      }),
    );
    const lengths: number[] = [];
    for (let i = 0; i < 20; i++) {
      const { findings, transactions } = await books.verify(merchant);
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
    const merchant = await books.aBook();
    const text = `UPDATE ledger_transactions SET ${column} = ${value} WHERE merchant_id = $1 AND seq = 3`;
    await books.tamper([text, [merchant.id]]);
    expect(await books.codesOf(merchant)).toContain('HASH_MISMATCH');
  });

  it('finds a transaction that was changed and hashed anew', async () => {
    const merchant = await books.aBook();
    const forged = { ...(await books.transactionsOf(merchant))[2]!, reason: 'another' };
    await books.tamper([
      'UPDATE ledger_transactions SET reason = $2, hash = $3 WHERE merchant_id = $1 AND seq = 3',
      [merchant.id, forged.reason, chainHash(forged.prevHash, forged)],
    ]);
    const { findings } = await books.verify(merchant);
    expect(findings).toMatchObject([
      { code: 'HASH_MISMATCH', detail: 'transaction 4 is not chained to the one before it' },
    ]);
  });

  it('finds money that was booked to another account, though every sum is right', async () => {
    const merchant = await books.aBook();
    const text = `UPDATE ledger_entries SET account = 'fees' WHERE merchant_id = $1 AND account = 'paid_out'`;
    await books.tamper([text, [merchant.id]]);
    expect(await books.codesOf(merchant)).toContain('HASH_MISMATCH');
  });

  it('finds entries that were added in balance', async () => {
    const merchant = await books.aBook();
    await books.tamper([
      `INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
       VALUES ($1, 'fees', 3, 5, 5), ($1, 'taxes', 3, -5, -5)`,
      [merchant.id],
    ]);
    expect(await books.codesOf(merchant)).toContain('HASH_MISMATCH');
  });
});

describe('UNBALANCED_TRANSACTION', () => {
  it('finds an amount that was changed, though its balance is right', async () => {
    const merchant = await books.aBook();
    await books.tamper([
      `UPDATE ledger_entries SET amount_paise = amount_paise + 5, balance_paise = balance_paise + 5
       WHERE merchant_id = $1 AND account = 'paid_out'`,
      [merchant.id],
    ]);
    expect(await books.codesOf(merchant)).toEqual(['HASH_MISMATCH', 'PAYOUT_MISMATCH', 'UNBALANCED_TRANSACTION']);
  });

  it('finds an entry that was removed', async () => {
    const merchant = await books.aBook();
    await books.tamper([`DELETE FROM ledger_entries WHERE merchant_id = $1 AND account = 'paid_out'`, [merchant.id]]);
    expect(await books.codesOf(merchant)).toEqual(['HASH_MISMATCH', 'PAYOUT_MISMATCH', 'UNBALANCED_TRANSACTION']);
  });

  it('finds a transaction that has lost all its entries', async () => {
    const merchant = await books.aBook();
    await books.tamper(['DELETE FROM ledger_entries WHERE merchant_id = $1 AND seq = 6', [merchant.id]]);
    expect(await books.codesOf(merchant)).toContain('UNBALANCED_TRANSACTION');
  });
});

describe('BALANCE_MISMATCH', () => {
  it.each(['available', 'held', 'paid_out', 'received'])('finds a balance of %s that was changed', async (account) => {
    const merchant = await books.aBook();
    const text = `
      UPDATE ledger_entries SET balance_paise = balance_paise + 1
      WHERE merchant_id = $1 AND account = $2 AND seq = (
        SELECT max(seq) FROM ledger_entries WHERE merchant_id = $1 AND account = $2)`;
    await books.tamper([text, [merchant.id, account]]);
    expect(await books.codesOf(merchant)).toEqual(['BALANCE_MISMATCH', 'HASH_MISMATCH']);
  });
});

describe('SEQUENCE_GAP', () => {
  const remove = (merchant: TestMerchant, seq: number): Promise<void> =>
    books.tamper(
      ['DELETE FROM ledger_entries WHERE merchant_id = $1 AND seq = $2', [merchant.id, seq]],
      ['DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq = $2', [merchant.id, seq]],
    );

  it.each([1, 3])('finds that transaction %s was removed with all its entries', async (seq) => {
    const merchant = await books.aBook();
    await remove(merchant, seq);
    expect(await books.codesOf(merchant)).toEqual(
      expect.arrayContaining(['BALANCE_MISMATCH', 'HASH_MISMATCH', 'SEQUENCE_GAP']),
    );
  });

  it('finds a removed transaction even when those behind it moved up', async () => {
    const merchant = await books.aBook();
    await remove(merchant, 3);
    for (const table of ['ledger_transactions', 'ledger_entries']) {
      for (const seq of [4, 5, 6]) {
        await books.tamper([
          `UPDATE ${table} SET seq = seq - 1 WHERE merchant_id = $1 AND seq = $2`,
          [merchant.id, seq],
        ]);
      }
    }
    expect(await books.codesOf(merchant)).toEqual(expect.arrayContaining(['HASH_MISMATCH']));
  });

  it('finds entries whose transaction was removed', async () => {
    const merchant = await books.aBook();
    await books.tamper(['DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq = 3', [merchant.id]]);
    const { findings } = await books.verify(merchant);
    const orphans = findings.filter(({ detail }) => detail.includes('transaction 3, which does not exist'));
    expect(orphans.map(({ code }) => code)).toEqual(['SEQUENCE_GAP', 'SEQUENCE_GAP']);
  });

  it.each([0, -1, 7, 5_000])('finds entries of a transaction %s that never was', async (seq) => {
    const merchant = await books.aBook();
    await books.tamper([
      `INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
       VALUES ($1, 'available', $2, 5, 5), ($1, 'received', $2, -5, -5)`,
      [merchant.id, seq],
    ]);
    expect(await books.codesOf(merchant)).toEqual(['SEQUENCE_GAP']);
  });
});

describe('HEAD_MISMATCH', () => {
  it('finds a tail that was cut off, by a head that was stored elsewhere', async () => {
    const merchant = await books.aBook();
    const expectedHead = headOf(await books.verify(merchant));
    expect(await books.codesOf(merchant, { expectedHead })).toEqual([]);
    // The tampered book says that the third payout was never settled, and nothing in the database contradicts it.
    await books.tamper(
      ['DELETE FROM ledger_entries WHERE merchant_id = $1 AND seq = 6', [merchant.id]],
      ['DELETE FROM ledger_transactions WHERE merchant_id = $1 AND seq = 6', [merchant.id]],
      [
        `UPDATE payouts SET status = 'pending', next_step = 'submit', next_attempt_at = now(), events = 1,
           timeline_hash = (SELECT hash FROM payout_events WHERE payout_id = $1 AND seq = 1) WHERE id = $1`,
        [merchant.completed],
      ],
      ['DELETE FROM payout_events WHERE payout_id = $1 AND seq > 1', [merchant.completed]],
    );
    expect(await books.codesOf(merchant)).toEqual([]);
    expect(await books.codesOf(merchant, { expectedHead })).toEqual(['HEAD_MISMATCH']);
  });

  it('finds a last transaction that was changed and hashed anew', async () => {
    const merchant = await books.aBook();
    const expectedHead = headOf(await books.verify(merchant));
    const forged = { ...(await books.transactionsOf(merchant)).at(-1)!, actor: 'operator:somebody' };
    await books.tamper([
      'UPDATE ledger_transactions SET actor = $2, hash = $3 WHERE merchant_id = $1 AND seq = 6',
      [merchant.id, forged.actor, chainHash(forged.prevHash, forged)],
    ]);
    expect(await books.codesOf(merchant)).toEqual([]);
    expect(await books.codesOf(merchant, { expectedHead })).toEqual(['HEAD_MISMATCH']);
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
      const found: VerifiedBook[] = [];
      const all = new SqlLedgerArchive(own.process().database, new BookChecks<Sql>());
      for await (const book of new VerifyBooks(all).execute(null)) found.push(book);
      expect(found).toHaveLength(5);
      expect(found.filter(({ findings }) => findings.length > 0).map(({ merchantId }) => merchantId)).toEqual([
        merchants[2]!.id,
      ]);
    } finally {
      await own.close();
    }
  });

  it('is listed a hundred times and no more', async () => {
    const merchant = await books.aMerchant(100_000n * RUPEE);
    await Promise.all(Array.from({ length: 150 }, () => books.service.payOut(merchant, RUPEE)));
    await books.tamper([`UPDATE ledger_transactions SET actor = 'x' WHERE merchant_id = $1`, [merchant.id]]);
    expect((await books.verify(merchant)).findings).toHaveLength(100);
  });
});
