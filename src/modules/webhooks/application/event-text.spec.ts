import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredEvent } from '../../../platform/outbox/outbox.public.js';
import { eventText } from './event-text.js';

function anEvent(object: string): StoredEvent {
  return {
    id: '01a2',
    merchantId: '01a1',
    sequence: '7',
    type: 'payout.completed',
    previousStatus: 'processing',
    createdAt: '2026-11-27T04:00:00.000Z',
    object,
  } as unknown as StoredEvent;
}

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '"status":"pending"',
    '\\","status":"pending","allowed_statuses":["x"],"a":"',
    '$&$1$$',
    ']',
    '__proto__',
  ),
);

const objectFrom = (text: string, other: string): object => ({
  id: '01a3',
  narration: text,
  recipient: { name: other, status: other, allowed_statuses: [text] },
  amount_paise: 9_007_199_254_740_991,
  status: 'completed',
  allowed_statuses: [],
  failure: { reason: text },
});

describe('an event as text', () => {
  it('for operators differs in what they may do alone, whatever callers have written', () => {
    fc.assert(
      fc.property(HOSTILE, HOSTILE, (text, other) => {
        const object = objectFrom(text, other);
        const { data, ...rest } = JSON.parse(eventText(anEvent(JSON.stringify(object)), 'operator'));
        expect(data.object).toEqual({ ...object, allowed_statuses: expect.any(Array) });
        expect(rest).toMatchObject({ id: '01a2', previous_status: 'processing' });
        const merchants = eventText(anEvent(JSON.stringify(object)), 'merchant');
        expect(merchants).toContain(`"data":{"object":${JSON.stringify(object)}}`);
      }),
    );
  });

  it('of what has no status, and nothing that may be done, is the same for everybody', () => {
    for (const object of ['{"available_paise":5}', '{"status":"completed"}', '{"id":1,"allowed_statuses":[]}'])
      expect(eventText(anEvent(object), 'operator')).toBe(eventText(anEvent(object), 'merchant'));
  });
});
