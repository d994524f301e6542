import { describe, expect, it } from '@jest/globals';
import { BrokenInvariant } from '../../shared/assert.js';
import { timeOfId } from '../../shared/ids.js';
import { BookTable } from './book-table-store.js';
import { Book } from './book.js';
import { moment } from '../../../test/support/moments.js';

const MERCHANT = '01980000-0000-7000-8000-00000000000a';
const NOW_MS = Date.UTC(2026, 10, 26, 12);

interface Note {
  readonly text: string;
}
const notes = new BookTable<Note>('notes');
const others = new BookTable<Note>('others');
const note = (text: string): Note => ({ text });

/** A book that has read the notes `a` (there is one) and `b` (there is none). */
function aBook(lastId: string | null = null, clockMs = NOW_MS): Book {
  const book = new Book(MERCHANT);
  book.fill(notes, 'a', note('as read'));
  book.fill(notes, 'b', undefined);
  book.open(clockMs, lastId);
  return book;
}

const refuse = (book: Book, work: () => void): void => {
  const refusal = new Error('refused');
  expect(() =>
    book.savepoint(() => {
      work();
      throw refusal;
    }),
  ).toThrow(refusal);
};

describe('a row of a book', () => {
  it('is as it was read, or absent', () => {
    const book = aBook();
    expect(book.get(notes, 'a')).toEqual(note('as read'));
    expect(book.get(notes, 'b')).toBeUndefined();
  });

  it('is the very row that was put last, also where there was none', () => {
    const book = aBook();
    const first = note('1');
    const second = note('2');
    book.put(notes, 'a', first);
    expect(book.get(notes, 'a')).toBe(first);
    book.put(notes, 'a', second);
    expect(book.get(notes, 'a')).toBe(second);
    book.put(notes, 'b', first);
    expect(book.get(notes, 'b')).toBe(first);
  });

  it('is one of the book’s own merchant', () => {
    const owned = new BookTable<{ readonly merchantId: string }>('owned');
    const book = aBook();
    expect(() => book.put(owned, 'a', { merchantId: '01980000-0000-7000-8000-00000000000b' })).toThrow(BrokenInvariant);
    book.put(owned, 'a', { merchantId: MERCHANT });
    expect(book.staged(owned)).toHaveLength(1);
  });

  it('belongs to its table', () => {
    const book = aBook();
    book.fill(others, 'a', note('another table'));
    book.put(notes, 'a', note('changed'));
    expect(book.get(others, 'a')).toEqual(note('another table'));
  });

  it('that was not named cannot be read: it might be there and unseen', () => {
    const book = aBook();
    expect(() => book.get(notes, 'c')).toThrow(BrokenInvariant);
    expect(() => book.get(notes, 'c')).toThrow('a decision reads only rows that it named: notes c');
    expect(() => book.get(others, 'a')).toThrow(BrokenInvariant);
  });

  it('that was not named can be put, and then read', () => {
    const book = aBook();
    book.put(notes, 'c', note('new'));
    expect(book.get(notes, 'c')).toEqual(note('new'));
    expect(() => book.get(notes, 'd')).toThrow(BrokenInvariant);
  });

  it('may have an empty key or the name of a property of every object', () => {
    const book = aBook();
    for (const key of ['', '__proto__', 'constructor']) {
      expect(() => book.get(notes, key)).toThrow(BrokenInvariant);
      book.put(notes, key, note(key));
      expect(book.get(notes, key)).toEqual(note(key));
    }
  });
});

describe('work on a book', () => {
  it('that ends well leaves its rows and gives its result', () => {
    const book = aBook();
    const result = book.savepoint(() => {
      book.put(notes, 'a', note('changed'));
      book.put(others, 'x', note('new'));
      expect(book.get(notes, 'a')).toEqual(note('changed'));
      return 42;
    });
    expect(result).toBe(42);
    expect(book.get(notes, 'a')).toEqual(note('changed'));
    expect(book.get(others, 'x')).toEqual(note('new'));
  });

  it('that is refused leaves nothing, and passes its refusal on', () => {
    const book = aBook();
    book.put(notes, 'b', note('before'));
    refuse(book, () => {
      book.put(notes, 'a', note('changed'));
      book.put(notes, 'b', note('changed'));
      book.put(others, 'x', note('new'));
      expect(book.get(notes, 'b')).toEqual(note('changed'));
    });
    expect(book.get(notes, 'a')).toEqual(note('as read'));
    expect(book.get(notes, 'b')).toEqual(note('before'));
    expect(() => book.get(others, 'x')).toThrow(BrokenInvariant);
    expect(book.staged(notes).map(({ key }) => key)).toEqual(['b']);
    expect(book.staged(others)).toEqual([]);
  });

  it('sees what earlier work has left, and not what was refused', () => {
    const book = aBook();
    book.savepoint(() => book.put(notes, 'a', note('first')));
    refuse(book, () => book.put(notes, 'a', note('refused')));
    book.savepoint(() => expect(book.get(notes, 'a')).toEqual(note('first')));
  });

  it('inside other work is taken back alone', () => {
    const book = aBook();
    book.savepoint(() => {
      book.put(notes, 'a', note('outer'));
      refuse(book, () => {
        book.put(notes, 'a', note('inner'));
        book.savepoint(() => book.put(notes, 'b', note('innermost')));
        expect(book.get(notes, 'b')).toEqual(note('innermost'));
      });
      expect(book.get(notes, 'a')).toEqual(note('outer'));
      expect(book.get(notes, 'b')).toBeUndefined();
      book.savepoint(() => book.put(notes, 'b', note('kept')));
    });
    expect(book.staged(notes).map(({ key, row }) => [key, row.text])).toEqual([
      ['a', 'outer'],
      ['b', 'kept'],
    ]);
  });

  it('inside other work goes with it, though it ended well itself', () => {
    const book = aBook();
    refuse(book, () => book.savepoint(() => book.put(notes, 'a', note('inner'))));
    expect(book.get(notes, 'a')).toEqual(note('as read'));
    expect(book.staged(notes)).toEqual([]);
  });

  it('after a refusal stages where it should', () => {
    const book = aBook();
    refuse(book, () => book.put(notes, 'a', note('refused')));
    book.put(notes, 'a', note('later'));
    expect(book.staged(notes)).toMatchObject([{ key: 'a', row: note('later') }]);
  });
});

describe('what a book has staged', () => {
  it('is each row once, in its last state, new or changed', () => {
    const book = aBook();
    book.put(notes, 'a', note('1'));
    book.put(notes, 'b', note('1'));
    book.savepoint(() => {
      book.put(notes, 'a', note('2'));
      book.put(notes, 'b', note('2'));
      book.put(notes, 'c', note('2'));
    });
    expect(book.staged(notes)).toEqual([
      { merchantId: MERCHANT, key: 'a', row: note('2'), isNew: false },
      { merchantId: MERCHANT, key: 'b', row: note('2'), isNew: true },
      { merchantId: MERCHANT, key: 'c', row: note('2'), isNew: true },
    ]);
  });

  it('is in the order in which rows were first put, so that a log stays in order', () => {
    const book = aBook();
    for (const key of ['3', '1', '2']) book.savepoint(() => book.put(notes, key, note(key)));
    book.savepoint(() => book.put(notes, '3', note('again')));
    expect(book.staged(notes).map(({ key }) => key)).toEqual(['3', '1', '2']);
  });

  it('is nothing when rows were only read', () => {
    const book = aBook();
    book.get(notes, 'a');
    expect(book.staged(notes)).toEqual([]);
    expect(book.staged(others)).toEqual([]);
  });

  it('leaves what was read as it was, so that a change stays a change', () => {
    const book = aBook();
    book.put(notes, 'b', note('new'));
    expect(book.staged(notes)[0]!.isNew).toBe(true);
    book.put(notes, 'b', note('newer'));
    expect(book.staged(notes)[0]!.isNew).toBe(true);
  });
});

describe("a book's time and ids", () => {
  // Higher than any fresh id of its millisecond, so that only counting on from it leads further.
  const lastId = '019ab000-0000-7fff-bfff-000000000001';
  const lastMs = timeOfId(lastId);

  it('do not exist before it was read', () => {
    const book = new Book(MERCHANT);
    expect(() => book.now).toThrow(BrokenInvariant);
    expect(() => book.nextId()).toThrow(BrokenInvariant);
  });

  it("are the clock's", () => {
    expect(aBook().now).toEqual({ ...moment(new Date(NOW_MS)), liveMs: 0 });
    expect(timeOfId(aBook().nextId())).toBe(NOW_MS);
    expect(aBook(lastId, lastMs + 1).now).toEqual({ ...moment(new Date(lastMs + 1)), liveMs: 0 });
  });

  it('are never earlier than its last id, even if the clock was set back; due dates still follow the clock', () => {
    const book = aBook(lastId, lastMs - 60_000);
    expect(book.now).toMatchObject({ orderTime: new Date(lastMs), clockTime: new Date(lastMs - 60_000) });
    expect(book.nextId() > lastId).toBe(true);
  });

  it('rise with every id that is drawn', () => {
    for (const clockMs of [lastMs - 1, lastMs, lastMs + 1]) {
      const book = aBook(lastId, clockMs);
      const ids = [lastId, ...Array.from({ length: 50 }, () => book.nextId())];
      book.savepoint(() => ids.push(book.nextId(), book.nextId()));
      refuse(book, () => expect(book.nextId() > ids.at(-1)!).toBe(true));
      ids.push(book.nextId());
      expect(ids.toSorted()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});
