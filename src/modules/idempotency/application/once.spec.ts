import { describe, expect, it } from '@jest/globals';
import { BrokenInvariant } from '../../../shared/assert.js';
import { DomainError } from '../../../shared/domain-error.js';
import { BookTable } from '../../../platform/group-commit/book-table-store.js';
import { Book } from '../../../platform/group-commit/book.js';
import { IdempotencyKeyReused, TooManyIdempotencyKeys } from '../domain/idempotency-key.js';
import type { Reply } from '../../../shared/reply.js';
import { type IdempotencyRecord, idempotencyRecords } from '../domain/idempotency-record.js';
import { type KeyedRequest, once } from './once.js';

const MERCHANT = '01980000-0000-7000-8000-00000000000a';
const NOW_MS = Date.UTC(2026, 10, 26, 12);
const HOUR_MS = 3_600_000;
const LIVE_MS = 5_000;

/** What the work of a request does to the book. */
const effects = new BookTable<string>('effects');

const words = { status: 422, title: 'No', meaning: 'No.', remedy: 'Wait.' };

class InsufficientFunds extends DomainError {
  static override readonly problem = { ...words, code: 'insufficient_funds', remembered: true };
}
class MerchantInactive extends DomainError {
  static override readonly problem = { ...words, code: 'merchant_inactive' };
}

function aBook(earlier?: IdempotencyRecord, nowMs = NOW_MS): Book {
  const book = new Book(MERCHANT);
  book.fill(idempotencyRecords, 'k1', earlier);
  book.open(nowMs, null, LIVE_MS);
  return book;
}

const aRequest = (change: Partial<KeyedRequest> = {}): KeyedRequest => ({
  key: 'k1',
  requestHash: Uint8Array.of(1, 2, 3),
  keys: { windowHours: 24, fullAt: null },
  refusal: (error) => ({ status: 422, contentType: 'application/problem+json', body: `{"code":"${error.code}"}` }),
  ...change,
});

const created = (body = '{"id":"p1"}'): Reply => ({ status: 201, contentType: 'application/json', body });

/** Work that pays each time it runs. */
const paying =
  (book: Book, id: string, reply = created()) =>
  () => {
    book.put(effects, id, 'paid');
    return reply;
  };

const recordedBy = (book: Book): IdempotencyRecord => book.staged(idempotencyRecords)[0]!.row;
const effectsOn = (book: Book): string[] => book.staged(effects).map(({ key }) => key);

/** The book in a later batch, which has read what the first one recorded. */
const laterBook = (first: Book, afterMs = 1_000): Book => aBook(recordedBy(first), NOW_MS + afterMs);

describe('a request with a new key', () => {
  it('does its work and stores the reply with it', () => {
    const book = aBook();
    expect(once(book, aRequest(), paying(book, 'p1'))).toEqual({ ...created(), replayed: false });
    expect(effectsOn(book)).toEqual(['p1']);
    expect(book.staged(idempotencyRecords)).toEqual([
      {
        merchantId: MERCHANT,
        key: 'k1',
        isNew: true,
        row: {
          ...created(),
          requestHash: Uint8Array.of(1, 2, 3),
          expiresAt: new Date(NOW_MS + 24 * HOUR_MS),
          expiresAtLiveMs: LIVE_MS + 24 * HOUR_MS,
        },
      },
    ]);
  });

  it('is refused, and leaves no trace, where the merchant has too many', () => {
    const book = aBook();
    const full = { keys: { windowHours: 24, fullAt: 5 } };
    expect(() => once(book, aRequest(full), paying(book, 'p1'))).toThrow(TooManyIdempotencyKeys);
    expect([effectsOn(book), book.staged(idempotencyRecords)]).toEqual([[], []]);
    once(book, aRequest(), paying(book, 'p1'));
    // A repeated request needs no room.
    expect(once(book, aRequest(full), paying(book, 'p2'))).toMatchObject({ replayed: true });
  });

  it('must have been looked for first', () => {
    const book = aBook();
    expect(() => once(book, aRequest({ key: 'unread' }), paying(book, 'p1'))).toThrow(BrokenInvariant);
    expect(effectsOn(book)).toEqual([]);
  });
});

describe('a request with an answered key', () => {
  it('has no further effect and gets the same bytes, as a 200', () => {
    const first = aBook();
    once(first, aRequest(), paying(first, 'p1', created('{"id":"p1","amount_paise":1e3}')));
    const book = laterBook(first);
    expect(once(book, aRequest({ requestHash: Uint8Array.of(1, 2, 3) }), paying(book, 'p2'))).toEqual({
      status: 200,
      contentType: 'application/json',
      body: '{"id":"p1","amount_paise":1e3}',
      replayed: true,
    });
    expect(effectsOn(book)).toEqual([]);
    expect(book.staged(idempotencyRecords)).toEqual([]);
  });

  it('is read from a database that gives its bytes as a Buffer', () => {
    const book = aBook({ ...created(), requestHash: Buffer.of(1, 2, 3), expiresAt: new Date(), expiresAtLiveMs: null });
    expect(once(book, aRequest(), paying(book, 'p2'))).toMatchObject({ status: 200, replayed: true });
  });

  it.each([
    ['another byte', Uint8Array.of(1, 2, 4)],
    ['fewer bytes', Uint8Array.of(1, 2)],
    ['more bytes', Uint8Array.of(1, 2, 3, 0)],
    ['none', new Uint8Array()],
  ])('is refused when it is another request: its hash has %s', (_, requestHash) => {
    const first = aBook();
    once(first, aRequest(), paying(first, 'p1'));
    const book = laterBook(first);
    expect(() => once(book, aRequest({ requestHash }), paying(book, 'p2'))).toThrow(IdempotencyKeyReused);
    expect(effectsOn(book)).toEqual([]);
    expect(book.staged(idempotencyRecords)).toEqual([]);
  });

  it.each([
    ['in the last millisecond of its window', 24 * HOUR_MS - 1],
    ['when its window is over, as long as its record is there', 24 * HOUR_MS],
    ['when the clock has run ahead by a year', 365 * 24 * HOUR_MS],
    ['when the clock has gone back', -HOUR_MS],
  ])('replays %s', (_, afterMs) => {
    const first = aBook();
    once(first, aRequest(), paying(first, 'p1'));
    const book = laterBook(first, afterMs);
    expect(once(book, aRequest(), paying(book, 'p2'))).toMatchObject({ status: 200, replayed: true });
    expect(effectsOn(book)).toEqual([]);
  });
});

describe('a refusal that a key remembers', () => {
  const spending = (book: Book) => (): Reply => {
    book.put(effects, 'p1', 'held');
    book.nextId();
    throw new InsufficientFunds('No money.');
  };

  it('is the reply; nothing stays but the record', () => {
    const book = aBook();
    expect(once(book, aRequest(), spending(book))).toEqual({
      status: 422,
      contentType: 'application/problem+json',
      body: '{"code":"insufficient_funds"}',
      replayed: false,
    });
    expect(effectsOn(book)).toEqual([]);
    expect(recordedBy(book)).toMatchObject({ status: 422, body: '{"code":"insufficient_funds"}' });
  });

  it('stays when the whole decision is work of its own, as the executor runs it', () => {
    const book = aBook();
    book.savepoint(() => once(book, aRequest(), spending(book)));
    expect(recordedBy(book).status).toBe(422);
    expect(effectsOn(book)).toEqual([]);
  });

  it('replays with its own status, type and bytes, though it would now succeed', () => {
    const first = aBook();
    once(first, aRequest(), spending(first));
    const book = laterBook(first);
    expect(once(book, aRequest(), paying(book, 'p2'))).toEqual({
      status: 422,
      contentType: 'application/problem+json',
      body: '{"code":"insufficient_funds"}',
      replayed: true,
    });
    expect(effectsOn(book)).toEqual([]);
  });

  it('is rendered once, by the request that met it', () => {
    const first = aBook();
    once(first, aRequest(), spending(first));
    const refusal = (): Reply => ({ status: 422, contentType: 'text/plain', body: 'other words' });
    expect(once(laterBook(first), aRequest({ refusal }), spending(first)).body).toBe('{"code":"insufficient_funds"}');
  });

  it('stores only the reply, not what else the rendered object carries', () => {
    const book = aBook();
    const refusal = () => ({ status: 422, contentType: 'text/plain', body: 'No.', requestId: 'r1' });
    once(book, aRequest({ refusal }), spending(book));
    expect(Object.keys(recordedBy(book)).sort()).toEqual([
      'body',
      'contentType',
      'expiresAt',
      'expiresAtLiveMs',
      'requestHash',
      'status',
    ]);
  });
});

describe('a refusal that a key does not remember', () => {
  it.each<[string, Error]>([
    ['another refusal', new MerchantInactive('Asleep.')],
    ['a broken invariant', new BrokenInvariant('x')],
    ['a reused key', new IdempotencyKeyReused()],
    ['a mistake of ours', new TypeError('x')],
  ])('passes through and leaves no trace: %s', (_, thrown) => {
    const book = aBook();
    const attempt = () =>
      once(book, aRequest(), () => {
        book.put(effects, 'p1', 'held');
        throw thrown;
      });
    let caught: unknown = null;
    try {
      attempt();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
    expect(effectsOn(book)).toEqual([]);
    expect(book.staged(idempotencyRecords)).toEqual([]);
    // So the key is still unused.
    expect(once(book, aRequest(), paying(book, 'p2'))).toMatchObject({ status: 201, replayed: false });
  });
});

describe('one key twice in one batch', () => {
  it('has one effect: the second request gets the replay of the first', () => {
    const book = aBook();
    const first = book.savepoint(() => once(book, aRequest(), paying(book, 'p1')));
    const second = book.savepoint(() => once(book, aRequest(), paying(book, 'p2')));
    expect(first).toEqual({ ...created(), replayed: false });
    expect(second).toEqual({ ...created(), status: 200, replayed: true });
    expect(effectsOn(book)).toEqual(['p1']);
    expect(book.staged(idempotencyRecords)).toHaveLength(1);
  });

  it('replays a refusal too, though money came in between', () => {
    const book = aBook();
    const refused = () => {
      throw new InsufficientFunds('No money.');
    };
    expect(once(book, aRequest(), refused)).toMatchObject({ status: 422, replayed: false });
    expect(once(book, aRequest(), paying(book, 'p1'))).toMatchObject({ status: 422, replayed: true });
    expect(effectsOn(book)).toEqual([]);
  });

  it('is refused when the second is another request', () => {
    const book = aBook();
    once(book, aRequest(), paying(book, 'p1'));
    const another = aRequest({ requestHash: Uint8Array.of(9) });
    expect(() => once(book, another, paying(book, 'p2'))).toThrow(IdempotencyKeyReused);
    expect(effectsOn(book)).toEqual(['p1']);
  });

  it('is new to the second when the first was taken back', () => {
    const book = aBook();
    const later = new Error('something behind it');
    expect(() =>
      book.savepoint(() => {
        once(book, aRequest(), paying(book, 'p1'));
        throw later;
      }),
    ).toThrow(later);
    expect(once(book, aRequest(), paying(book, 'p2'))).toMatchObject({ status: 201, replayed: false });
    expect(effectsOn(book)).toEqual(['p2']);
  });
});
