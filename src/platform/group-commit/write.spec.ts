import { describe, expect, it } from '@jest/globals';
import { BookTable } from './book-table-store.js';
import { Book } from './book.js';
import { PendingWrite, type Write } from './write.js';

const MERCHANT = '01980000-0000-7000-8000-00000000000a';
const notes = new BookTable<string>('notes');

function aBook(): Book {
  const book = new Book(MERCHANT);
  book.fill(notes, 'a', undefined);
  book.open(Date.UTC(2026, 10, 26), null);
  return book;
}

const pending = (decide: Write<unknown>['decide']) => new PendingWrite(MERCHANT, { reads: [notes.row('a')], decide });

describe('a write that waits', () => {
  it('is answered with its decision, and not before its batch is committed', async () => {
    let answered = false;
    const write = pending((book) => {
      book.put(notes, 'a', 'written');
      return 'done';
    });
    void write.settled.then(() => (answered = true));
    const book = aBook();
    write.decideOn(book);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    write.answer();
    expect(await write.settled).toBe('done');
    expect(book.staged(notes)).toMatchObject([{ key: 'a', row: 'written' }]);
  });

  it('that is refused leaves nothing, and is answered with its refusal', async () => {
    const refusal = new Error('refused');
    const write = pending((book) => {
      book.put(notes, 'a', 'written');
      throw refusal;
    });
    const book = aBook();
    write.decideOn(book);
    write.answer();
    await expect(write.settled).rejects.toBe(refusal);
    expect(book.staged(notes)).toEqual([]);
  });

  it('may be decided again on a fresh book, and the last decision counts', async () => {
    let run = 0;
    const write = pending(() => {
      run += 1;
      if (run === 1) throw new Error('refused at first');
      return run;
    });
    write.decideOn(aBook());
    write.decideOn(aBook());
    write.answer();
    expect(await write.settled).toBe(2);
  });

  it('can decide on nothing at all', async () => {
    const write = pending(() => undefined);
    write.decideOn(aBook());
    write.answer();
    expect(await write.settled).toBeUndefined();
  });

  it('is never answered without a decision', async () => {
    const write = pending(() => 'done');
    write.answer();
    await expect(write.settled).rejects.toThrow('a write was answered before it was decided');
  });

  it('is settled once', async () => {
    const write = pending(() => 'done');
    write.decideOn(aBook());
    write.answer();
    write.fail(new Error('too late'));
    expect(await write.settled).toBe('done');
  });
});
