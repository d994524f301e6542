import type { LedgerLine } from '../../../shared/order-audit.js';
import { type Finding, isToBeJudged, type JudgedFinding } from './audit.js';

/** What the ledger has of these causes, in the snapshot, in the order of seq. */
export type LinesOf = (causeIds: readonly string[]) => Promise<readonly LedgerLine[]>;

/** What another module knows of a book, compared with the ledger in the ledger's own snapshot. */
export interface BookCheck<Snapshot> {
  /** Whose money it is, as the finding names it: `open payouts`. */
  readonly holders: string;
  /** What the module's open business holds, in paise. */
  held(snapshot: Snapshot, merchantId: string): Promise<bigint>;
  /** What else it finds wrong. */
  findings(snapshot: Snapshot, merchantId: string): AsyncIterable<Finding>;
  /** Each of its orders with its transactions and its timeline, and each of these with its order. */
  ties(snapshot: Snapshot, merchantId: string, linesOf: LinesOf): AsyncIterable<Finding>;
  /** What it finds wrong that belongs to no book; left out where there is no such thing. */
  findingsOfNoBook?(snapshot: Snapshot): AsyncIterable<JudgedFinding>;
}

/** Of what does not fit together in one book: after so many nobody reads on. */
const MAX_TIES = 1_000;

/** The checks that modules add to `verify`. The ledger is a leaf: it does not know who uses it. */
export class BookChecks<Snapshot> {
  private readonly all: BookCheck<Snapshot>[] = [];

  add(check: BookCheck<Snapshot>): void {
    this.all.push(check);
  }

  /**
   * The money that the ledger holds is exactly the money of all that is open; and whatever the modules find.
   * @param heldPaise what the entries of the account `held` add up to
   */
  async *findings(
    snapshot: Snapshot,
    merchantId: string,
    heldPaise: bigint,
    linesOf: LinesOf,
  ): AsyncGenerator<Finding> {
    const sums = [];
    for (const check of this.all) sums.push({ holders: check.holders, paise: await check.held(snapshot, merchantId) });
    if (sums.length > 0 && sums.reduce((sum, { paise }) => sum + paise, 0n) !== heldPaise) {
      const open = sums.map(({ holders, paise }) => `the ${holders} sum to ${paise}`).join(', ');
      yield { code: 'HELD_MISMATCH', merchantId, detail: `the ledger holds ${heldPaise} paise; ${open}` };
    }
    for (const check of this.all) {
      yield* check.findings(snapshot, merchantId);
      let left = MAX_TIES;
      for await (const finding of check.ties(snapshot, merchantId, linesOf)) {
        yield finding;
        if (--left === 0) break;
      }
    }
  }

  /** Those of the modules' findings that a person may acknowledge. */
  async *toBeJudged(snapshot: Snapshot, merchantId: string): AsyncGenerator<JudgedFinding> {
    for (const check of this.all)
      for await (const finding of check.findings(snapshot, merchantId)) if (isToBeJudged(finding)) yield finding;
  }

  async *findingsOfNoBook(snapshot: Snapshot): AsyncGenerator<JudgedFinding> {
    for (const check of this.all) yield* check.findingsOfNoBook?.(snapshot) ?? [];
  }
}
