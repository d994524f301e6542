import { Injectable } from '@nestjs/common';
import { Lists, PointReads } from '../../../platform/database/database.public.js';
import type { BookOverTime } from '../domain/book-over-time.js';
import type { ApartSum } from '../domain/day-flows.js';
import { type Balances, LedgerReader, type StatementLine, type StatementSlice } from '../domain/ledger-reader.js';
import { type Account, ACCOUNTS, type Cause, type TransactionKind } from '../domain/transaction.js';
import { type ApartRow, apartSum, apartSums } from './apart-sums.js';
import { bookOverTime } from './book-over-time.js';

/** The balance is the last entry's; one look-up in the index for each account. */
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

interface LineRow {
  readonly seq: string;
  readonly account: Account;
  readonly amount_paise: string;
  readonly balance_paise: string;
  readonly id: string;
  readonly kind: TransactionKind;
  readonly reference_type: Cause['type'];
  readonly reference_id: string;
  readonly created_at: Date;
}

const NARROWER_BY = 'Name one `account`, and follow `next` instead of a high `offset`.';

/**
 * Each account is read through its own range of the index, and no further than the page needs.
 * @param beyond how a page continues behind the key at $6 and $7
 * @param hasKey a first page has none; a condition that is always true would keep the index from being used
 */
function statementText(order: 'ASC' | 'DESC', beyond: '<' | '>', hasKey: boolean): string {
  const fromKey = hasKey ? `AND e.seq ${beyond}= $6 AND (e.seq <> $6 OR e.account ${beyond} $7)` : '';
  return `SELECT e.seq, e.account, e.amount_paise, e.balance_paise, t.id, t.kind, t.reference_type, t.reference_id, t.created_at
    FROM (
      SELECT e.* FROM unnest($2::text[]) AS wanted(account)
      CROSS JOIN LATERAL (
        SELECT * FROM ledger_entries e WHERE e.merchant_id = $1 AND e.account = wanted.account ${fromKey}
        ORDER BY e.seq ${order} LIMIT $3
      ) e
      ORDER BY e.seq ${order}, e.account ${order} LIMIT $4 OFFSET $5
    ) e
    CROSS JOIN LATERAL (SELECT * FROM ledger_transactions t WHERE t.merchant_id = $1 AND t.seq = e.seq OFFSET 0) t
    ORDER BY e.seq ${order}, e.account ${order}`;
}

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

  overTime(merchantId: string, moments: readonly Date[]): Promise<BookOverTime | null> {
    return bookOverTime(this.reads, merchantId, moments);
  }

  async apart(merchantId: string, seqs: readonly number[], askedBy: string): Promise<ApartSum[]> {
    return (await this.lists.read<ApartRow>(apartSums(merchantId, seqs, askedBy))).map(apartSum);
  }

  async statement(merchantId: string, account: Account | null, slice: StatementSlice): Promise<StatementLine[]> {
    const { order, take, offset, after, before, askedBy } = slice;
    const [seq = null, at = null] = (after ?? before)?.split(':') ?? [];
    const values = [merchantId, account === null ? ACCOUNTS : [account], take + offset, take, offset];
    const statement = {
      text: statementText(order, before === null ? '<' : '>', seq !== null),
      narrowerBy: NARROWER_BY,
    };
    const rows = await this.lists.read<LineRow>({
      ...statement,
      askedBy,
      values: seq === null ? values : [...values, seq, at],
    });
    return rows.map((row) => ({
      seq: Number(row.seq),
      transactionId: row.id,
      account: row.account,
      kind: row.kind,
      amountPaise: BigInt(row.amount_paise),
      balanceAfterPaise: BigInt(row.balance_paise),
      cause: { type: row.reference_type, id: row.reference_id },
      createdAt: row.created_at,
    }));
  }
}
