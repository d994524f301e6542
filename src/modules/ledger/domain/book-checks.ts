import type { LedgerLine } from '../../../shared/order-audit.js';
import { type Finding, isToBeJudged, type JudgedFinding } from './audit.js';

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
  readonly linesOf: LinesOf;
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
  /** Whose money it is, as the finding names it: `open payouts`. */
  readonly holders: string;
  /** What the module's open business holds, in paise. */
  held(sql: Snapshot, merchantId: string): Promise<bigint>;
  /** What somebody else has said, for a person to judge. All of it is read each time, or little of it. */
  readonly judged: readonly CheckPart<Snapshot>[];
  /** What is right or wrong by itself. */
  readonly computed: readonly CheckPart<Snapshot>[];
  /** What it finds wrong that belongs to no book; left out where there is no such thing. */
  findingsOfNoBook?(sql: Snapshot): AsyncIterable<JudgedFinding>;
}

/**
 * @param read the rows, with the key of the last of each slice
 * @param check what is wrong with them
 */
export function checkPart<Snapshot, Row>(
  name: string,
  read: (
    book: CheckedBook<Snapshot>,
    after?: readonly string[],
  ) => AsyncIterable<{ readonly rows: readonly Row[]; readonly last: readonly string[] }>,
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
    const sums = [];
    for (const check of this.all) sums.push({ holders: check.holders, paise: await check.held(sql, merchantId) });
    if (sums.length === 0 || sums.reduce((sum, { paise }) => sum + paise, 0n) === heldPaise) return [];
    const open = sums.map(({ holders, paise }) => `the ${holders} sum to ${paise}`).join(', ');
    return [{ code: 'HELD_MISMATCH', merchantId, detail: `the ledger holds ${heldPaise} paise; ${open}` }];
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
