import { Injectable } from '@nestjs/common';
import { dayFlows, type DayFlows } from '../domain/day-flows.js';
import { daysAfter, type IndianDay, startOf } from '../domain/indian-day.js';
import { LedgerReader } from '../domain/ledger-reader.js';

/** One day in India. */
export interface DayBalance extends DayFlows {
  readonly day: IndianDay;
  readonly startsAt: Date;
  /** When the next day begins. */
  readonly endsAt: Date;
}

export interface BalancesByDay {
  readonly readAt: Date;
  /** The last transaction that is included. */
  readonly seq: number;
  readonly days: readonly DayBalance[];
}

/** Money in and out by day. Only reads; costs the same however long the book is before the first day. */
@Injectable()
export class DailyBalances {
  constructor(private readonly ledger: LedgerReader) {}

  /** @param count the number of days, including the first. Null when there is no such book. */
  async execute(merchantId: string, first: IndianDay, count: number, askedBy: string): Promise<BalancesByDay | null> {
    const days = Array.from({ length: count }, (_, i) => daysAfter(first, i));
    const starts = [...days, daysAfter(first, count)].map(startOf);
    const book = await this.ledger.overDays(merchantId, starts, askedBy);
    if (book === null) return null;
    const ends = book.before.map(({ seq }) => seq);
    // Read later, but consistent with the same snapshot: nothing is ever inserted before a transaction that was seen.
    const apart = await this.ledger.apart(merchantId, ends, askedBy);
    return {
      readAt: book.readAt,
      seq: ends.at(-1)!,
      days: days.map((day, i) => ({
        day,
        startsAt: starts[i]!,
        endsAt: starts[i + 1]!,
        ...dayFlows(
          book.before[i]!,
          book.before[i + 1]!,
          apart.filter((one) => one.day === i),
        ),
      })),
    };
  }
}
