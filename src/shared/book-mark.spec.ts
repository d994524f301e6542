import { describe, expect, it } from '@jest/globals';
import { hashesMarkedIn, markOf, uuidHash } from './book-mark.js';
import { nextId } from './ids.js';

describe('the mark of a book', () => {
  it('leads back to hashes among which is that of the book’s merchant', () => {
    for (let n = 0; n < 1_000; n++) {
      const merchantId = crypto.randomUUID();
      const { from, to } = hashesMarkedIn(nextId(Date.now(), null, markOf(merchantId)));
      expect([from <= uuidHash(merchantId), uuidHash(merchantId) <= to, to - from]).toEqual([true, true, 2 ** 20 - 1]);
    }
  });

  it('stays in ids that count on', () => {
    const mark = markOf(crypto.randomUUID());
    let last = nextId(1_000, null, mark);
    for (let n = 0; n < 1_000; n++) last = nextId(999, last, mark);
    expect(last.slice(15, 18)).toBe(mark);
  });
});
