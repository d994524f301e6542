import { describe, expect, it } from '@jest/globals';
import { ProgressLine } from './progress-line.js';

describe('a line of progress', () => {
  const written: string[] = [];
  const terminal = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) > 0 });

  it('is written over on a terminal, and gone in the end', () => {
    const line = new ProgressLine(terminal(true), 0);
    expect([line.show(() => '1 book'), line.show(() => '2 books')]).toEqual([true, true]);
    line.clear();
    expect(written.splice(0)).toEqual(['\r\u001b[K1 book', '\r\u001b[K2 books', '\r\u001b[K']);
  });

  it('is written now and then, and nowhere but on a terminal', () => {
    expect(new ProgressLine(terminal(true), 60_000).show(() => '1 book')).toBe(false);
    const elsewhere = new ProgressLine(terminal(false), 0);
    expect(elsewhere.show(() => '1 book')).toBe(true);
    elsewhere.clear();
    expect(written).toEqual([]);
  });
});
