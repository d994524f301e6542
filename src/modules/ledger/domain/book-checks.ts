import type { LedgerLine } from '../../../shared/audit/order-audit.js';
import { type Finding, finding, isToBeJudged, type JudgedFinding } from './audit.js';
import type { SearchOptions } from './search-options.js';

/** The ledger's transactions for these causes, in the snapshot, in the order of seq. */
export type LinesOf = (causeIds: readonly string[]) => Promise<readonly LedgerLine[]>;

/** The transaction up to which a book was verified before. */
export interface VerifiedUpTo {
  readonly seq: number;
  /** Everything created later in this book has a greater id. */
  readonly id: string;
}

/** One book in the ledger's own snapshot, as the parts of a check see it. */
export interface CheckedBook<Snapshot> {
  readonly sql: Snapshot;
  readonly merchantId: string;
  /**
   * The merchant once more if books are distributed over several nodes, so that a statement goes to the merchant's
   * node; null if they are not.
   */
  readonly boundTo: readonly string[] | null;
  readonly linesOf: LinesOf;
  /** For checks that also read the books of others. */
  readonly search: SearchOptions & { readonly whole?: boolean };
  /** What was created since, has moved money since or is open is checked; null: everything. */
  readonly since: VerifiedUpTo | null;
}

export interface CheckedSlice {
  readonly findings: readonly Finding[];
  /** How many rows were checked. */
  readonly read: number;
  /** The key after which the next slice begins. */
  readonly upTo: string;
}

/** Checks all rows of a kind in slices, in a fixed order, so that it can continue where it stopped. */
export interface CheckPart<Snapshot> {
  /** The name of what it checks, such as `payouts`; unique among all parts. */
  readonly name: string;
  /** @param after where an earlier run stopped; null: from the beginning */
  slices(book: CheckedBook<Snapshot>, after: string | null): AsyncIterable<CheckedSlice>;
}

/** What another module knows about a book, compared with the ledger in the ledger's own snapshot. */
export interface BookCheck<Snapshot> {
  /** Whose money it is, as the finding names them: `payouts`. */
  readonly holders?: string;
  /** The amount that the module's open orders hold, in paise. Left out: the module holds no money. */
  readonly held?: (sql: Snapshot, merchantId: string) => Promise<bigint>;
  /** Checks of what another party has said, for a person to judge. They read everything each time, or very little. */
  readonly judged: readonly CheckPart<Snapshot>[];
  /** Checks whose result is right or wrong by itself. */
  readonly computed: readonly CheckPart<Snapshot>[];
  /** Findings that belong to no book; left out if the module has none. */
  findingsOfNoBook?(sql: Snapshot): AsyncIterable<JudgedFinding>;
}

export interface RowSlice<Row> {
  readonly rows: readonly Row[];
  /** The key of the last row. */
  readonly last: readonly string[];
}

/** Reads rows of a book. @param after the key to start after */
export type Read<Snapshot, Row> = (
  book: CheckedBook<Snapshot>,
  after?: readonly string[],
) => AsyncIterable<RowSlice<Row>>;

/** @param check returns what is wrong with the rows */
export function checkPart<Snapshot, Row>(
  name: string,
  read: Read<Snapshot, Row>,
  check: (
    book: CheckedBook<Snapshot>,
    rows: readonly Row[],
  ) => Iterable<Finding> | AsyncIterable<Finding> | Promise<Iterable<Finding>>,
): CheckPart<Snapshot> {
  return {
    name,
    async *slices(book, after) {
      const from = after === null ? undefined : (JSON.parse(after) as string[]);
      for await (const { rows, last } of read(book, from)) {
        const findings: Finding[] = [];
        for await (const finding of await check(book, rows)) findings.push(finding);
        yield { findings, read: rows.length, upTo: JSON.stringify(last) };
      }
    },
  };
}

/** The checks that modules add to `verify`. The ledger is a leaf: it does not know its users. */
export class BookChecks<Snapshot> {
  private readonly all: BookCheck<Snapshot>[] = [];

  add(check: BookCheck<Snapshot>): void {
    this.all.push(check);
  }

  /** In the order in which they run. */
  get parts(): readonly (CheckPart<Snapshot> & { readonly isJudged: boolean })[] {
    const as = (isJudged: boolean) => (part: CheckPart<Snapshot>) => ({ ...part, isJudged });
    return [
      ...this.all.flatMap(({ judged }) => judged.map(as(true))),
      ...this.all.flatMap(({ computed }) => computed.map(as(false))),
    ];
  }

  /**
   * The money that the ledger holds must equal the money of all open orders.
   * @param heldPaise the sum of the entries of the account `held`
   */
  async held(sql: Snapshot, merchantId: string, heldPaise: bigint): Promise<Finding[]> {
    const sums: [holders: string, paise: bigint][] = [];
    for (const { held, holders = 'orders' } of this.all)
      if (held !== undefined) sums.push([holders, await held(sql, merchantId)]);
    if (sums.length === 0 || sums.reduce((sum, [, paise]) => sum + paise, 0n) === heldPaise) return [];
    const open = Object.fromEntries(sums.map(([holders, paise]) => [holders, String(paise)]));
    const values = { held_paise: String(heldPaise), open_paise: open };
    return [finding('HELD_MISMATCH', merchantId, { code: 'held_differs', values })];
  }

  /** The modules' findings that a person may acknowledge. */
  async *toBeJudged(book: CheckedBook<Snapshot>): AsyncGenerator<JudgedFinding> {
    for (const check of this.all)
      for (const part of check.judged)
        for await (const { findings } of part.slices(book, null)) yield* findings.filter(isToBeJudged);
  }

  async *findingsOfNoBook(sql: Snapshot): AsyncGenerator<JudgedFinding> {
    for (const check of this.all) yield* check.findingsOfNoBook?.(sql) ?? [];
  }
}
