import { type Finding, finding } from '../domain/audit.js';
import { type AuditState, hex } from '../domain/book-audit.js';
import type { VerifiedUpTo } from '../domain/book-checks.js';
import type { BookSnapshot, StoredHead } from '../domain/ledger-archive.js';
import { chainHash, GENESIS } from '../domain/transaction.js';
import type { ExpectedHead } from './verified-book.js';

/** Where to begin reading a book that was verified before. */
export interface VerifiedStart {
  /** Null: at the first transaction. */
  readonly audit: AuditState | null;
  readonly since: VerifiedUpTo | null;
  readonly findings: readonly Finding[];
}

/**
 * Begins after a head that somebody has stored. The balances there are taken from the last entries; the earlier
 * transactions, which the hash covers, are not read. If the content of that transaction has another hash, everything
 * has to be read.
 * @param expected compared here if it is in the part that is not read
 */
export async function startBehind(
  { seq, hash }: ExpectedHead,
  expected: ExpectedHead | null,
  book: BookSnapshot,
  merchantId: string,
): Promise<VerifiedStart> {
  const stored = await book.at(seq);
  const found = hashOf(stored);
  if (stored === null || found !== hash) {
    const values = { seq, hash: found, expected_hash: hash };
    const mismatch = finding('HEAD_MISMATCH', merchantId, { code: 'head_differs_all_read', values });
    return { audit: null, since: null, findings: [mismatch] };
  }
  const { transaction, balances } = stored;
  const sums = Object.fromEntries(Object.entries(balances).map(([account, paise]) => [account, String(paise)]));
  const sum = Object.values(balances).reduce((total, paise) => total + paise, 0n);
  const needsDigest = transaction.createdAt >= (await book.undigestedUntil());
  const findings = expected === null || expected.seq > seq ? [] : await unlikeExpected(expected, book, merchantId);
  const unbalanced = { code: 'balances_unbalanced', values: { seq, sum_paise: String(sum) } } as const;
  if (sum !== 0n) findings.push(finding('BALANCE_MISMATCH', merchantId, unbalanced));
  return {
    audit: { seq, hash, sums, adjustments: [], undigested: [], needsDigest },
    since: { seq, id: transaction.id },
    findings,
  };
}

async function unlikeExpected({ seq, hash }: ExpectedHead, book: BookSnapshot, merchantId: string): Promise<Finding[]> {
  const found = seq === 0 ? hex(GENESIS) : hashOf(await book.at(seq));
  const values = { seq, hash: found, expected_hash: hash };
  return found === hash ? [] : [finding('HEAD_MISMATCH', merchantId, { code: 'head_differs', values })];
}

/** Computed from its content. */
function hashOf(stored: StoredHead | null): string | null {
  return stored === null ? null : hex(chainHash(stored.transaction.prevHash, stored.transaction));
}
