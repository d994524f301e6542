import type { Finding, FindingCode } from './audit.js';
import { type Account, chainHash, GENESIS, type Transaction } from './transaction.js';

/** What one actor has put into a book by hand, or taken out of it. */
export interface Adjustments {
  readonly actor: string;
  readonly count: number;
  readonly paise: bigint;
}

/** How far a book was recomputed, as JSON can carry it: to go on from there. */
export interface AuditState {
  readonly seq: number;
  /** Of that transaction, hexadecimal. */
  readonly hash: string;
  /** What the entries of each account sum to, in paise. */
  readonly sums: Readonly<Partial<Record<Account, string>>>;
  readonly adjustments: readonly (Omit<Adjustments, 'paise'> & { readonly paise: string })[];
  readonly needsDigest: boolean;
  readonly undigested: readonly (Undigested & { readonly causeId: string })[];
}

type Undigested = Pick<Transaction, 'seq' | 'kind'>;

/**
 * Recomputes a book from its first transaction on, or from where that was done before. Fed in the order of seq; holds
 * only the current head, so that a book of any length fits in memory.
 */
export class BookAudit {
  private seq = 0;
  private hash: Uint8Array = GENESIS;
  private readonly sums = new Map<Account, bigint>();
  private readonly byHand = new Map<string, Adjustments>();
  private needsDigest = false;
  /** Holds that must say what was requested and do not, by what they are for. */
  private readonly undigested = new Map<string, Undigested>();

  /**
   * @param expected `<seq>` and hash of a transaction as somebody stored it elsewhere; the book may have grown since
   * @param undigestedUntil holds that are dated earlier may lack a digest; behind a transaction of later none may; null: any
   * @param from where to go on; null: at the beginning
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

  /** The head of the book by our own arithmetic. */
  get head(): { readonly seq: number; readonly hash: string } {
    return { seq: this.seq, hash: hex(this.hash) };
  }

  balance(account: Account): bigint {
    return this.sums.get(account) ?? 0n;
  }

  /** Nothing outside of the book proves them: somebody must know each. */
  get adjustments(): readonly Adjustments[] {
    return [...this.byHand.values()];
  }

  *next(transaction: Transaction): Generator<Finding> {
    const { seq } = transaction;
    if (seq !== this.seq + 1) yield this.finding('SEQUENCE_GAP', `transaction ${seq} follows transaction ${this.seq}`);
    yield* this.checkHash(transaction);
    yield* this.checkEntries(transaction);
    this.checkDigest(transaction);
    if (transaction.kind === 'adjustment') this.addAdjustment(transaction);
    if (seq === this.expected?.seq) yield* this.compare(hex(transaction.hash));
    this.seq = seq;
    this.hash = transaction.hash;
  }

  /** Entries whose transaction is not there. */
  orphan(seq: number, account: Account): Finding {
    return this.finding('SEQUENCE_GAP', `an entry of ${account} belongs to transaction ${seq}, which does not exist`);
  }

  /** A tail that was cut off whole leaves a book in order; only a head that was stored elsewhere shows it. */
  *end(): Generator<Finding> {
    if (this.expected !== null && this.seq < this.expected.seq) yield* this.compare('missing');
    for (const { seq, kind } of this.undigested.values())
      yield this.finding('HOLD_WITHOUT_DIGEST', `transaction ${seq}, a ${kind}, does not say what was requested`);
  }

  private *compare(found: string): Generator<Finding> {
    const { seq, hash } = this.expected!;
    if (found !== hash) yield this.finding('HEAD_MISMATCH', `transaction ${seq} is ${found}, expected ${hash}`);
  }

  private *checkHash(transaction: Transaction): Generator<Finding> {
    const { seq, prevHash, hash } = transaction;
    if (hex(prevHash) !== hex(this.hash)) {
      yield this.finding('HASH_MISMATCH', `transaction ${seq} is not chained to the one before it`);
    }
    if (hex(hash) !== hex(chainHash(prevHash, transaction))) {
      yield this.finding('HASH_MISMATCH', `transaction ${seq} was changed: its hash is not that of its content`);
    }
  }

  private *checkEntries({ seq, entries }: Transaction): Generator<Finding> {
    const sum = entries.reduce((total, entry) => total + entry.amountPaise, 0n);
    if (sum !== 0n)
      yield this.finding('UNBALANCED_TRANSACTION', `the entries of transaction ${seq} sum to ${sum} paise`);
    if (entries.length < 2) {
      yield this.finding('UNBALANCED_TRANSACTION', `transaction ${seq} has ${entries.length} entries`);
    }
    for (const { account, amountPaise, balancePaise } of entries) {
      const balance = this.balance(account) + amountPaise;
      this.sums.set(account, balance);
      if (balance === balancePaise) continue;
      yield this.finding(
        'BALANCE_MISMATCH',
        `transaction ${seq} shows ${balancePaise} paise on ${account}; its entries up to there sum to ${balance}`,
      );
    }
  }

  /** What was released has paid nobody, whomever it was for. */
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

  private finding(code: FindingCode, detail: string): Finding {
    return { code, merchantId: this.merchantId, detail };
  }
}

function bytesOf(hash: string): Uint8Array {
  return Uint8Array.from(hash.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
