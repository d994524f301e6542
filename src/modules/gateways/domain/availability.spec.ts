import { describe, expect, it } from '@jest/globals';
import { type Choice, GatewaysNow, type GatewayState, type TrialLease } from './availability.js';

const ORDER = 'order';

function aState(gateway: string, state: Partial<GatewayState> = {}): GatewayState {
  const usual = { isPaused: false, pausedReason: null, breaker: 'closed', openUntil: null, trialOrder: null } as const;
  const changedAt = new Date(0);
  return { gateway, ...usual, changedAt, ...state };
}

const PAUSED = aState('paused', { isPaused: true });
const CLOSED = aState('closed');
const OPEN = aState('open', { breaker: 'open' });
const HALF_OPEN = aState('half_open', { breaker: 'half_open' });
const TRIED = aState('tried', { breaker: 'half_open', trialOrder: 'another order' });
const OURS = aState('ours', { breaker: 'half_open', trialOrder: ORDER });
const PAUSED_TRIAL = aState('paused_trial', { isPaused: true, breaker: 'half_open', trialOrder: ORDER });

const ALL = new GatewaysNow([PAUSED, CLOSED, OPEN, HALF_OPEN, TRIED, OURS, PAUSED_TRIAL]);
const LEASE: TrialLease = { gateway: 'ours', orderId: ORDER, until: 'later' };
const GATEWAYS = ALL.withTrial(LEASE, new Set());

describe('an order goes', () => {
  it.each<[string, string[], Choice]>([
    ['to a gateway of which nothing is known', ['new'], { kind: 'go', gateway: 'new' }],
    ['to one whose breaker is closed', ['closed'], { kind: 'go', gateway: 'closed' }],
    ['to one whose trial it has', ['ours'], { kind: 'go', gateway: 'ours' }],
    ['as a trial where nobody tries', ['half_open'], { kind: 'trial', gateway: 'half_open' }],
    ['as a trial before it goes elsewhere', ['half_open', 'closed'], { kind: 'trial', gateway: 'half_open' }],
    ['past what is paused, open or tried', ['paused', 'open', 'tried', 'closed'], { kind: 'go', gateway: 'closed' }],
    ['nowhere while an operator pauses it', ['paused'], { kind: 'wait', for: 'gateway_paused' }],
    ['nowhere while the breaker is open', ['open'], { kind: 'wait', for: 'gateway_unavailable' }],
    ['nowhere while another one tries', ['tried'], { kind: 'wait', for: 'gateway_unavailable' }],
    ['nowhere as a trial at what is paused', ['paused_trial'], { kind: 'wait', for: 'gateway_paused' }],
    ['nowhere without a gateway', [], { kind: 'wait', for: 'no_gateway' }],
    ['nowhere, and the breaker may close first', ['paused', 'open'], { kind: 'wait', for: 'gateway_unavailable' }],
  ])('%s', (_, candidates, choice) => {
    const at = choice.kind === 'wait' ? { at: candidates } : {};
    expect(GATEWAYS.firstFor(candidates)).toEqual({ ...choice, ...at });
  });

  it('nowhere while submissions are stopped, even in the course of a decision', () => {
    const stopped = new GatewaysNow([CLOSED], null, new Set(), { isStopped: true, isOutdated: () => false });
    const waits = { kind: 'wait', for: 'database_failover', at: ['closed'] };
    expect(stopped.firstFor(['closed'])).toEqual(waits);
    expect(stopped.inTheCourseOf(GATEWAYS).firstFor(['closed'])).toEqual(waits);
    expect(stopped.withoutStop().firstFor(['closed'])).toEqual({ kind: 'go', gateway: 'closed' });
  });

  it('nowhere by what was known of another server of the database', () => {
    let isOutdated = false;
    const gateways = new GatewaysNow([CLOSED], null, new Set(), { isStopped: false, isOutdated: () => isOutdated });
    expect(gateways.firstFor(['closed'])).toEqual({ kind: 'go', gateway: 'closed' });
    isOutdated = true;
    expect(gateways.firstFor(['closed'])).toEqual({ kind: 'again' });
  });

  it('not as the trial of a gateway where it could not have it', () => {
    const gateways = ALL.withTrial(LEASE, new Set(['half_open', 'ours']));
    expect(gateways.firstFor(['half_open'])).toMatchObject({ kind: 'wait', for: 'gateway_unavailable' });
    expect(gateways.firstFor(['half_open', 'closed'])).toEqual({ kind: 'go', gateway: 'closed' });
    expect(gateways.firstFor(['ours'])).toEqual({ kind: 'go', gateway: 'ours' });
  });

  it('not as a trial that is leased for another decision, even about the same order', () => {
    const gateways = ALL.withTrial(null, new Set());
    expect(gateways.firstFor(['ours'])).toMatchObject({ kind: 'wait', for: 'gateway_unavailable' });
    const elsewhere = ALL.withTrial({ ...LEASE, gateway: 'paused_trial' }, new Set());
    expect(elsewhere.firstFor(['ours'])).toMatchObject({ kind: 'wait', for: 'gateway_unavailable' });
  });

  it('as what it was decided to, though time has passed, unless the trial is another’s by now', () => {
    expect(ALL.inTheCourseOf(GATEWAYS).firstFor(['ours'])).toEqual({ kind: 'go', gateway: 'ours' });
    const later = new GatewaysNow([{ ...OURS, trialOrder: 'another order' }]).inTheCourseOf(GATEWAYS);
    expect(later.firstFor(['ours'])).toMatchObject({ kind: 'wait', for: 'gateway_unavailable' });
  });
});
