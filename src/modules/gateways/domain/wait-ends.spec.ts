import { describe, expect, it } from '@jest/globals';
import { WAITING_FOR, WAITING_FOR_GATEWAY } from '../../../shared/submissions/waiting.js';
import type { GatewayState } from './availability.js';
import { endedBetween, type Look, mayBeTried } from './wait-ends.js';

const EARLY = new Date('2026-01-05T04:30:00.000Z');
const LATE = new Date('2026-01-05T04:30:00.400Z');

function aState(state: Partial<GatewayState> = {}): GatewayState {
  return {
    gateway: 'bank',
    isPaused: false,
    pausedReason: null,
    breaker: 'closed',
    openUntil: null,
    trialOrder: null,
    changedAt: EARLY,
    ...state,
  };
}

const look = (...gateways: GatewayState[]): Look => ({
  gateways,
  rules: [{ id: 'rule', updatedAt: EARLY }],
  isStopped: false,
});
const STOPPED: Look = { ...look(aState()), isStopped: true };
const PAUSED = aState({ isPaused: true });
const OPEN = aState({ breaker: 'open' });
const HALF_OPEN = aState({ breaker: 'half_open' });
const CLOSED = aState();
const LATER = { changedAt: LATE };

describe('what orders may wait for no more, by two looks,', () => {
  it('is anything after a start', () => {
    expect(endedBetween(null, look(PAUSED))).toEqual(WAITING_FOR);
  });

  it.each<[string, Look, Look, readonly string[]]>([
    ['anything when submissions go on after a failover', STOPPED, look(CLOSED), WAITING_FOR],
    ['nothing while they are stopped', STOPPED, STOPPED, []],
    ['nothing while nothing changes', look(CLOSED), look(CLOSED), []],
    ['nothing where a gateway is paused', look(CLOSED), look({ ...PAUSED, ...LATER }), []],
    ['nothing where a breaker opens, or may be tried', look(CLOSED, OPEN), look(OPEN, HALF_OPEN), []],
    ['a pause that ends, whatever the breaker', look(PAUSED), look({ ...OPEN, ...LATER }), ['gateway_paused']],
    ['a pause that ends', look(PAUSED), look({ ...CLOSED, ...LATER }), ['gateway_paused', 'gateway_unavailable']],
    [
      'a pause between the looks',
      look(CLOSED),
      look({ ...CLOSED, ...LATER }),
      ['gateway_unavailable', 'gateway_paused'],
    ],
    ['a first pause between them', look(), look(CLOSED), ['gateway_unavailable', 'gateway_paused']],
    ['a breaker that closes, and no pause', look(HALF_OPEN), look({ ...CLOSED, ...LATER }), ['gateway_unavailable']],
  ])('is %s', (_, before, now, ended) => {
    expect(endedBetween(before, now)).toEqual(ended);
  });

  it.each<[string, Look['rules']]>([
    [
      'added',
      [
        { id: 'rule', updatedAt: EARLY },
        { id: 'other', updatedAt: EARLY },
      ],
    ],
    ['changed', [{ id: 'rule', updatedAt: LATE }]],
    ['removed', []],
  ])('is a gateway when a rule was %s', (_, rules) => {
    expect(endedBetween(look(PAUSED), { ...look(PAUSED), rules })).toEqual(WAITING_FOR_GATEWAY);
  });
});

it('a breaker may be tried while it is half open, not paused, and nobody tries', () => {
  const tried = { ...HALF_OPEN, trialOrder: 'order' };
  expect([HALF_OPEN, tried, { ...HALF_OPEN, isPaused: true }, OPEN, CLOSED].map(mayBeTried)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
