import { Injectable } from '@nestjs/common';
import type { Acknowledgement } from '../domain/acknowledgement.js';
import { type Adjustments, BookAudit, type Finding } from '../domain/audit.js';
import { type BookSnapshot, LedgerArchive } from '../domain/ledger-archive.js';

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

export interface Judged {
  readonly findings: readonly Finding[];
  /** Found too, and judged by a person. */
  readonly acknowledged: readonly Acknowledgement[];
}

/** A finding repeats itself down the chain; after so many a book is known to be broken. */
const MAX_FINDINGS_PER_BOOK = 100;

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
      const findings: Finding[] = [];
      const acknowledged: Acknowledgement[] = [];
      for await (const slice of inSlices(beside.toBeJudged(), SLICE)) {
        const found = await judged(beside, slice);
        findings.push(...found.findings);
        acknowledged.push(...found.acknowledged);
      }
      return { findings: findings.slice(0, MAX_FINDINGS_PER_BOOK), acknowledged };
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
      if (findings.length >= MAX_FINDINGS_PER_BOOK) break;
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

/** What was acknowledged does not count, and so does not stand before what comes behind it. */
async function judged(book: Pick<BookSnapshot, 'acknowledged'>, all: readonly Finding[]): Promise<Judged> {
  const acknowledged = await book.acknowledged(all.flatMap(({ evidence }) => evidence ?? []));
  const known = new Set(acknowledged.map(({ evidence }) => evidence));
  const findings = all.filter(({ evidence }) => evidence === undefined || !known.has(evidence));
  return { findings: findings.slice(0, MAX_FINDINGS_PER_BOOK), acknowledged };
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
