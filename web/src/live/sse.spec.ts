import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseParser } from './sse.ts';

const STREAM =
  'retry: 1000\n\n:\n\nid: 7\ndata: {"a":1}\n\nid: 8\r\nevent: reset\r\ndata: one\r\ndata: two\r\n\r\ndata: न\n\n: end\n\n';
const MESSAGES = [
  { id: '7', type: 'message', data: '{"a":1}' },
  { id: '8', type: 'reset', data: 'one\ntwo' },
  { id: '8', type: 'message', data: 'न' },
];

describe('an event stream', () => {
  it('has its messages, comments and all else left out', () => {
    expect(new SseParser().feed(STREAM)).toEqual(MESSAGES);
  });

  it('has the same messages wherever the network cuts it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 12 }), (cuts) => {
        const parser = new SseParser();
        const ends = [...cuts.sort((a, b) => a - b), STREAM.length];
        const pieces = ends.map((end, i) => STREAM.slice(ends[i - 1] ?? 0, end));
        expect(pieces.flatMap((piece) => parser.feed(piece))).toEqual(MESSAGES);
      }),
    );
  });

  it('keeps what is not whole for what comes next', () => {
    const parser = new SseParser();
    expect(parser.feed('id: 9\ndata: half')).toEqual([]);
    expect(parser.feed(' and half\n\n')).toEqual([{ id: '9', type: 'message', data: 'half and half' }]);
  });
});
