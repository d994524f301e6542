import { Injectable } from '@nestjs/common';
import { type BookSnapshot, BookUnreachable, LedgerArchive } from '../domain/ledger-archive.js';
import type { SearchOptions } from '../domain/search-options.js';
import type { Judged } from '../domain/verify-record.js';
import { judged, NOTHING, together } from './judged-findings.js';
import type { BookOptions, BookPoint, ExpectedHead, VerifiedBook } from './verified-book.js';
import { BookRun } from './verify-book.js';

/** Where an earlier run stopped. */
export interface ResumePoint {
  /** The books that it had verified, with their heads. */
  readonly verified: ReadonlyMap<string, ExpectedHead>;
  /** The book that it was in, if it had made progress there. */
  readonly within: { readonly merchantId: string; readonly point: BookPoint } | null;
}

export interface VerifyOptions extends SearchOptions {
  /** The head of the one merchant's book, as an earlier run showed it. */
  readonly expectedHead?: ExpectedHead | null;
  /** Books that were verified before, up to these heads: only what is new is read. */
  readonly since?: ReadonlyMap<string, ExpectedHead>;
  /** Must match the books: see {@link VerifyBooks.misfit}. */
  readonly resume?: ResumePoint | null;
  readonly watch?: BookOptions['watch'];
}

/** A head that somebody has stored is not in the database, or no longer. */
export interface Misfit {
  readonly merchantId: string;
  readonly stored: ExpectedHead;
  /** Its hash in the database; null if there is no such transaction. */
  readonly found: string | null;
}

/** How many findings that belong to no book are compared with the acknowledgements at once. */
const SLICE = 1_000;

/**
 * Recomputes books: the hash chain, the sums, the running balances, and what other modules report about the held money.
 * Each book is read in one snapshot, so that payouts made meanwhile cause no false findings, and in slices.
 */
@Injectable()
export class VerifyBooks {
  constructor(private readonly archive: LedgerArchive) {}

  /**
   * @param merchantId the merchant whose book is verified; null: all books, except those verified by the run that is
   *   continued
   */
  async *execute(merchantId: string | null, options: VerifyOptions = {}): AsyncGenerator<VerifiedBook> {
    const { expectedHead = null, since, resume = null, watch = () => undefined } = options;
    for await (const id of merchantId === null ? this.archive.merchantIds(options) : [merchantId]) {
      if (resume?.verified.has(id)) continue;
      const from = resume?.within?.merchantId === id ? resume.within.point : null;
      const given = { expected: expectedHead, since: since?.get(id) ?? null, from, watch };
      const work = (book: BookSnapshot): Promise<VerifiedBook> => new BookRun(id, book, given).verify();
      const verified = await this.archive.snapshot(id, work, options).catch((error: unknown) => skip(error, options));
      if (verified !== undefined) yield verified;
    }
  }

  /** For {@link SearchOptions.unreachable}: the nodes that do not answer now. */
  unreachableNodes(): Promise<Map<string, string>> {
    return this.archive.unreachableNodes();
  }

  /** Whether nothing of this merchant can be read, not even whether it exists. */
  async isUnreachable(merchantId: string, unreachable: ReadonlyMap<string, string>): Promise<boolean> {
    const reached = this.archive.assertReachable(merchantId, unreachable).then(() => true);
    return (await reached.catch((error: unknown) => skip(error, {}))) === undefined;
  }

  /**
   * The first head of the run to be continued that is not in the database: it is another database, or the book was
   * changed. Books that are skipped are not checked.
   */
  async misfit({ verified, within }: ResumePoint, search: SearchOptions = {}): Promise<Misfit | null> {
    const heads = [...verified];
    if (within !== null) heads.push([within.merchantId, within.point.audit]);
    for (const [merchantId, { seq, hash }] of heads) {
      if (seq === 0) continue;
      const at = this.archive.hashAt(merchantId, seq, search);
      const found = await at.catch((error: unknown) => skip(error, search));
      if (found !== undefined && found !== hash) return { merchantId, stored: { seq, hash }, found };
    }
    return null;
  }

  /** What is wrong but belongs to no book: money may have left that no book knows about. */
  ofNoBook(): Promise<Judged> {
    return this.archive.snapshotOfNoBook(async (snapshot) => {
      let all = NOTHING;
      for await (const slice of inSlices(snapshot.toBeJudged(), SLICE))
        all = together(all, await judged(snapshot, slice));
      return all;
    });
  }
}

/** @throws the error that it is given, unless that says that a book is to be skipped */
function skip(error: unknown, { skipped }: SearchOptions): undefined {
  if (!(error instanceof BookUnreachable)) throw error;
  skipped?.(error.message);
  return undefined;
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
