import { describe, expect, it } from '@jest/globals';
import { callbackEventsFrom, providerEventsFrom } from './parse-callback.js';

const REFUND = {
  id: 'evt_1',
  subject: 'refund',
  reference: 'r',
  amountMinor: 5n,
  currency: 'USD',
  ending: { kind: 'pending' },
};
const PAYOUT = { id: 'evt_1', reference: 'r', amountPaise: 5n, ending: { kind: 'succeeded', utr: '523223155921' } };

const UNREADABLE = { unreadable: expect.stringMatching(/./) };
const UNRECOGNIZED = { kind: 'unrecognized', says: expect.stringMatching(/./) };

describe.each<[string, (events: unknown) => unknown[], object]>([
  ['bank', callbackEventsFrom, PAYOUT],
  ['provider', providerEventsFrom, REFUND],
])('events of a %s', (_, eventsFrom, event) => {
  it('are copied field by field', () => {
    expect(eventsFrom([{ ...event, more: 1 }])).toEqual([event]);
    expect(eventsFrom([])).toEqual([]);
  });

  it('that are no list are one that cannot be read', () => expect(eventsFrom('none')).toEqual([UNREADABLE]));

  it('without end are read up to the hundredth, and the others are not forgotten', () => {
    const events = eventsFrom(Array.from({ length: 200 }, () => event));
    expect(events).toHaveLength(101);
    expect(events.at(-1)).toEqual(UNREADABLE);
  });

  it.each<[string, object | null]>([
    ['nothing', null],
    ['without an id', { ...event, id: '' }],
    ['without a reference', { ...event, reference: undefined }],
    ['whose reference cannot be stored', { ...event, reference: 'a\u0000' }],
    ['that the adapter could not read', { unreadable: 'no' }],
  ])('%s cannot be read', (__, wrong) => {
    expect(eventsFrom([wrong, event])).toEqual([UNREADABLE, event]);
  });

  it.each<[string, object]>([
    ['that say nothing', { ...event, ending: null }],
    ['that tell no outcome', { ...event, ending: { kind: 'unknown', why: 'x' } }],
    ['that say what the adapter does not know', { ...event, ending: { kind: 'unrecognized', says: 'status "x"' } }],
    ['of an unheard-of kind', { ...event, ending: { kind: 'moved' } }],
  ])('%s are not understood', (__, wrong) => {
    expect(eventsFrom([wrong])).toEqual([{ ...event, ending: UNRECOGNIZED }]);
  });
});

describe('events of a bank', () => {
  it('that name no amount, or one that no column holds, are not understood', () => {
    for (const amountPaise of [undefined, 5, -1n, 2n ** 63n])
      expect(callbackEventsFrom([{ ...PAYOUT, amountPaise }])).toEqual([
        { ...PAYOUT, amountPaise: null, ending: UNRECOGNIZED },
      ]);
  });

  it('that report a payment with an invalid UTR are not understood', () => {
    const ending = { kind: 'succeeded', utr: 'see below' };
    expect(callbackEventsFrom([{ ...PAYOUT, ending }])).toEqual([{ ...PAYOUT, ending: UNRECOGNIZED }]);
  });
});

describe('events of a provider', () => {
  it('about something else cannot be read', () => {
    expect(providerEventsFrom([{ ...REFUND, subject: 'payout' }])).toEqual([UNREADABLE]);
  });

  it('that name no amount, or no currency, are not understood', () => {
    expect(providerEventsFrom([{ ...REFUND, amountMinor: 5 }])).toEqual([
      { ...REFUND, amountMinor: null, ending: UNRECOGNIZED },
    ]);
    expect(providerEventsFrom([{ ...REFUND, currency: 'usd' }])).toEqual([
      { ...REFUND, currency: null, ending: UNRECOGNIZED },
    ]);
  });
});
