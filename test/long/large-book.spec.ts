import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VerifiedBook } from '../../src/modules/ledger/application/verified-book.js';
import { VerifyBooks } from '../../src/modules/ledger/application/verify-books.js';
import { BookChecks } from '../../src/modules/ledger/domain/book-checks.js';
import { adjustment, append, type LedgerHead } from '../../src/modules/ledger/domain/ledger.js';
import { GENESIS } from '../../src/modules/ledger/domain/transaction.js';
import { LedgerTransactionStore } from '../../src/modules/ledger/infrastructure/ledger-store.js';
import { SqlLedgerArchive } from '../../src/modules/ledger/infrastructure/sql-ledger-archive.js';
import type { Sql } from '../../src/platform/database/statements/sql.js';
import { nextId } from '../../src/shared/ids.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant } from '../support/write-process.js';

const RUPEE = 100n;

describe('a book of 100,000 transactions', () => {
  const LENGTH = 100_000;
  let own: TestBooks;
  let books: VerifyBooks;
  let long: TestMerchant;
  let short: TestMerchant;

  beforeAll(async () => {
    own = await TestBooks.open();
    // The triggers have their own spec.
    await own.superuser.query('SET session_replication_role = replica');
    [long, short] = (await own.merchants(2)) as [TestMerchant, TestMerchant];
    // Autovacuum would count as reads of the test.
    for (const table of ['ledger_transactions', 'ledger_entries'])
      await own.superuser.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    await fill(long, LENGTH);
    await fill(short, LENGTH / 10);
    await own.superuser.query('VACUUM (ANALYZE) ledger_transactions, ledger_entries');
    const checks = new BookChecks<Sql>();
    // Connections report their reads to the statistics only now and then, or when asked to.
    checks.add({
      holders: 'nobody’s orders',
      held: async (sql) => {
        await sql.query('SELECT pg_stat_force_next_flush()');
        return 0n;
      },
      judged: [],
      computed: [],
    });
    books = new VerifyBooks(new SqlLedgerArchive(own.process().database, checks));
  });

  afterAll(async () => {
    await own.close();
  });

  async function fill(merchant: TestMerchant, length: number): Promise<void> {
    const at = new Date();
    let head: LedgerHead = {
      seq: 0,
      id: null,
      hash: GENESIS,
      balances: { available: 0n, held: 0n, paid_out: 0n, received: 0n, fees: 0n, taxes: 0n },
    };
    while (head.seq < length) {
      const staged = Array.from({ length: 10_000 }, () => {
        const posting = adjustment(String(head.seq), RUPEE, { actor: 'system', reason: 'a long book' });
        const { transaction: row, head: next } = append(merchant.id, head, posting, nextId(at.getTime(), head.id), at);
        head = next;
        return { merchantId: merchant.id, key: String(row.seq), row, isNew: true };
      });
      await own.superuser.together(new LedgerTransactionStore().flush(staged, null));
    }
  }

  async function verified({ id }: TestMerchant): Promise<VerifiedBook | undefined> {
    for await (const book of books.execute(id)) return book;
    return undefined;
  }

  it('is verified in the memory that a slice of it takes', async () => {
    v8.setFlagsFromString('--expose-gc');
    const collectGarbage = vm.runInNewContext('gc') as () => void;
    const live = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = live();
    const growth: number[] = [];
    let timer: NodeJS.Timeout;
    // Garbage collection takes at most a fifth of the time, however large other tests have made this process's heap.
    const look = (): void => {
      const begun = performance.now();
      growth.push(live() - before);
      timer = setTimeout(look, Math.max(100, 4 * (performance.now() - begun)));
    };
    look();
    expect(await verified(long)).toMatchObject({ transactions: LENGTH, findings: [] });
    clearTimeout(timer!);
    expect(growth.length).toBeGreaterThan(3);
    // A slice is some megabytes; the whole book would be more than a hundred.
    expect(Math.max(...growth)).toBeLessThan(30 * 2 ** 20);
  });

  it('costs as much for each of them as a book of 10,000: no slice begins at the beginning', async () => {
    const pagesPerTransaction = async (merchant: TestMerchant, length: number): Promise<number> => {
      const before = await pages();
      expect(await verified(merchant)).toMatchObject({ transactions: length });
      return ((await pages()) - before) / length;
    };
    const costWhenShort = await pagesPerTransaction(short, LENGTH / 10);
    expect(await pagesPerTransaction(long, LENGTH)).toBeLessThan(1.5 * costWhenShort);
  });

  async function pages(): Promise<number> {
    const [row] = await own.superuser.query<{ pages: string }>(
      `SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read) AS pages
       FROM pg_statio_user_tables WHERE relname IN ('ledger_transactions', 'ledger_entries')`,
    );
    return Number(row!.pages);
  }
});
