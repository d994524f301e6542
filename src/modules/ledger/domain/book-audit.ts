import type { Particulars } from '../../../shared/audit/particulars.js';
import { type Finding, finding, type FindingCode } from './audit.js';
import { type Account, chainHash, GENESIS, type Transaction } from './transaction.js';

/** The money that one actor has put into a book by hand, or taken out of it. */
export interface Adjustments {
  readonly actor: string;
  readonly count: number;
  readonly paise: bigint;
}

/** How far a book was recomputed, in a form that JSON can represent, so that a later run can continue from there. */
export interface AuditState {
  readonly seq: number;
  /** The hash of that transaction, in hexadecimal. */
  readonly hash: string;
  /** The sum of the entries of each account, in paise. */
  readonly sums: Readonly<Partial<Record<Account, string>>>;
  readonly adjustments: readonly (Omit<Adjustments, 'paise'> & { readonly paise: string })[];
  readonly needsDigest: boolean;
  readonly undigested: readonly (Undigested & { readonly causeId: string })[];
}

type Undigested = Pick<Transaction, 'seq' | 'kind'>;

/**
 * Recomputes a book from its first transaction, or from where an earlier run stopped. Transactions are passed in the
 * order of seq; only the current head is kept, so that a book of any length fits in memory.
 */
export class BookAudit {
  private seq = 0;
  private hash: Uint8Array = GENESIS;
  private readonly sums = new Map<Account, bigint>();
  private readonly byHand = new Map<string, Adjustments>();
  private needsDigest = false;
  /** Holds that must have a digest of the request but do not, by the id of their cause. */
  private readonly undigested = new Map<string, Undigested>();

  /**
   * @param expected seq and hash of a transaction as somebody stored them elsewhere; the book may have grown since
   * @param undigestedUntil holds dated earlier may lack a digest, unless they come after a transaction dated later;
   *   null: every hold may lack one
   * @param from where to continue; null: at the beginning
   */
  constructor(
    private readonly merchantId: string,
    private readonly expected: { readonly seq: number; readonly hash: string } | null = null,
    private readonly undigestedUntil: Date | null = null,
    from: AuditState | null = null,
  ) {
    if (from === null) return;
    this.seq = from.seq;
    this.hash = bytesOf(from.hash);
    for (const [account, paise] of Object.entries(from.sums)) this.sums.set(account as Account, BigInt(paise));
    for (const { actor, count, paise } of from.adjustments)
      this.byHand.set(actor, { actor, count, paise: BigInt(paise) });
    this.needsDigest = from.needsDigest;
    for (const { causeId, seq, kind } of from.undigested) this.undigested.set(causeId, { seq, kind });
  }

  get state(): AuditState {
    return {
      ...this.head,
      sums: Object.fromEntries([...this.sums].map(([account, paise]) => [account, String(paise)])),
      adjustments: this.adjustments.map((made) => ({ ...made, paise: String(made.paise) })),
      needsDigest: this.needsDigest,
      undigested: [...this.undigested].map(([causeId, hold]) => ({ causeId, ...hold })),
    };
  }

  /** The head of the book as it was recomputed here. */
  get head(): { readonly seq: number; readonly hash: string } {
    return { seq: this.seq, hash: hex(this.hash) };
  }

  balance(account: Account): bigint {
    return this.sums.get(account) ?? 0n;
  }

  /** Nothing outside the book proves them: a person must recognise each. */
  get adjustments(): readonly Adjustments[] {
    return [...this.byHand.values()];
  }

  *next(transaction: Transaction): Generator<Finding> {
    const { seq } = transaction;
    if (seq !== this.seq + 1)
      yield this.found('SEQUENCE_GAP', {
        code: 'transaction_out_of_sequence',
        values: { seq, previous_seq: this.seq },
      });
    yield* this.checkHash(transaction);
    yield* this.checkEntries(transaction);
    this.checkDigest(transaction);
    if (transaction.kind === 'adjustment') this.addAdjustment(transaction);
    if (seq === this.expected?.seq) yield* this.compare(hex(transaction.hash));
    this.seq = seq;
    this.hash = transaction.hash;
  }

  /** An entry whose transaction is missing. */
  orphan(seq: number, account: Account): Finding {
    return this.found('SEQUENCE_GAP', { code: 'entry_without_transaction', values: { seq, account } });
  }

  /**
   * If the whole tail was cut off, the rest of the book is correct; only a head that was stored elsewhere reveals it.
   */
  *end(): Generator<Finding> {
    if (this.expected !== null && this.seq < this.expected.seq) yield* this.compare(null);
    for (const { seq, kind } of this.undigested.values())
      yield this.found('HOLD_WITHOUT_DIGEST', { code: 'hold_without_digest', values: { seq, transaction_kind: kind } });
  }

  private *compare(found: string | null): Generator<Finding> {
    const { seq, hash } = this.expected!;
    const values = { seq, hash: found, expected_hash: hash };
    if (found !== hash) yield this.found('HEAD_MISMATCH', { code: 'head_differs', values });
  }

  private *checkHash(transaction: Transaction): Generator<Finding> {
    const { seq, prevHash, hash } = transaction;
    if (hex(prevHash) !== hex(this.hash)) {
      yield this.found('HASH_MISMATCH', { code: 'transaction_not_chained', values: { seq } });
    }
    if (hex(hash) !== hex(chainHash(prevHash, transaction))) {
      yield this.found('HASH_MISMATCH', { code: 'transaction_changed', values: { seq } });
    }
  }

  private *checkEntries({ seq, entries }: Transaction): Generator<Finding> {
    const sum = entries.reduce((total, entry) => total + entry.amountPaise, 0n);
    const unbalanced = (what: Particulars): Finding => this.found('UNBALANCED_TRANSACTION', what);
    if (sum !== 0n) yield unbalanced({ code: 'entries_unbalanced', values: { seq, sum_paise: String(sum) } });
    if (entries.length < 2) yield unbalanced({ code: 'entries_too_few', values: { seq, entries: entries.length } });
    for (const { account, amountPaise, balancePaise } of entries) {
      const balance = this.balance(account) + amountPaise;
      this.sums.set(account, balance);
      if (balance === balancePaise) continue;
      const values = { seq, account, balance_paise: String(balancePaise), sum_paise: String(balance) };
      yield this.found('BALANCE_MISMATCH', { code: 'balance_differs', values });
    }
  }

  /** A hold that was released has paid nobody, so its digest does not matter. */
  private checkDigest({ seq, kind, cause, createdAt, requestDigest }: Transaction): void {
    this.needsDigest ||= this.undigestedUntil !== null && createdAt >= this.undigestedUntil;
    const isHold = kind === 'payout_hold' || kind === 'refund_hold';
    if (isHold && this.needsDigest && requestDigest === null) this.undigested.set(cause.id, { seq, kind });
    if (kind === 'payout_release' || kind === 'refund_release') this.undigested.delete(cause.id);
  }

  private addAdjustment({ actor, entries }: Transaction): void {
    const { count, paise } = this.byHand.get(actor) ?? { count: 0, paise: 0n };
    const moved = entries.find(({ account }) => account === 'available')?.amountPaise ?? 0n;
    this.byHand.set(actor, { actor, count: count + 1, paise: paise + moved });
  }

  private found(code: FindingCode, particulars: Particulars): Finding {
    return finding(code, this.merchantId, particulars);
  }
}

function bytesOf(hash: string): Uint8Array {
  return Uint8Array.from(hash.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
