import { Injectable } from '@nestjs/common';
import { type Adjustments, BookAudit, type Finding } from '../domain/audit.js';
import { type BookSnapshot, LedgerArchive } from '../domain/ledger-archive.js';
import { type Judged, judged, MAX_SHOWN, NOTHING, together } from './judged-findings.js';

/** `<seq>:<hash>` of a book's last transaction, the hash in hexadecimal. */
export interface ExpectedHead {
  readonly seq: number;
  readonly hash: string;
}

export interface VerifiedBook extends Judged {
  readonly merchantId: string;
  readonly transactions: number;
  /** `<seq>:<hash>`: stored elsewhere, it finds a tail that was cut off. */
  readonly head: string;
  /** What was put in, or taken out, by hand. */
  readonly adjustments: readonly Adjustments[];
}

/** Findings of no book that are compared with what was acknowledged at once. */
const SLICE = 1_000;

/**
 * Recomputes books: the hash chain, the sums, the running balances, and what other modules report of the held money.
 * Each book is read in one snapshot, so that payouts that go on meanwhile give no false finding, and in slices.
 */
@Injectable()
export class VerifyBooks {
  constructor(private readonly archive: LedgerArchive) {}

  /** @param expectedHead of that one merchant's book, as an earlier run has shown it */
  async *execute(merchantId: string | null, expectedHead: ExpectedHead | null = null): AsyncGenerator<VerifiedBook> {
    for await (const id of merchantId === null ? this.archive.merchantIds() : [merchantId]) {
      yield await this.archive.snapshot(id, (book) => verify(id, book, expectedHead));
    }
  }

  /** What is wrong and belongs to no book: money may have left of which no book knows. */
  ofNoBook(): Promise<Judged> {
    return this.archive.snapshotOfNoBook(async (beside) => {
      let all = NOTHING;
      for await (const slice of inSlices(beside.toBeJudged(), SLICE)) all = together(all, await judged(beside, slice));
      return all;
    });
  }
}

async function verify(merchantId: string, book: BookSnapshot, expected: ExpectedHead | null): Promise<VerifiedBook> {
  const audit = new BookAudit(merchantId, expected, await book.undigestedUntil());
  const findings: Finding[] = [];
  const reading = (read: () => Promise<void>): Promise<unknown> =>
    read().catch((error: unknown) => findings.push(unreadable(merchantId, error)));
  await reading(async () => {
    for await (const { transactions, orphans } of book.slices()) {
      for (const transaction of transactions) findings.push(...audit.next(transaction));
      for (const { seq, account } of orphans) findings.push(audit.orphan(seq, account));
      if (findings.length >= MAX_SHOWN) break;
    }
    findings.push(...audit.end());
  });
  await reading(async () => {
    for await (const finding of book.findings(audit.balance('held'))) findings.push(finding);
  });
  const { adjustments, head } = audit;
  const { seq, hash } = head;
  return { merchantId, transactions: seq, head: `${seq}:${hash}`, adjustments, ...(await judged(book, findings)) };
}

/** What nobody writes here may be of a form that cannot be read: the rest of it is not, and what else there is, is. */
function unreadable(merchantId: string, error: unknown): Finding {
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  return { code: 'UNREADABLE', merchantId, detail: `the book cannot be read: ${error.message}` };
}

async function* inSlices<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let slice: Item[] = [];
  for await (const item of items) {
    if (slice.push(item) < size) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
