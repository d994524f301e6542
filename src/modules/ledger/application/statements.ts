import { Injectable } from '@nestjs/common';
import type { BalancesAt, BookOverTime } from '../domain/book-over-time.js';
import { LedgerReader } from '../domain/ledger-reader.js';

export interface StatementPeriod {
  /** Null: from the first transaction on. */
  readonly from: Date | null;
  /** Null: up to now. */
  readonly to: Date | null;
}

/** The head and foot of a statement. Its lines are those after `opening.seq`, up to `closing.seq`. */
export interface StatementFrame extends StatementPeriod, Pick<BookOverTime, 'readAt' | 'head'> {
  readonly opening: BalancesAt;
  readonly closing: BalancesAt;
}

const NOTHING_YET: BalancesAt = {
  seq: 0,
  accounts: { available: 0n, held: 0n, paid_out: 0n, received: 0n, fees: 0n, taxes: 0n },
};

/** Statements of a book: the balances at both ends of a period, in one snapshot. Only reads. */
@Injectable()
export class Statements {
  constructor(private readonly ledger: LedgerReader) {}

  /** Null when there is no such book. */
  async frame(merchantId: string, period: StatementPeriod): Promise<StatementFrame | null> {
    const { from, to } = period;
    const moments = [from, to].filter((moment) => moment !== null);
    const book = await this.ledger.overTime(merchantId, moments);
    if (book === null) return null;
    const opening = from === null ? NOTHING_YET : book.before[0]!;
    const closing = to === null ? book.now : book.before.at(-1)!;
    return { ...period, readAt: book.readAt, head: book.head, opening, closing };
  }
}
