import { type Finding, finding } from '../domain/audit.js';
import { BookAudit } from '../domain/book-audit.js';
import type { VerifiedUpTo } from '../domain/book-checks.js';
import type { BookPart, BookSnapshot } from '../domain/ledger-archive.js';
import { JudgedFindings, MAX_SHOWN } from './judged-findings.js';
import type { BookOptions, BookPoint, VerifiedBook } from './verified-book.js';
import { startBehind } from './verified-start.js';

/** In each part, reading stops after this many computed findings. */
const MAX_COMPUTED = 1_000;

/** Verifies one book in one snapshot: the ledger first, then what other modules check. */
export class BookRun {
  private readonly found: JudgedFindings;
  private since: VerifiedUpTo | null = null;

  constructor(
    private readonly merchantId: string,
    private readonly book: BookSnapshot,
    private readonly options: BookOptions,
  ) {
    this.found = new JudgedFindings(book, merchantId);
  }

  async verify(): Promise<VerifiedBook> {
    const audit = await this.begin();
    const begun = this.options.from?.part ?? null;
    if (begun === null) {
      await this.reading(() => this.readLedger(audit));
      await this.found.add(await this.book.held(audit.balance('held')));
    }
    const parts = this.book.parts(this.since);
    const first = parts.findIndex(({ name }) => name === begun?.name);
    for (const part of parts.slice(Math.max(first, 0)))
      await this.reading(() => this.goThrough(part, audit, part.name === begun?.name ? begun.after : null));
    const { adjustments, head } = audit;
    const at = { merchantId: this.merchantId, transactions: head.seq, head: `${head.seq}:${head.hash}`, adjustments };
    return { ...at, unread: this.since?.seq ?? 0, isSearchPartial: this.book.isSearchPartial(), ...this.found.all };
  }

  private async begin(): Promise<BookAudit> {
    const { expected, since, from } = this.options;
    const isNew = from === null && since !== null && since.seq > 0;
    const start = isNew ? await startBehind(since, expected, this.book, this.merchantId) : null;
    this.since = from?.since ?? start?.since ?? null;
    await this.found.add(from?.found ?? start?.findings ?? [], from?.more);
    const undigestedUntil = await this.book.undigestedUntil();
    return new BookAudit(this.merchantId, expected, undigestedUntil, from?.audit ?? start?.audit ?? null);
  }

  private async readLedger(audit: BookAudit): Promise<void> {
    const of = await this.book.length();
    for await (const { transactions, orphans } of this.book.slices(audit.head.seq === 0 ? null : audit.head.seq)) {
      const findings: Finding[] = [];
      for (const transaction of transactions) findings.push(...audit.next(transaction));
      for (const { seq, account } of orphans) findings.push(audit.orphan(seq, account));
      await this.found.add(findings);
      this.watch(audit, 'transactions', audit.head.seq, of, null);
      if (this.found.all.findings.length >= MAX_SHOWN) break;
    }
    await this.found.add([...audit.end()]);
  }

  private async goThrough(part: BookPart, audit: BookAudit, after: string | null): Promise<void> {
    let done = 0;
    let found = 0;
    for await (const { findings, read, upTo } of part.slices(after)) {
      await this.found.add(findings);
      done += read;
      found += findings.length;
      this.watch(audit, part.name, done, null, { name: part.name, after: upTo });
      if (found >= MAX_COMPUTED && !part.isJudged) break;
    }
  }

  private watch(audit: BookAudit, what: string, done: number, of: number | null, part: BookPoint['part']): void {
    const at = (): BookPoint => ({ audit: audit.state, since: this.since, part, ...this.found.toGoOn() });
    const point = this.book.isSearchPartial() ? null : at;
    this.options.watch({ merchantId: this.merchantId, what, done, of, point });
  }

  /**
   * Somebody other than Bahi may have written data that cannot be parsed: the rest of that part is skipped, the other
   * parts are still checked.
   */
  private async reading(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      const particulars = { code: 'book_unreadable', values: { error: error.message } } as const;
      await this.found.add([finding('UNREADABLE', this.merchantId, particulars)]);
    }
  }
}
