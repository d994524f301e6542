import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';
import { advance, type LiveEvent, type LiveMessage, type Position } from './position.ts';

const event = (sequence: number): LiveEvent => ({ id: `e${sequence}`, type: 'x', sequence, data: { object: {} } });
const message = (sequence: number): LiveMessage => ({ kind: 'event', event: event(sequence) });

describe('the place of a tab among the events', () => {
  it('goes on with each number that is new, once', () => {
    expect(advance(null, message(7))).toEqual({ position: 7, event: event(7), isReset: false });
    expect(advance(7, message(8))).toEqual({ position: 8, event: event(8), isReset: false });
    expect(advance(8, message(8))).toEqual({ position: 8, event: null, isReset: false });
    expect(advance(8, message(3))).toEqual({ position: 8, event: null, isReset: false });
  });

  it('says that something is missing where a number is', () => {
    expect(advance(8, message(10))).toMatchObject({ position: 10, isReset: true });
  });

  it('is where a reset puts it, also further back', () => {
    expect(advance(80, { kind: 'reset', sequence: 5 })).toEqual({ position: 5, event: null, isReset: true });
    expect(advance(80, { kind: 'reset', sequence: null })).toEqual({ position: 80, event: null, isReset: true });
  });

  it('shows no event twice and none after a later one, however messages are repeated and mixed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 })), (sequences) => {
        let position: Position = null;
        const shown: number[] = [];
        for (const sequence of sequences) {
          const next = advance(position, message(sequence));
          position = next.position;
          if (next.event !== null) shown.push(next.event.sequence);
        }
        expect(shown).toEqual([...new Set(shown)].sort((a, b) => a - b));
      }),
    );
  });
});

describe('the wait before a new connection', () => {
  it('doubles up to half a minute, between half of it and all of it', () => {
    expect([0, 1, 3, 9, 99].map((failures) => backOffMs(failures, 1))).toEqual([1_000, 2_000, 8_000, 30_000, 30_000]);
    expect(backOffMs(1, 0)).toBe(1_000);
  });

  it('is at least what the service asks for', () => {
    expect(backOffMs(0, 0.5, 7_000)).toBe(7_000);
  });
});
