import { Injectable } from '@nestjs/common';
import { Lists, PointReads } from '../../../platform/database/database.public.js';
import type { BookOverTime } from '../domain/book-over-time.js';
import type { ApartSum } from '../domain/day-flows.js';
import type { BalanceAlert } from '../domain/balance-alert.js';
import {
  type Balances,
  LedgerReader,
  type StatementFilter,
  type StatementLine,
  type StatementSlice,
} from '../domain/ledger-reader.js';
import { type ApartRow, apartSum, apartSums, FEWER_DAYS } from './apart-sums.js';
import { bookOverTime } from './book-over-time.js';
import { lineCount, lineOf, type LineRow, statementLines } from './statement-lines.js';

/** A balance is that of the last entry: one index look-up per account. */
const BALANCES = `
  SELECT b.merchant_id, a.balance_paise AS available, h.balance_paise AS held
  FROM books b
  LEFT JOIN LATERAL (
    SELECT balance_paise FROM ledger_entries e WHERE e.merchant_id = b.merchant_id AND e.account = 'available'
    ORDER BY e.seq DESC LIMIT 1
  ) a ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise FROM ledger_entries e WHERE e.merchant_id = b.merchant_id AND e.account = 'held'
    ORDER BY e.seq DESC LIMIT 1
  ) h ON true
  WHERE b.merchant_id = ANY($1)`;

interface BalanceRow {
  readonly merchant_id: string;
  readonly available: string | null;
  readonly held: string | null;
}

const ALERT = `
  SELECT a.threshold_paise, a.updated_at FROM books b LEFT JOIN balance_alerts a USING (merchant_id)
  WHERE b.merchant_id = $1`;

@Injectable()
export class SqlLedgerReader extends LedgerReader {
  constructor(
    private readonly reads: PointReads,
    private readonly lists: Lists,
  ) {
    super();
  }

  async balances(merchantId: string): Promise<Balances | null> {
    return (await this.balancesOf([merchantId])).get(merchantId) ?? null;
  }

  async balancesOf(merchantIds: readonly string[]): Promise<ReadonlyMap<string, Balances>> {
    const rows = await this.reads.query<BalanceRow>(BALANCES, [merchantIds]);
    return new Map(
      rows.map(({ merchant_id: id, available, held }) => [
        id,
        { availablePaise: BigInt(available ?? 0), heldPaise: BigInt(held ?? 0) },
      ]),
    );
  }

  async alert(merchantId: string): Promise<BalanceAlert | null> {
    const [row] = await this.reads.query<{ threshold_paise: string | null; updated_at: Date | null }>(ALERT, [
      merchantId,
    ]);
    if (row === undefined) return null;
    const { threshold_paise: threshold, updated_at: updatedAt } = row;
    return { thresholdPaise: threshold === null ? null : BigInt(threshold), updatedAt };
  }

  overTime(merchantId: string, moments: readonly Date[]): Promise<BookOverTime | null> {
    return bookOverTime(this.reads, merchantId, moments);
  }

  overDays(merchantId: string, moments: readonly Date[], askedBy: string): Promise<BookOverTime | null> {
    const query = <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
      this.lists.read<Row>({ text, values, askedBy, narrowerBy: FEWER_DAYS });
    return bookOverTime({ query }, merchantId, moments);
  }

  async apart(merchantId: string, seqs: readonly number[], askedBy: string): Promise<ApartSum[]> {
    return (await this.lists.read<ApartRow>(apartSums(merchantId, seqs, askedBy))).map(apartSum);
  }

  async countLines(filter: Omit<StatementFilter, 'cause'>, upTo: number, askedBy: string): Promise<number> {
    const [row] = await this.lists.read<{ count: number }>(lineCount(filter, upTo, askedBy));
    return row!.count;
  }

  async statement(filter: StatementFilter, slice: StatementSlice): Promise<StatementLine[]> {
    return (await this.lists.read<LineRow>(statementLines(filter, slice))).map(lineOf);
  }
}
