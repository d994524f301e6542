import type { LedgerLine } from '../../../shared/audit/order-audit.js';
import { type Finding, finding, isToBeJudged, type JudgedFinding } from './audit.js';
import type { SearchOptions } from './search-options.js';

/** What the ledger has of these causes, in the snapshot, in the order of seq. */
export type LinesOf = (causeIds: readonly string[]) => Promise<readonly LedgerLine[]>;

/** A transaction up to which a book was verified before. */
export interface VerifiedUpTo {
  readonly seq: number;
  /** Whatever was made later in this book has a greater one. */
  readonly id: string;
}

/** One book in the ledger's own snapshot, as the parts of a check look at it. */
export interface CheckedBook<Snapshot> {
  readonly sql: Snapshot;
  readonly merchantId: string;
  /** The merchant once more where books lie on several nodes, for a statement to go to its own; null where they do not. */
  readonly boundTo: readonly string[] | null;
  readonly linesOf: LinesOf;
  /** For what looks into others' books too. */
  readonly search: SearchOptions & { readonly whole?: boolean };
  /** What was made later, has moved money since or is open is looked at; null: everything. */
  readonly since: VerifiedUpTo | null;
}

export interface CheckedSlice {
  readonly findings: readonly Finding[];
  /** How many rows it has looked at. */
  readonly read: number;
  /** Behind which the next slice begins. */
  readonly upTo: string;
}

/** Goes over all rows of a kind in slices, in an order of their own, so that it can go on where it stopped. */
export interface CheckPart<Snapshot> {
  /** What it goes over: `payouts`. No other part has the name. */
  readonly name: string;
  /** @param after where an earlier run has come to; null: from the beginning */
  slices(book: CheckedBook<Snapshot>, after: string | null): AsyncIterable<CheckedSlice>;
}

/** What another module knows of a book, compared with the ledger in the ledger's own snapshot. */
export interface BookCheck<Snapshot> {
  /** Whose money it is, as the finding names them: `payouts`. */
  readonly holders?: string;
  /** What the module's open business holds, in paise. Left out: it holds no money. */
  readonly held?: (sql: Snapshot, merchantId: string) => Promise<bigint>;
  /** What somebody else has said, for a person to judge. All of it is read each time, or little of it. */
  readonly judged: readonly CheckPart<Snapshot>[];
  /** What is right or wrong by itself. */
  readonly computed: readonly CheckPart<Snapshot>[];
  /** What it finds wrong that belongs to no book; left out where there is no such thing. */
  findingsOfNoBook?(sql: Snapshot): AsyncIterable<JudgedFinding>;
}

export interface RowSlice<Row> {
  readonly rows: readonly Row[];
  /** The key of its last row. */
  readonly last: readonly string[];
}

/** Reads rows of a book. @param after the key to start behind */
export type Read<Snapshot, Row> = (
  book: CheckedBook<Snapshot>,
  after?: readonly string[],
) => AsyncIterable<RowSlice<Row>>;

/** @param check what is wrong with the rows */
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

/** The checks that modules add to `verify`. The ledger is a leaf: it does not know who uses it. */
export class BookChecks<Snapshot> {
  private readonly all: BookCheck<Snapshot>[] = [];

  add(check: BookCheck<Snapshot>): void {
    this.all.push(check);
  }

  /** In the order in which they are gone through. */
  get parts(): readonly (CheckPart<Snapshot> & { readonly isJudged: boolean })[] {
    const as = (isJudged: boolean) => (part: CheckPart<Snapshot>) => ({ ...part, isJudged });
    return [
      ...this.all.flatMap(({ judged }) => judged.map(as(true))),
      ...this.all.flatMap(({ computed }) => computed.map(as(false))),
    ];
  }

  /**
   * The money that the ledger holds is exactly the money of all that is open.
   * @param heldPaise what the entries of the account `held` add up to
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

  /** Those of the modules' findings that a person may acknowledge. */
  async *toBeJudged(book: CheckedBook<Snapshot>): AsyncGenerator<JudgedFinding> {
    for (const check of this.all)
      for (const part of check.judged)
        for await (const { findings } of part.slices(book, null)) yield* findings.filter(isToBeJudged);
  }

  async *findingsOfNoBook(sql: Snapshot): AsyncGenerator<JudgedFinding> {
    for (const check of this.all) yield* check.findingsOfNoBook?.(sql) ?? [];
  }
}
