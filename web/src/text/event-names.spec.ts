import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { eventName } from './event-names.ts';
import { hi } from './hi.ts';

describe('the name of an event', () => {
  it.each([
    ['payout.completed', 'Payout completed', 'पेआउट: पूरा हुआ'],
    ['refund.gateway_answered', 'Refund: the provider answered', 'रिफ़ंड: प्रदाता ने उत्तर दिया'],
    ['webhook_endpoint.turned_off', 'Webhook endpoint switched off', 'वेबहुक एंडपॉइंट: बंद हुआ'],
    ['balance.low', 'Balance low', 'शेष राशि: कम'],
  ])('%s is said in both languages', (type, english, hindi) => {
    expect([eventName(type, en), eventName(type, hi)]).toEqual([english, hindi]);
  });

  it('is the type itself where a later version has made it', () => {
    expect(eventName('payout.teleported', en)).toBe('payout.teleported');
    expect(eventName('mandate.completed', hi)).toBe('mandate.completed');
  });
});
