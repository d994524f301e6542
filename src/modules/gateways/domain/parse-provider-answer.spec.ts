import { describe, expect, it } from '@jest/globals';
import { providerEndingFrom, providerInquiryEndingFrom, quoteFrom } from './parse-provider-answer.js';
import {
  isProviderFailureCode,
  nextPaymentActionFor,
  PROVIDER_FAILURES,
  paymentFailureOf,
  type ProviderFailureCode,
} from './provider-failures.js';

const FAILURE = { code: 'card_declined', reason: 'No.', source: 'payer', retryable: true };
const UNKNOWN = { kind: 'unknown', why: expect.stringMatching(/./) };

describe('an answer of a provider', () => {
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'succeeded'],
    ['a kind that there is not', { kind: 'captured' }],
    ['a success without an id', { kind: 'succeeded' }],
    ['a success with an id of nothing', { kind: 'succeeded', providerId: '' }],
    ['a success with an id that cannot be stored', { kind: 'succeeded', providerId: 'a\u0000' }],
    ['a rejection without a reason', { kind: 'rejected' }],
    ['a rejection whose reason is a text', { kind: 'rejected', failure: 'no' }],
    ['a rejection by nobody', { kind: 'rejected', failure: { ...FAILURE, source: 'the moon' } }],
    ['a rejection that may or may not be repeated', { kind: 'rejected', failure: { ...FAILURE, retryable: 'yes' } }],
    ['a rejection of the reference', { kind: 'rejected', failure: paymentFailureOf('payment_reference_reused') }],
    ['an unknown outcome', { kind: 'unknown', why: 'who knows' }],
    ['an unknown outcome without a word', { kind: 'unknown' }],
  ])('that is %s has no outcome', (_, answer) => {
    expect(providerEndingFrom(answer)).toEqual(UNKNOWN);
  });

  it('is copied field by field, with its digest', () => {
    const digest = 'a'.repeat(64);
    const succeeded = { kind: 'succeeded', providerId: 'pi_1' };
    expect(providerEndingFrom({ ...succeeded, digest, more: 1 })).toEqual({ ...succeeded, digest });
    expect(providerEndingFrom({ ...succeeded, digest: 'short' })).toEqual(succeeded);
    expect(providerEndingFrom({ kind: 'pending', code: 'processing' })).toEqual({
      kind: 'pending',
      code: 'processing',
    });
    expect(providerEndingFrom({ kind: 'pending', code: 'NOT A CODE' })).toEqual({ kind: 'pending' });
    expect(providerEndingFrom({ kind: 'rejected', failure: FAILURE })).toEqual({ kind: 'rejected', failure: FAILURE });
  });

  it('gets a reason of ours for one that only the provider knows', () => {
    const ending = providerEndingFrom({ kind: 'rejected', failure: { ...FAILURE, code: 'blue_moon', reason: 'A\nB' } });
    expect(ending).toMatchObject({ kind: 'rejected', failure: { code: 'provider_refused', reason: 'A\uFFFDB' } });
  });

  it('to an inquiry may be that there is nothing, to a submission not', () => {
    expect(providerInquiryEndingFrom({ kind: 'not_found' })).toEqual({ kind: 'not_found' });
    expect(providerEndingFrom({ kind: 'not_found' })).toEqual(UNKNOWN);
    expect(providerInquiryEndingFrom(undefined)).toEqual(UNKNOWN);
  });
});

describe('a quote', () => {
  it.each(['83.25', '1', '0.000000001', '999999999.999999999'])('of %s is one', (rate) => {
    expect(quoteFrom({ rate, id: 'fxq_1', more: 1 })).toEqual({ rate, id: 'fxq_1' });
    expect(quoteFrom({ rate, id: null })).toEqual({ rate, id: null });
  });

  it.each([83.25, '0', '0.0', '-1', '1e2', '1.', '.5', '', '1234567890', '0.0000000001', 'NaN', null])(
    'of %j is none',
    (rate) => expect(quoteFrom({ rate, id: null })).toBeNull(),
  );

  it.each([undefined, '', 5, 'a b'])('with the id %j is none', (id) => {
    expect(quoteFrom({ rate: '1', id })).toBeNull();
  });

  it('that is no object is none', () => expect(quoteFrom('83.25')).toBeNull());
});

describe('the reasons', () => {
  it.each(Object.keys(PROVIDER_FAILURES) as ProviderFailureCode[])('%s has a reason and a next action', (code) => {
    const { reason } = paymentFailureOf(code);
    for (const sentence of [reason, nextPaymentActionFor(code)]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(isProviderFailureCode(code)).toBe(true);
  });

  it('of an earlier version send people to the operator', () => {
    expect(nextPaymentActionFor('no_longer_used')).toMatch(/operator/);
    expect(isProviderFailureCode('toString')).toBe(false);
  });
});
