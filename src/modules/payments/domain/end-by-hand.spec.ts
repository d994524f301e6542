import { describe, expect, it } from '@jest/globals';
import { aPayment, afterMs, DECLINED } from '../../../../test/support/a-payment.js';
import { moment } from '../../../../test/support/moments.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';
import { failureByHand } from './end-by-hand.js';
import type { ProviderState } from './provider-state.js';
import { GatewayHasIt, ProviderOutcomeUnknown } from './refusals.js';

/** By then the submission has certainly ended. */
const LATER = moment(afterMs(60_000));
const WHILE_SUBMITTED = moment(afterMs(2_000));

/** The clock has jumped ahead by an hour meanwhile. */
const WHILE_SUBMITTED_BY_LIVE_TIME = { ...WHILE_SUBMITTED, clockTime: afterMs(3_600_000) };

const SUCCEEDED: ProviderAnswer = { kind: 'succeeded', providerId: 'ch_1' };
const REJECTED: ProviderAnswer = { kind: 'rejected', failure: DECLINED };
const NOT_FOUND: ProviderAnswer = { kind: 'not_found' };
const UNKNOWN: ProviderAnswer = { kind: 'unknown', why: 'no answer within 10 s' };

const { state } = aPayment({ status: 'processing' });
const needsAttention: ProviderState = { ...state, needsAttention: true };
const isToBeSentAgain: ProviderState = { ...state, nextStep: 'submit' };

describe('an operator who ends an order by hand', () => {
  it.each<[string, ProviderState, ProviderAnswer | null, string]>([
    ['that was never submitted', aPayment().state, null, 'failed_by_operator'],
    ['that the provider has rejected', state, REJECTED, 'card_declined'],
    ['that was not accepted and is to be sent again', isToBeSentAgain, NOT_FOUND, 'failed_by_operator'],
    ['that needs attention, when the provider does not answer', needsAttention, UNKNOWN, 'failed_by_operator'],
    ['that needs attention, when the provider has nothing', needsAttention, NOT_FOUND, 'failed_by_operator'],
  ])('may do so with one %s', (_, order, answer, code) => {
    expect(failureByHand(order, answer, LATER).code).toBe(code);
  });

  it.each<[string, ProviderState, ProviderAnswer, typeof GatewayHasIt | typeof ProviderOutcomeUnknown]>([
    ['the provider has done it', needsAttention, SUCCEEDED, GatewayHasIt],
    ['it is in progress', needsAttention, { kind: 'pending' }, GatewayHasIt],
    ['the provider does not answer', state, UNKNOWN, ProviderOutcomeUnknown],
    ['nothing is found for the first time', state, NOT_FOUND, ProviderOutcomeUnknown],
    ['it is to be sent again, and the provider does not answer', isToBeSentAgain, UNKNOWN, ProviderOutcomeUnknown],
  ])('is refused while %s', (_, order, answer, refusal) => {
    expect(() => failureByHand(order, answer, LATER)).toThrow(refusal);
  });

  it.each([REJECTED, NOT_FOUND, UNKNOWN])(
    'is refused while it is being submitted, whatever was said before: %j',
    (answer) => {
      for (const now of [WHILE_SUBMITTED, WHILE_SUBMITTED_BY_LIVE_TIME])
        expect(() => failureByHand(needsAttention, answer, now)).toThrow(ProviderOutcomeUnknown);
    },
  );
});
