import { lengthPrefixed } from '../../../shared/canonical.js';
import { sha256 } from '../../../shared/sha256.js';

/** The accounts of a book, in their order in a transaction's canonical form. */
export const ACCOUNTS = ['available', 'held', 'paid_out', 'received', 'fees', 'taxes'] as const;
export type Account = (typeof ACCOUNTS)[number];

/** Accounts whose balance can never be negative: nobody can promise or pay out money that is not there. */
export const NEVER_NEGATIVE: ReadonlySet<Account> = new Set(['available', 'held']);

export const TRANSACTION_KINDS = [
  'payment',
  'payout_hold',
  'payout_settlement',
  'payout_release',
  'payout_reversal',
  'refund_hold',
  'refund',
  'refund_release',
  'adjustment',
] as const;
export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

export const CAUSE_TYPES = ['payout', 'payment', 'refund', 'adjustment'] as const;

/** What a movement is about: a payout, a payment, an adjustment. One movement of each kind per cause. */
export interface Cause {
  readonly type: (typeof CAUSE_TYPES)[number];
  readonly id: string;
}

export interface Entry {
  readonly account: Account;
  /** Signed: what the account gains. */
  readonly amountPaise: bigint;
  /** The account's balance after this entry. */
  readonly balancePaise: bigint;
}

/** A balanced set of entries in one book: the sum of its amounts is zero, at most one entry per account. */
export interface Movement {
  readonly merchantId: string;
  /** 1, 2, 3 … without gaps in one book. */
  readonly seq: number;
  readonly id: string;
  readonly kind: TransactionKind;
  readonly cause: Cause;
  readonly reversesSeq: number | null;
  readonly reason: string | null;
  /** `merchant:<key id>`, `operator:<key id>`, `bank:<gateway>` or `system`. */
  readonly actor: string;
  /**
   * For a hold: SHA-256, hexadecimal, of what was asked for, including the recipient. Null for other kinds, and for old
   * holds.
   */
  readonly requestDigest: string | null;
  readonly createdAt: Date;
  /** In the order of {@link ACCOUNTS}. */
  readonly entries: readonly Entry[];
}

/** A movement at its place in the book's hash chain: changing one means changing all that follow. */
export interface Transaction extends Movement {
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** What the first transaction of a book is chained to. */
export const GENESIS: Uint8Array = new Uint8Array(32);

/**
 * The second form includes the digest of a request and is used if there is one, so a digest cannot be removed
 * unnoticed.
 */
const FORMS = { plain: 'bahi-ledger-1', withDigest: 'bahi-ledger-2' } as const;

/**
 * The text that the hash chain covers: each field as its length in UTF-8 bytes, a colon and the field; an absent one as
 * a hyphen. Fixed order, decimal numbers, UTC milliseconds. `docs/ledger-hash.md` has a worked example, so that an
 * outsider can recompute a book without our code.
 */
export function canonicalForm(transaction: Movement): string {
  const { cause, entries, requestDigest } = transaction;
  const fields: (string | null)[] = [
    requestDigest === null ? FORMS.plain : FORMS.withDigest,
    transaction.merchantId,
    String(transaction.seq),
    transaction.id,
    transaction.kind,
    cause.type,
    cause.id,
    transaction.reversesSeq === null ? null : String(transaction.reversesSeq),
    transaction.reason,
    transaction.actor,
    transaction.createdAt.toISOString(),
  ];
  if (requestDigest !== null) fields.push(requestDigest);
  fields.push(String(entries.length));
  for (const entry of entries) fields.push(entry.account, String(entry.amountPaise), String(entry.balancePaise));
  return lengthPrefixed(fields);
}

/** sha256(previous hash ‖ canonical form in UTF-8). */
export function chainHash(prevHash: Uint8Array, movement: Movement): Uint8Array {
  return sha256(prevHash, canonicalForm(movement));
}
