import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';
import { advance, type LiveEvent, type LiveMessage, NOWHERE } from './position.ts';

const event = (sequence: number, merchant_id = 'm'): LiveEvent => {
  return { id: `${merchant_id}${sequence}`, type: 'x', merchant_id, sequence, data: { object: {} } };
};
const message = (sequence: number, merchant?: string): LiveMessage => {
  return { kind: 'event', id: String(sequence), event: event(sequence, merchant) };
};

/** The events that are shown, and the places after which something may be missing. */
function shownOf(...messages: LiveMessage[]) {
  let position = NOWHERE;
  const shown: string[] = [];
  for (const one of messages) {
    const next = advance(position, one);
    position = next.position;
    if (next.event !== null) shown.push(next.event.id);
    if (next.isReset) shown.push('reset');
  }
  return { shown, id: position.id };
}

describe('the place of a tab among the events', () => {
  it('goes on with each number that is new, once', () => {
    const messages = [7, 8, 8, 3, 9].map((sequence) => message(sequence));
    expect(shownOf(...messages)).toEqual({ shown: ['m7', 'm8', 'm9'], id: '9' });
  });

  it('says that something is missing where a number is', () => {
    expect(shownOf(message(8), message(10)).shown).toEqual(['m8', 'm10', 'reset']);
  });

  it('is where a reset puts it, also further back', () => {
    const back: LiveMessage = { kind: 'reset', id: '5' };
    expect(shownOf(message(80), back, message(6))).toEqual({ shown: ['m80', 'reset', 'm6'], id: '6' });
    expect(shownOf(message(80), { kind: 'reset', id: null })).toEqual({ shown: ['m80', 'reset'], id: '80' });
  });

  it('is one for each merchant in the stream of everybody, where a minute is shown again', () => {
    const messages = [message(1, 'a'), message(900, 'b'), message(2, 'a'), message(1, 'a'), message(901, 'b')];
    expect(shownOf(...messages).shown).toEqual(['a1', 'b900', 'a2', 'b901']);
  });

  it('shows no event twice and none after a later one, however messages are repeated and mixed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 })), (sequences) => {
        const shown = shownOf(...sequences.map((one) => message(one))).shown.filter((one) => one !== 'reset');
        const numbers = shown.map((one) => Number(one.slice(1)));
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
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
