import { expect } from '@jest/globals';
import { idempotencyRecords } from '../../src/modules/idempotency/idempotency.public.js';
import {
  causeKey,
  ledgerCauses,
  ledgerHeads,
  ledgerTransactions,
} from '../../src/modules/ledger/domain/ledger-tables.js';
import { GENESIS, type Transaction } from '../../src/modules/ledger/domain/transaction.js';
import {
  paymentEvents,
  paymentReferences,
  paymentRows,
  refundRows,
} from '../../src/modules/payments/domain/payment-tables.js';
import { payoutEvents, payoutReferences, payoutRows } from '../../src/modules/payouts/domain/payout-tables.js';
import type { PaymentStatus } from '../../src/modules/payments/domain/payment-status.js';
import type { PayoutStatus } from '../../src/modules/payouts/domain/payout-status.js';
import type { TimelineRow } from '../../src/shared/submissions/timeline.js';
import { Book } from '../../src/platform/group-commit/book.js';
import type { BookTable } from '../../src/platform/group-commit/book-table-store.js';
import { outboxEvents, outboxHeads } from '../../src/platform/outbox/outbox.js';

const NO_MONEY = { available: 0n, held: 0n, paid_out: 0n, received: 0n, fees: 0n, taxes: 0n };

/** Tables whose rows are overwritten; the ledger, the timelines and the outbox are only appended to. */
const CHANGING: readonly BookTable<unknown>[] = [
  payoutRows,
  payoutReferences,
  paymentRows,
  paymentReferences,
  refundRows,
  idempotencyRecords,
];

/** The rows of one merchant between two batches: takes the place of PostgreSQL, and opens real books. */
export class InMemoryBook {
  private readonly rows = new Map<BookTable<unknown>, Map<string, unknown>>(
    CHANGING.map((table) => [table, new Map()]),
  );
  private readonly transactions: Transaction[] = [];
  private readonly timelines = new Map<string, TimelineRow<PayoutStatus>>();
  private readonly paymentTimelines = new Map<string, TimelineRow<PaymentStatus>>();
  private readonly eventIds: string[] = [];
  private lastSequence = 0;

  constructor(readonly merchantId: string) {}

  /** Opens a batch that has named every existing row, and these keys, which may be new. */
  open(clockMs: number, keys: readonly string[]): Book {
    const book = new Book(this.merchantId);
    for (const key of keys) book.fill(idempotencyRecords, key, undefined);
    for (const [table, rows] of this.rows) for (const [key, row] of rows) book.fill(table, key, row);
    for (const { kind, cause, seq, requestDigest } of this.transactions)
      book.fill(ledgerCauses, causeKey(kind, cause.id), { seq, availablePaise: 0n, requestDigest });
    const last = this.transactions.at(-1);
    const balances = { ...NO_MONEY };
    for (const { entries } of this.transactions)
      for (const entry of entries) balances[entry.account] = entry.balancePaise;
    book.fill(ledgerHeads, '', { seq: last?.seq ?? 0, id: last?.id ?? null, hash: last?.hash ?? GENESIS, balances });
    book.fill(outboxHeads, '', { id: this.eventIds.at(-1) ?? null, sequence: this.lastSequence });
    const lastIds = [last?.id, this.eventIds.at(-1)].filter((id) => id !== undefined).sort();
    book.open(clockMs, lastIds.at(-1) ?? null);
    return book;
  }

  /** Commits what the batch has staged, and checks that each row is the INSERT or UPDATE that it claims to be. */
  keep(book: Book): void {
    for (const table of CHANGING) {
      const rows = this.rows.get(table)!;
      for (const { key, row, isNew } of book.staged(table)) {
        expect(isNew).toBe(!rows.has(key));
        rows.set(key, row);
      }
    }
    for (const { row, isNew } of book.staged(ledgerTransactions)) {
      expect(isNew).toBe(true);
      this.transactions.push(row);
    }
    for (const { key, row, isNew } of book.staged(payoutEvents)) {
      expect(isNew && !this.timelines.has(key)).toBe(true);
      this.timelines.set(key, row);
    }
    for (const { key, row, isNew } of book.staged(paymentEvents)) {
      expect(isNew && !this.paymentTimelines.has(key)).toBe(true);
      this.paymentTimelines.set(key, row);
    }
    for (const { key, row } of book.staged(outboxEvents)) {
      this.eventIds.push(key);
      if (row.sequence !== null) expect(row.sequence).toBe(++this.lastSequence);
    }
  }

  /** The whole ledger, including what the open batch has staged. */
  ledgerWith(book: Book): Transaction[] {
    return [...this.transactions, ...book.staged(ledgerTransactions).map(({ row }) => row)];
  }

  timelineWith(book: Book, payoutId: string): TimelineRow<PayoutStatus>[] {
    const staged = book.staged(payoutEvents).map(({ row }) => row);
    return [...this.timelines.values(), ...staged].filter((event) => event.orderId === payoutId);
  }

  paymentTimelineWith(book: Book, paymentId: string): TimelineRow<PaymentStatus>[] {
    const staged = book.staged(paymentEvents).map(({ row }) => row);
    return [...this.paymentTimelines.values(), ...staged].filter((event) => event.orderId === paymentId);
  }

  eventIdsWith(book: Book): string[] {
    return [...this.eventIds, ...book.staged(outboxEvents).map(({ key }) => key)];
  }
}
