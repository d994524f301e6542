import { describe, expect, it } from '@jest/globals';
import { isDown, type Results, type SpanResults } from './breaker-judgement.js';

/** One text per merchant and one letter per order: `a` was answered, `f` failed with an answer, `-` was silent. */
function span(...merchants: string[]): SpanResults {
  const count = (orders: string): Results => ({
    orders: orders.length,
    failed: orders.split('f').length - 1,
    silent: orders.split('-').length - 1,
  });
  const each = merchants.map(count).toSorted((a, b) => b.failed - a.failed);
  return { ...count(merchants.join('')), worst: each[0] ?? count('') };
}

const judge = (...merchants: string[]): boolean => isDown([span(...merchants)], merchants.length);

describe('a gateway', () => {
  it.each<[string, string[], boolean]>([
    ['nothing, with nine orders', ['-'.repeat(9)], false],
    ['silence, with ten', ['-'.repeat(10)], true],
    ['nothing, when half have failed', ['fffff', 'aaaaa'], false],
    ['silence of most, whoever’s it is', ['-'.repeat(12), 'aaaa'], true],
    ['5xx of the only merchant', ['f'.repeat(10)], true],
    ['nothing, when all 5xx are one merchant’s', ['f'.repeat(12), 'a'], false],
    ['nothing, when most of the others’ are answered', ['f'.repeat(12), 'faa'], false],
    ['5xx of most of the others, too', ['f'.repeat(12), 'ffa'], true],
    ['5xx and silence together', ['ffff', 'f', '--', '---aaa'], true],
    ['nothing, when nobody fails', ['a'.repeat(100)], false],
    ['nothing, without orders', [], false],
  ])('is judged by %s', (_, merchants, down) => {
    expect(judge(...merchants)).toBe(down);
  });

  it('is judged soon by the last seconds, and by minutes when it has little to do', () => {
    const busy = [span('-'.repeat(11)), span(`${'-'.repeat(11)}${'a'.repeat(500)}`)];
    expect(isDown(busy, 1)).toBe(true);
    const quiet = [span('--'), span('-'.repeat(10))];
    expect(isDown(quiet, 1)).toBe(true);
  });

  it('is not judged by one merchant’s burst while others were answered within minutes', () => {
    expect(isDown([span('f'.repeat(12)), span('f'.repeat(12), 'aaa')], 2)).toBe(false);
  });
});
