import { describe, expect, it } from '@jest/globals';
import { GatewaysNow, type GatewayState } from './availability.js';
import { type PreviewedRule, previewOf, type SamplePayout } from './routing-preview.js';

const BANKS = [
  { name: 'upi-bank', capabilities: { modes: { UPI: {} } } },
  { name: 'first', capabilities: { modes: { IMPS: {}, NEFT: {} } } },
  { name: 'second', capabilities: { modes: { IMPS: { maxPaise: 1_000_00n }, NEFT: {} } } },
  { name: 'third', capabilities: { modes: { IMPS: {} } } },
];

const SAMPLE: SamplePayout = { mode: 'IMPS', amountPaise: 500_00n, ifsc: 'HDFC0000001', merchantId: 'acme' };
const UP = new GatewaysNow([]);

function aRule(gateway: string, fields: Partial<PreviewedRule> = {}): PreviewedRule {
  const narrowed = { mode: null, minAmountPaise: null, maxAmountPaise: null, beneficiaryBank: null, merchantId: null };
  return { id: null, priority: 10, isEnabled: true, percentage: 100, gateway, ...narrowed, ...fields };
}

function aState(gateway: string, state: Partial<GatewayState>): GatewayState {
  const usual = { isPaused: false, pausedReason: null, breaker: 'closed', openUntil: null } as const;
  return { gateway, ...usual, trialOrder: null, changedAt: null, ...state };
}

const goes = (rules: readonly PreviewedRule[], sample = SAMPLE, gateways = UP) =>
  previewOf(sample, rules, BANKS, gateways).outcomes.map(({ gateway, rule, sharePercent, waitingFor }) => [
    gateway ?? waitingFor,
    rule,
    sharePercent,
  ]);
const reasons = (rules: readonly PreviewedRule[], sample = SAMPLE, gateways = UP) => {
  const preview = previewOf(sample, rules, BANKS, gateways);
  return {
    rules: preview.rules.map(({ passedOver }) => passedOver),
    gateways: preview.gateways.map(({ passedOver }) => passedOver),
  };
};

describe('a sample payout', () => {
  it('goes to the first bank that carries it where no rule says otherwise', () => {
    expect(goes([])).toEqual([['first', null, 100]]);
    expect(reasons([]).gateways).toEqual(['mode_not_offered', null, 'no_rule', 'no_rule']);
  });

  it('goes by the rule with the lowest priority that speaks of it', () => {
    const rules = [aRule('third', { priority: 20 }), aRule('second', { priority: 10 })];
    expect(goes(rules)).toEqual([['second', 0, 100]]);
    expect(reasons(rules)).toEqual({
      rules: [null, 'earlier_rule'],
      gateways: ['mode_not_offered', 'earlier_rule', null, 'earlier_rule'],
    });
  });

  it.each<[string, Partial<PreviewedRule>, string]>([
    ['that is switched off', { isEnabled: false }, 'disabled'],
    ['for another mode', { mode: 'NEFT' }, 'mode_differs'],
    ['for larger amounts', { minAmountPaise: 500_01n }, 'amount_below'],
    ['for smaller amounts', { maxAmountPaise: 499_99n }, 'amount_above'],
    ['for another bank of the recipient', { beneficiaryBank: 'ICIC' }, 'bank_differs'],
    ['for another merchant', { merchantId: 'fiaz' }, 'merchant_differs'],
    ['to a gateway that is not enabled', { gateway: 'gone' }, 'gateway_not_enabled'],
    ['to a gateway without the mode', { gateway: 'upi-bank' }, 'mode_not_offered'],
  ])('passes over a rule %s', (_, fields, reason) => {
    const rules = [aRule('second', fields), aRule('third')];
    expect(reasons(rules).rules).toEqual([reason, null]);
    expect(goes(rules)).toEqual([['third', 1, 100]]);
  });

  it('includes both ends of amounts, and of nobody’s only rules for everybody', () => {
    expect(goes([aRule('second', { minAmountPaise: 500_00n, maxAmountPaise: 500_00n })])).toEqual([['second', 0, 100]]);
    const nobodys = { ...SAMPLE, merchantId: null, ifsc: null };
    expect(reasons([aRule('second', { merchantId: 'acme' })], nobodys).rules).toEqual(['merchant_differs']);
    expect(reasons([aRule('second', { beneficiaryBank: 'HDFC' })], nobodys).rules).toEqual(['bank_differs']);
  });

  it('passes over a bank that does not carry the amount', () => {
    const large = { ...SAMPLE, amountPaise: 1_000_01n };
    expect(reasons([aRule('second')], large).rules).toEqual(['amount_not_carried']);
    expect(goes([aRule('second')], large)).toEqual([['first', null, 100]]);
  });

  it('is divided as the rules say; the rest goes on to the first bank', () => {
    const rules = [aRule('second', { percentage: 25 }), aRule('third', { percentage: 50, priority: 11 })];
    expect(goes(rules)).toEqual([
      ['second', 0, 25],
      ['third', 1, 37.5],
      ['first', null, 37.5],
    ]);
    expect(reasons(rules).gateways).toEqual(['mode_not_offered', null, null, null]);
  });

  it('goes past what is paused or does not answer, and waits where nothing else is left', () => {
    const gateways = new GatewaysNow([aState('second', { isPaused: true }), aState('third', { breaker: 'open' })]);
    const rules = [aRule('second'), aRule('third')];
    expect(reasons(rules, SAMPLE, gateways).rules).toEqual(['gateway_paused', 'gateway_unavailable']);
    expect(goes(rules, SAMPLE, gateways)).toEqual([['first', null, 100]]);

    const allPaused = new GatewaysNow(BANKS.map(({ name }) => aState(name, { isPaused: true })));
    expect(goes([aRule('second', { percentage: 30 })], SAMPLE, allPaused)).toEqual([['gateway_paused', null, 100]]);
    const oneMayCome = new GatewaysNow([aState('first', { isPaused: true }), aState('second', { breaker: 'open' })]);
    expect(goes([aRule('second')], SAMPLE, oneMayCome)).toEqual([['gateway_unavailable', null, 100]]);
  });

  it('may be the trial of a breaker that is half open', () => {
    const gateways = new GatewaysNow([aState('second', { breaker: 'half_open' })]);
    expect(goes([aRule('second')], SAMPLE, gateways)).toEqual([['second', 0, 100]]);
  });
});
