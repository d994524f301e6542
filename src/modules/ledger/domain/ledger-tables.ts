import { BookTable } from '../../../shared/book-table.js';
import type { HeldBack } from '../../../shared/submissions/submission.js';
import type { LedgerHead } from './ledger.js';
import type { Transaction, TransactionKind } from './transaction.js';

/** Loaded with every book: the head of its ledger. Every posting moves it; it is never written. */
export const ledgerHeads = new BookTable<LedgerHead>('ledger_heads');

/** The transactions that the decisions of a batch append. Key: the transaction's seq. */
export const ledgerTransactions = new BookTable<Transaction>('ledger_transactions');

/** An earlier transaction, as found by its cause. */
export interface PostedCause {
  readonly seq: number;
  /** Its effect on `available`, signed. */
  readonly availablePaise: bigint;
  readonly requestDigest: string | null;
  /** It was made while a version without digests may have been running. Left out: no. */
  readonly mayLackDigest?: boolean;
}

/** What must have been held for an order. */
export interface ExpectedHold {
  readonly paise: bigint;
  /** The digest of what is about to be sent. */
  readonly requestDigest: string;
}

/** How the hold compares with what is about to be sent or ended. `held`: it is what was requested. */
export type HoldVerdict = 'held' | HeldBack;

/** A hold without a digest is compared by its amount, if it may lack one. */
export function judgeHold(posted: PostedCause | undefined, { paise, requestDigest }: ExpectedHold): HoldVerdict {
  if (posted === undefined) return paise === 0n ? 'held' : 'differs';
  if (-posted.availablePaise !== paise) return 'differs';
  if (posted.requestDigest !== null) return posted.requestDigest === requestDigest ? 'held' : 'differs';
  return posted.mayLackDigest === true ? 'held' : 'undigested';
}

/** What was already posted for a cause, so that nothing is posted twice. Key: see {@link causeKey}. Read only. */
export const ledgerCauses = new BookTable<PostedCause>('ledger_causes');

export function causeKey(kind: TransactionKind, causeId: string): string {
  return `${kind}|${causeId}`;
}
