import { describe, expect, it } from '@jest/globals';
import { hashesHintedIn, shardHintOf, uuidHash } from './shard-hint.js';
import { nextId } from './ids.js';

describe('the shard hint in an id', () => {
  it('leads back to hashes among which is that of the book’s merchant', () => {
    for (let n = 0; n < 1_000; n++) {
      const merchantId = crypto.randomUUID();
      const { from, to } = hashesHintedIn(nextId(Date.now(), null, shardHintOf(merchantId)));
      expect([from <= uuidHash(merchantId), uuidHash(merchantId) <= to, to - from]).toEqual([true, true, 2 ** 20 - 1]);
    }
  });

  it('stays in ids that count on', () => {
    const hint = shardHintOf(crypto.randomUUID());
    let last = nextId(1_000, null, hint);
    for (let n = 0; n < 1_000; n++) last = nextId(999, last, hint);
    expect(last.slice(15, 18)).toBe(hint);
  });
});
