import { describe, expect, it } from '@jest/globals';
import { Money } from '../../../shared/money.js';
import type { Finding } from './audit.js';
import { BookAudit } from './book-audit.js';
import { adjustment, append, hold, type LedgerHead, type Posting, release, settlement } from './ledger.js';
import { chainHash, GENESIS, type Transaction } from './transaction.js';

const MERCHANT = '01980000-0000-7000-8000-00000000000a';
const amount = Money.ofPaise(60_00n);

const POSTINGS: readonly Posting[] = [
  adjustment('opening', 1_000_00n, { actor: 'operator:o1', reason: 'opening balance' }),
  hold('p1', amount, 'merchant:k1'),
  settlement('p1', amount, 'bank:b'),
  hold('p2', amount, 'merchant:k1'),
  release('p2', amount, 'bank:b'),
];

/** A correct book: funded, one payout settled, one released. */
function aBook(postings = POSTINGS): Transaction[] {
  const balances = { available: 0n, held: 0n, paid_out: 0n, received: 0n, fees: 0n, taxes: 0n };
  let head: LedgerHead = { seq: 0, id: null, hash: GENESIS, balances };
  return postings.map((posting, i) => {
    const id = `019b8c6b-49bb-7b21-9c3e-00000000000${i}`;
    const next = append(MERCHANT, head, posting, id, new Date(Date.UTC(2026, 0, 5) + i));
    head = next.head;
    return next.transaction;
  });
}

/** The book with one transaction tampered with, and nothing else. */
function tampered(seq: number, change: (transaction: Transaction) => Partial<Transaction>): Transaction[] {
  return aBook().map((transaction) =>
    transaction.seq === seq ? { ...transaction, ...change(transaction) } : transaction,
  );
}

/** What somebody who knows the rule would do: every hash from `seq` on is recomputed. */
function rechained(book: readonly Transaction[]): Transaction[] {
  let prevHash = GENESIS;
  return book.map((transaction) => {
    const chained = { ...transaction, prevHash, hash: chainHash(prevHash, transaction) };
    prevHash = chained.hash;
    return chained;
  });
}

function findingsOf(book: readonly Transaction[], undigestedUntil: Date | null = null): Finding[] {
  const audit = new BookAudit(MERCHANT, null, undigestedUntil);
  return [...book.flatMap((transaction) => [...audit.next(transaction)]), ...audit.end()];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const codesOf = (book: readonly Transaction[]): string[] => findingsOf(book).map(({ code }) => code);

describe('the audit of a book', () => {
  it('finds nothing in a book in order, nor in an empty one', () => {
    expect(findingsOf(aBook())).toEqual([]);
    expect(findingsOf([])).toEqual([]);
  });

  it('comes to the same head and balances as the ledger', () => {
    const book = aBook();
    const audit = new BookAudit(MERCHANT);
    expect(audit.head).toEqual({ seq: 0, hash: '00'.repeat(32) });
    for (const transaction of book) expect([...audit.next(transaction)]).toEqual([]);
    expect(audit.head).toEqual({ seq: 5, hash: hex(book[4]!.hash) });
    expect(audit.balance('available')).toBe(940_00n);
    expect(audit.balance('held')).toBe(0n);
    expect(audit.balance('paid_out')).toBe(60_00n);
    expect(audit.balance('received')).toBe(-1_000_00n);
    expect(audit.balance('fees')).toBe(0n);
  });

  it.each<[string, (transaction: Transaction) => Partial<Transaction>]>([
    ['the reason', () => ({ reason: 'another' })],
    ['the actor', () => ({ actor: 'operator:o2' })],
    ['the time', () => ({ createdAt: new Date(0) })],
    ['the id', () => ({ id: '019b8c6b-49bb-7b21-9c3e-0000000000ff' })],
    ['the kind', () => ({ kind: 'refund' })],
    ['the cause', () => ({ cause: { type: 'payout', id: 'p9' } })],
    ['what it reverses', () => ({ reversesSeq: 1 })],
    ['the book', () => ({ merchantId: '01980000-0000-7000-8000-00000000000b' })],
    ['the hash of the chain', () => ({ hash: new Uint8Array(32).fill(7) })],
  ])('finds that %s was changed', (_, change) => {
    const findings = findingsOf(tampered(5, change));
    expect(findings).toMatchObject([
      {
        code: 'HASH_MISMATCH',
        merchantId: MERCHANT,
        detail: 'transaction 5 was changed: its hash does not match its content',
      },
    ]);
  });

  it('finds that a changed transaction was given a fitting hash, by the one that follows', () => {
    const book = tampered(2, () => ({ actor: 'operator:o2' }));
    book[1] = { ...book[1]!, hash: chainHash(book[1]!.prevHash, book[1]!) };
    expect(findingsOf(book)).toMatchObject([
      { code: 'HASH_MISMATCH', merchantId: MERCHANT, detail: 'transaction 3 is not chained to the one before it' },
    ]);
  });

  it('finds that the first transaction does not begin the book', () => {
    expect(codesOf(tampered(1, ({ prevHash }) => ({ prevHash: new Uint8Array(prevHash).fill(1) })))).toEqual([
      'HASH_MISMATCH',
      'HASH_MISMATCH',
    ]);
  });

  it('finds a missing transaction, by its number and by the chain', () => {
    const book = aBook().filter(({ seq }) => seq !== 3);
    expect(findingsOf(book)[0]).toMatchObject({
      code: 'SEQUENCE_GAP',
      merchantId: MERCHANT,
      detail: 'transaction 4 follows transaction 2',
    });
    expect(codesOf(book)).toContain('HASH_MISMATCH');
  });

  it('finds a gap, even if everything after it was chained again', () => {
    expect(codesOf(rechained(aBook().filter(({ seq }) => seq !== 1)))[0]).toBe('SEQUENCE_GAP');
    const twice = aBook();
    expect(codesOf(rechained([...twice, twice[4]!]))).toContain('SEQUENCE_GAP');
  });

  it('continues after a gap and finds it once', () => {
    const gap = findingsOf(aBook().filter(({ seq }) => seq !== 2)).filter(({ code }) => code === 'SEQUENCE_GAP');
    expect(gap).toHaveLength(1);
  });

  it('finds an amount that does not balance', () => {
    const book = rechained(
      tampered(3, ({ entries: [held, paidOut] }) => ({
        entries: [
          held!,
          { ...paidOut!, amountPaise: paidOut!.amountPaise + 1n, balancePaise: paidOut!.balancePaise + 1n },
        ],
      })),
    );
    expect(findingsOf(book)).toMatchObject([
      {
        code: 'UNBALANCED_TRANSACTION',
        merchantId: MERCHANT,
        detail: 'the entries of transaction 3 add up to ₹0.01, not to zero',
      },
    ]);
  });

  it('finds a transaction without entries, and one with a single entry', () => {
    const [last] = aBook().slice(-1);
    const empty = rechained([...aBook(), { ...last!, seq: 6, entries: [] }]);
    expect(findingsOf(empty)).toMatchObject([
      { code: 'UNBALANCED_TRANSACTION', merchantId: MERCHANT, detail: 'transaction 6 has fewer than two entries: 0' },
    ]);
    const single = { account: 'fees', amountPaise: 5n, balancePaise: 5n } as const;
    expect(codesOf(rechained([...aBook(), { ...last!, seq: 6, entries: [single] }]))).toEqual([
      'UNBALANCED_TRANSACTION',
      'UNBALANCED_TRANSACTION',
    ]);
  });

  it('finds a running balance that is not the sum of its entries', () => {
    const book = rechained(
      tampered(4, ({ entries: [available, held] }) => ({
        entries: [{ ...available!, balancePaise: available!.balancePaise + 100n }, held!],
      })),
    );
    expect(findingsOf(book)).toMatchObject([
      {
        code: 'BALANCE_MISMATCH',
        merchantId: MERCHANT,
        detail: 'transaction 4 shows the balance ₹881.00 on available, but the entries up to there add up to ₹880.00',
      },
    ]);
  });

  it('finds money that was moved to another amount in a fitting way, by the balances that follow', () => {
    const moved = rechained(
      tampered(1, ({ entries: [available, received] }) => ({
        entries: [
          { ...available!, amountPaise: 2_000_00n, balancePaise: 2_000_00n },
          { ...received!, amountPaise: -2_000_00n, balancePaise: -2_000_00n },
        ],
      })),
    );
    // Each later entry of the account shows it: the holds of p1 and p2, and the release.
    expect(codesOf(moved)).toEqual(['BALANCE_MISMATCH', 'BALANCE_MISMATCH', 'BALANCE_MISMATCH']);
  });

  it('finds entries whose transaction is not there', () => {
    expect(new BookAudit(MERCHANT).orphan(9, 'held')).toMatchObject({
      code: 'SEQUENCE_GAP',
      merchantId: MERCHANT,
      detail: 'an entry on held belongs to transaction 9, which does not exist',
    });
  });

  it('finds a tail that was cut off only by a head that was stored elsewhere', () => {
    const book = aBook();
    const head = { seq: 5, hash: hex(book[4]!.hash) };
    const audited = (part: readonly Transaction[], expected = head) => {
      const audit = new BookAudit(MERCHANT, expected);
      return [...part.flatMap((transaction) => [...audit.next(transaction)]), ...audit.end()];
    };
    expect(audited(book)).toEqual([]);
    expect(audited(book, { seq: 3, hash: hex(book[2]!.hash) })).toEqual([]);
    expect(audited(book.slice(0, 3))).toMatchObject([
      { code: 'HEAD_MISMATCH', merchantId: MERCHANT, detail: `transaction 5 is missing, expected ${head.hash}` },
    ]);
    const rewritten = rechained(tampered(1, () => ({ reason: 'another' })));
    expect(findingsOf(rewritten)).toEqual([]);
    expect(audited(rewritten).map(({ code }) => code)).toEqual(['HEAD_MISMATCH']);
  });
});

describe('a hold without a digest of what was requested', () => {
  const DIGEST = 'ab'.repeat(32);
  const UNRELEASED = POSTINGS.slice(0, 4);
  /** The first or the second of two holds has no digest. The second hold is the last of four movements. */
  const lacking = (which: 'p1' | 'p2', book: readonly Posting[] = UNRELEASED): Transaction[] =>
    aBook(
      book.map((each) =>
        each.kind === 'payout_hold' && each.cause.id !== which ? { ...each, requestDigest: DIGEST } : each,
      ),
    );
  const at = (ms: number): Date => new Date(Date.UTC(2026, 0, 5) + ms);
  const found = (book: readonly Transaction[], until: Date): string[] =>
    findingsOf(book, until).map(({ code, detail }) => `${code}: ${detail}`);

  it('is in order while it is dated before the version that keeps them stands alone', () => {
    expect(found(lacking('p2'), at(4))).toEqual([]);
    expect(found(lacking('p1'), at(2))).toEqual([]);
  });

  it('is found from then on', () => {
    const finding = 'HOLD_WITHOUT_DIGEST: transaction 4 (payout_hold) does not say what was requested';
    expect(found(lacking('p2'), at(3))).toEqual([finding]);
    expect(found(lacking('p2'), at(1))).toEqual([finding]);
  });

  it('is no finding once it was released: whomever it was for, nobody was paid', () => {
    expect(found(lacking('p2', POSTINGS), at(3))).toEqual([]);
    expect(found(lacking('p1', POSTINGS), at(1))).toHaveLength(1);
  });

  it('is found after a transaction that is dated later, even if its own date is earlier', () => {
    const book = rechained(lacking('p2').map((each) => (each.seq === 4 ? { ...each, createdAt: at(0) } : each)));
    expect(found(book, at(2))).toEqual([expect.stringContaining('HOLD_WITHOUT_DIGEST: transaction 4')]);
  });
});
