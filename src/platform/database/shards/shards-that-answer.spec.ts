import { describe, expect, it } from '@jest/globals';
import type { BoundTo } from '../statements/bound.js';
import { ofShardsThatAnswer } from './shards-that-answer.js';

const SHARDS = [['a', 'b'], ['c'], ['d']];

const answersBut = (away: readonly string[]) => async (merchants: BoundTo) => {
  const [first] = merchants!;
  if (away.includes(first!)) throw new Error(`${first} is away`);
  return merchants!.map((id) => `row of ${id}`);
};

describe('work on shards', () => {
  it('goes on where one does not answer', async () => {
    expect(await ofShardsThatAnswer(SHARDS, answersBut(['c']))).toEqual([['row of a', 'row of b'], ['row of d']]);
  });

  it('goes on where one never answers', async () => {
    const work = (merchants: BoundTo) =>
      merchants![0] === 'c' ? new Promise<string[]>(() => undefined) : answersBut([])(merchants);
    expect(await ofShardsThatAnswer(SHARDS, work, 10)).toEqual([['row of a', 'row of b'], ['row of d']]);
  });

  it('fails where none answers', async () => {
    await expect(ofShardsThatAnswer(SHARDS, answersBut(['a', 'c', 'd']))).rejects.toThrow('a is away');
  });

  it('returns nothing if there are no shards', async () => {
    expect(await ofShardsThatAnswer([], answersBut([]))).toEqual([]);
  });
});
