import type { AcknowledgedFinding } from '../domain/acknowledgement.js';
import type { Finding } from '../domain/audit.js';
import type { BookSnapshot } from '../domain/ledger-archive.js';

/** Findings, and what persons have acknowledged of them. */
export interface Judged {
  readonly findings: readonly Finding[];
  /** Found too, and judged by a person. */
  readonly acknowledged: readonly AcknowledgedFinding[];
  /** How many findings there are besides those. */
  readonly more: number;
}

/** A finding repeats itself down the chain; after so many a book is known to be broken. The others are counted. */
export const MAX_SHOWN = 100;

export const NOTHING: Judged = { findings: [], acknowledged: [], more: 0 };

/** What was acknowledged does not count, and so does not stand before what comes behind it. */
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

/** @param more findings that neither shows */
export function together(some: Judged, others: Judged, more = 0): Judged {
  const findings = [...some.findings, ...others.findings];
  return {
    findings: findings.slice(0, MAX_SHOWN),
    acknowledged: [...some.acknowledged, ...others.acknowledged],
    more: some.more + others.more + more + Math.max(0, findings.length - MAX_SHOWN),
  };
}

/** What is found in one book, slice by slice: what is beyond the first is counted, so that the memory stays small. */
export class JudgedFindings {
  private sum = NOTHING;

  constructor(
    private readonly book: Pick<BookSnapshot, 'acknowledged'>,
    private readonly merchantId: string,
  ) {}

  get all(): Judged {
    return this.sum;
  }

  /** @param more how many there are besides */
  async add(findings: readonly Finding[], more = 0): Promise<void> {
    if (findings.length + more > 0) this.sum = together(this.sum, await judged(this.book, findings), more);
  }

  /** For `add` in a later run, which asks anew what was acknowledged. */
  toGoOn(): { readonly found: readonly Finding[]; readonly more: number } {
    const { findings, acknowledged, more } = this.sum;
    const { merchantId } = this;
    const known = acknowledged.map(({ code, detail, particulars, evidence }) => ({
      ...{ code, merchantId, detail, particulars, evidence },
    }));
    return { found: [...findings, ...known], more };
  }
}
