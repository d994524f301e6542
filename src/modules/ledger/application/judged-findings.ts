import type { Finding } from '../domain/audit.js';
import type { BookSnapshot } from '../domain/ledger-archive.js';
import type { Judged } from '../domain/verify-record.js';

/**
 * One error repeats itself down the hash chain; after this many findings a book is known to be broken. Further ones are
 * only counted.
 */
export const MAX_SHOWN = 100;

export const NOTHING: Judged = { findings: [], acknowledged: [], more: 0 };

/** Acknowledged findings do not count towards the limit, so they do not hide the findings after them. */
export async function judged(book: Pick<BookSnapshot, 'acknowledged'>, all: readonly Finding[]): Promise<Judged> {
  const particulars = new Map(all.map((finding) => [finding.evidence, finding.particulars]));
  const acknowledged = (await book.acknowledged(all.flatMap(({ evidence }) => evidence ?? []))).map((given) => ({
    ...given,
    particulars: particulars.get(given.evidence) ?? null,
  }));
  const known = new Set(acknowledged.map(({ evidence }) => evidence));
  const findings = all.filter(({ evidence }) => evidence === undefined || !known.has(evidence));
  return together(NOTHING, { findings, acknowledged, more: 0 });
}

/** @param more the number of findings that neither of the two shows */
export function together(some: Judged, others: Judged, more = 0): Judged {
  const findings = [...some.findings, ...others.findings];
  return {
    findings: findings.slice(0, MAX_SHOWN),
    acknowledged: [...some.acknowledged, ...others.acknowledged],
    more: some.more + others.more + more + Math.max(0, findings.length - MAX_SHOWN),
  };
}

/**
 * The findings of one book, added slice by slice. Beyond the limit they are only counted, so that memory stays small.
 */
export class JudgedFindings {
  private sum = NOTHING;

  constructor(
    private readonly book: Pick<BookSnapshot, 'acknowledged'>,
    private readonly merchantId: string,
  ) {}

  get all(): Judged {
    return this.sum;
  }

  /** @param more how many further findings there are */
  async add(findings: readonly Finding[], more = 0): Promise<void> {
    if (findings.length + more > 0) this.sum = together(this.sum, await judged(this.book, findings), more);
  }

  /** For `add` in a later run, which looks up again what was acknowledged. */
  toGoOn(): { readonly found: readonly Finding[]; readonly more: number } {
    const { findings, acknowledged, more } = this.sum;
    const { merchantId } = this;
    const known = acknowledged.map(({ code, detail, particulars, evidence }) => ({
      code,
      merchantId,
      detail,
      particulars,
      evidence,
    }));
    return { found: [...findings, ...known], more };
  }
}
