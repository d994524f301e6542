import { LedgerTransactionStore } from '../src/modules/ledger/infrastructure/ledger-store.js';
import { adjustment, append, type LedgerHead } from '../src/modules/ledger/domain/ledger.js';
import { ledgerHeads, ledgerTransactions } from '../src/modules/ledger/domain/ledger-tables.js';
import { GENESIS } from '../src/modules/ledger/domain/transaction.js';
import { stagePayout } from '../src/modules/payouts/application/stage-payout.js';
import { Payout } from '../src/modules/payouts/domain/payout.js';
import { PAYOUT_STORES } from '../src/modules/payouts/infrastructure/payout-stores.js';
import type { BookTableStore } from '../src/platform/group-commit/book-table-store.js';
import { Book } from '../src/platform/group-commit/book.js';
import { OutboxRoutes } from '../src/platform/outbox/outbox-routes.js';
import { OutboxEventStore } from '../src/platform/outbox/outbox-stores.js';
import { outboxEvents, type OutboxHead, outboxHeads } from '../src/platform/outbox/outbox.js';
import { Money } from '../src/shared/money.js';
import type { BenchMerchant } from './merchants.js';
import type { Place } from './temporary-server.js';

/** A completed payout has a hold and a settlement, with two entries each. */
export const ENTRIES_PER_PAYOUT = 4;

/** More than all the payouts of a bench, with room for those that are measured. */
const FUNDS_PAISE = 10_000_000_000_000n;
const AMOUNT = Money.ofPaise(50_000n);

/** Payouts of one book that are staged and written together. */
const AT_ONCE = 500;

/** Books that are written at the same time: one is computed while others are written. */
const BOOKS_AT_ONCE = 3;

const DAY_MS = 86_400_000;
/** The history is a year long; in its last week are the payouts that the return watch still asks banks about. */
const YEAR_MS = 365 * DAY_MS;
const WATCHED_MS = 7 * DAY_MS;
/** How long merchants are shown events; older ones are pruned. */
const SHOWN_MS = 30 * DAY_MS;

const FILL_TIMEOUT_MS = 10 * 60_000;

const STORES = [
  new LedgerTransactionStore(),
  ...PAYOUT_STORES,
  new OutboxEventStore(new OutboxRoutes()),
] as unknown as BookTableStore<unknown>[];

const TABLES = ['ledger_transactions', 'ledger_entries', 'payouts', 'payout_events', 'outbox'];

/**
 * Fills books with completed payouts of the past year, each decided by the domain and written by the write path's
 * statements, hash chains included, so that `verify` finds nothing. The superuser bypasses the triggers, which refuse a
 * payout that is already completed. There are no idempotency records, and events of the last month only, because older
 * ones would have been removed by now.
 * @param merchants without money, whose books are empty
 * @param payoutsOf how many each gets
 */
export async function fillWithPayouts(
  place: Place,
  merchants: readonly BenchMerchant[],
  payoutsOf: (merchant: number) => number,
  print: (line: string) => void,
): Promise<void> {
  const waiting = merchants.map((merchant, i) => ({ merchant, payouts: payoutsOf(i) }));
  let [written, saidAt] = [0, performance.now()];
  const wrote = (payouts: number): void => {
    written += payouts;
    if (performance.now() - saidAt < 30_000) return;
    saidAt = performance.now();
    print(`wrote ${(written * ENTRIES_PER_PAYOUT).toLocaleString('en')} entries`);
  };
  const fillNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await new PastBook(place, next.merchant, next.payouts).fill(wrote);
  };
  await Promise.all(Array.from({ length: BOOKS_AT_ONCE }, fillNext));
  // What autovacuum would do in the course of a year.
  for (const table of TABLES) await vacuum(place, table);
}

async function vacuum({ superuser }: Place, table: string): Promise<void> {
  const connection = await superuser.connect({ pipeline: false });
  await connection.command('SET statement_timeout = 0');
  await connection.command(`VACUUM (ANALYZE) ${table}`);
  await connection.close();
}

class PastBook {
  private readonly startMs = Date.now() - YEAR_MS;
  private head: LedgerHead = {
    ...{ seq: 0, id: null, hash: GENESIS },
    balances: { available: 0n, held: 0n, paid_out: 0n, received: 0n, fees: 0n, taxes: 0n },
  };

  private lastId: string | null = null;
  private outbox: OutboxHead = { id: null, sequence: 0 };

  constructor(
    private readonly place: Place,
    private readonly merchant: BenchMerchant,
    private readonly payouts: number,
  ) {}

  async fill(wrote: (payouts: number) => void): Promise<void> {
    await this.write(this.startMs, (book) => this.fund(book));
    for (let done = 0; done < this.payouts; done += AT_ONCE) {
      const count = Math.min(AT_ONCE, this.payouts - done);
      await this.write(this.startMs + Math.floor((YEAR_MS * (done + 1)) / (this.payouts + 1)), (book) => {
        for (let i = 0; i < count; i++) this.pay(book);
      });
      wrote(count);
    }
  }

  /** Runs a decision on the current book, and writes what it has staged. */
  private async write(nowMs: number, decide: (book: Book) => void): Promise<void> {
    const book = new Book(this.merchant.id);
    book.fill(ledgerHeads, '', this.head);
    book.fill(outboxHeads, '', this.outbox);
    book.open(nowMs, this.lastId);
    decide(book);
    this.head = book.get(ledgerHeads, '')!;
    this.outbox = book.get(outboxHeads, '')!;
    this.lastId = book.nextId();
    const isShown = Date.now() - nowMs < SHOWN_MS;
    await this.place.superuser.transaction(
      async (sql) => {
        await sql.query(`SET LOCAL session_replication_role = 'replica'`);
        await sql.query('SET LOCAL synchronous_commit = off');
        for (const store of STORES) {
          const staged = isShown || store.table !== outboxEvents ? book.staged(store.table) : [];
          if (staged.length === 0) continue;
          for (const { text, values } of store.flush?.(staged, null) ?? []) await sql.query(text, values);
        }
      },
      undefined,
      FILL_TIMEOUT_MS,
    );
  }

  private fund(book: Book): void {
    const posting = adjustment('opening', FUNDS_PAISE, { actor: 'system', reason: 'the balance of a year ago' });
    const { orderTime } = book.now;
    const { transaction, head } = append(this.merchant.id, this.head, posting, book.nextId(), orderTime);
    book.put(ledgerHeads, '', head);
    book.put(ledgerTransactions, '1', transaction);
  }

  private pay(book: Book): void {
    const { id: merchantId, bankAccountId } = this.merchant;
    const { now } = book;
    const id = book.nextId();
    const lease = new Date(now.clockTime.getTime() + 30_000);
    const recipient = { name: 'Asha Rao', accountNumber: '50100012340001', ifsc: 'HDFC0000001' };
    const payout = Payout.request(
      {
        ...{ id, merchantId, bankAccountId, recipient, amount: AMOUNT, mode: 'IMPS' },
        referenceId: null,
        narration: null,
      },
      { now, actor: 'merchant:bench' },
      lease,
    );
    payout.submit('bank-simulator', lease, { now, actor: 'system' });
    payout.complete(`SIM${id.replaceAll('-', '').slice(-16).toUpperCase()}`, { now, actor: 'bank:bank-simulator' });
    if (Date.now() - now.clockTime.getTime() > WATCHED_MS) payout.doubt({ watchNextAt: null }, now);
    stagePayout(book, payout);
  }
}
