import { BookTable } from '../../../shared/book-table.js';
import type { HeldBack } from '../../../shared/submissions/submission.js';
import type { LedgerHead } from './ledger.js';
import type { Transaction, TransactionKind } from './transaction.js';

/** Comes along with every book: the head of its ledger. Moved by every posting, never written. */
export const ledgerHeads = new BookTable<LedgerHead>('ledger_heads');

/** What the decisions of a batch append. Key: the transaction's seq. */
export const ledgerTransactions = new BookTable<Transaction>('ledger_transactions');

/** An earlier transaction as its cause finds it again. */
export interface PostedCause {
  readonly seq: number;
  /** What it did to `available`, signed. */
  readonly availablePaise: bigint;
  readonly requestDigest: string | null;
  /** It was made while a version that knew no digests may have served. Left out: no. */
  readonly mayLackDigest?: boolean;
}

/** What an order must have been held for. */
export interface ExpectedHold {
  readonly paise: bigint;
  /** Of what is about to be sent. */
  readonly requestDigest: string;
}

/** What the hold says of what is about to be sent or ended. `held`: it is what was requested. */
export type HoldVerdict = 'held' | HeldBack;

/** A hold without a digest is compared by its amount where it may lack one. */
export function judgeHold(posted: PostedCause | undefined, { paise, requestDigest }: ExpectedHold): HoldVerdict {
  if (posted === undefined) return paise === 0n ? 'held' : 'differs';
  if (-posted.availablePaise !== paise) return 'differs';
  if (posted.requestDigest !== null) return posted.requestDigest === requestDigest ? 'held' : 'differs';
  return posted.mayLackDigest === true ? 'held' : 'undigested';
}

/** What was already posted for a cause, to do a thing once. Key: see {@link causeKey}. Read only. */
export const ledgerCauses = new BookTable<PostedCause>('ledger_causes');

export function causeKey(kind: TransactionKind, causeId: string): string {
  return `${kind}|${causeId}`;
}
