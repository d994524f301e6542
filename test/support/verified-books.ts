import type { ExpectedHead, VerifiedBook } from '../../src/modules/ledger/application/verified-book.js';
import { VerifyBooks, type VerifyOptions } from '../../src/modules/ledger/application/verify-books.js';
import { BookChecks } from '../../src/modules/ledger/domain/book-checks.js';
import type { Transaction } from '../../src/modules/ledger/domain/transaction.js';
import { SqlLedgerArchive } from '../../src/modules/ledger/infrastructure/sql-ledger-archive.js';
import { checkPayments } from '../../src/modules/payments/infrastructure/payment-check.js';
import { checkPayouts } from '../../src/modules/payouts/infrastructure/payout-check.js';
import type { Sql } from '../../src/platform/database/statements/sql.js';
import type { Moment } from '../../src/shared/moment.js';
import type { SqlSession } from './sql-session.js';
import { TestBooks } from './write-path.js';
import type { TestMerchant, WriteProcess } from './write-process.js';

export const RUPEE = 100n;

export const operator = (now: Moment) => ({ now, actor: 'operator:test' });
export const bank = (now: Moment) => ({ now, actor: 'bank:test' });

/** Converts a head that `verify` printed into the form in which it is given back. */
export function headOf({ head }: VerifiedBook): ExpectedHead {
  const [seq, hash] = head.split(':') as [string, string];
  return { seq: Number(seq), hash };
}

/** Books that a test tampers with, and what `verify` finds in them. */
export class VerifiedBooks {
  private constructor(
    private readonly books: TestBooks,
    readonly service: WriteProcess,
    readonly archive: SqlLedgerArchive,
  ) {}

  static async open(): Promise<VerifiedBooks> {
    const books = await TestBooks.open();
    const service = books.process();
    const checks = new BookChecks<Sql>();
    checks.add(checkPayouts);
    checks.add(checkPayments);
    // A test that tampers with tables may also tamper with the constraints that guard them.
    await books.superuser.query('ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_cause');
    await books.superuser.query('ALTER TABLE payout_events DROP CONSTRAINT payout_events_finite');
    return new VerifiedBooks(books, service, new SqlLedgerArchive(service.database, checks));
  }

  get superuser(): SqlSession {
    return this.books.superuser;
  }

  close(): Promise<void> {
    return this.books.close();
  }

  sqlSession(role: 'app'): Promise<SqlSession> {
    return this.books.sqlSession(role);
  }

  aMerchant(availablePaise = 0n): Promise<TestMerchant> {
    return this.books.aMerchant(availablePaise);
  }

  async aPayout(merchant: TestMerchant, paise: bigint): Promise<string> {
    const { body } = await this.service.payOut(merchant, paise);
    return (JSON.parse(body) as { id: string }).id;
  }

  /**
   * 1 funding, 2 to 4 three holds of ₹10, ₹20 and ₹30, 5 the release of the second, 6 the settlement of the third. ₹10
   * stay held.
   */
  async aBook(): Promise<TestMerchant & { readonly pending: string; readonly completed: string }> {
    const merchant = await this.aMerchant(100n * RUPEE);
    const pending = await this.aPayout(merchant, 10n * RUPEE);
    const cancelled = await this.aPayout(merchant, 20n * RUPEE);
    const completed = await this.aPayout(merchant, 30n * RUPEE);
    await this.service.change(merchant, cancelled, (payout, now) => payout.cancel(operator(now)));
    await this.complete(merchant, completed);
    return { ...merchant, pending, completed };
  }

  async complete(merchant: TestMerchant, payoutId: string): Promise<void> {
    await this.service.change(merchant, payoutId, (payout, now) => payout.sendOff(operator(now)));
    await this.service.change(merchant, payoutId, (payout, now) =>
      payout.complete(`UTR${payoutId.slice(-12).toUpperCase()}`, bank(now)),
    );
  }

  tamper(...statements: [text: string, values?: readonly unknown[]][]): Promise<void> {
    return this.superuser.tamper(...statements);
  }

  async verify({ id }: TestMerchant, options: VerifyOptions = {}): Promise<VerifiedBook> {
    for await (const book of new VerifyBooks(this.archive).execute(id, options)) return book;
    throw new Error('a book that is named is verified');
  }

  /** The codes of the findings, each once. */
  async codesOf(merchant: TestMerchant, options: VerifyOptions = {}): Promise<string[]> {
    const { findings } = await this.verify(merchant, options);
    if (findings.some(({ merchantId }) => merchantId !== merchant.id)) throw new Error('a finding is of another book');
    return [...new Set(findings.map(({ code }) => code))].sort();
  }

  async transactionsOf({ id }: TestMerchant): Promise<Transaction[]> {
    return this.archive.snapshot(id, async (book) => {
      const all: Transaction[] = [];
      for await (const { transactions } of book.slices(null)) all.push(...transactions);
      return all;
    });
  }
}
