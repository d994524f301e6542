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
const SUBMITTED = { amountMinor: 120_01n, currency: 'USD' };
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
    ['a rejection of the reference', { kind: 'rejected', failure: { ...FAILURE, code: 'payment_reference_reused' } }],
    ['an unknown outcome', { kind: 'unknown', why: 'who knows' }],
    ['an unknown outcome without a reason', { kind: 'unknown' }],
  ])('that is %s has no outcome', (_, answer) => {
    expect(providerEndingFrom(answer, SUBMITTED)).toEqual(UNKNOWN);
  });

  it('is copied field by field, with its digest', () => {
    const digest = 'a'.repeat(64);
    const succeeded = { kind: 'succeeded', providerId: 'pi_1' };
    expect(providerEndingFrom({ ...succeeded, digest, more: 1 }, SUBMITTED)).toEqual({ ...succeeded, digest });
    expect(providerEndingFrom({ ...succeeded, digest: 'short' }, SUBMITTED)).toEqual(succeeded);
    expect(providerEndingFrom({ kind: 'pending', code: 'processing' }, SUBMITTED)).toEqual({
      kind: 'pending',
      code: 'processing',
    });
    expect(providerEndingFrom({ kind: 'pending', code: 'NOT A CODE' }, SUBMITTED)).toEqual({ kind: 'pending' });
    expect(providerEndingFrom({ kind: 'rejected', failure: FAILURE }, SUBMITTED)).toEqual({
      kind: 'rejected',
      failure: FAILURE,
    });
  });

  it('gets a reason of ours for one that only the provider knows', () => {
    const ending = providerEndingFrom(
      { kind: 'rejected', failure: { ...FAILURE, code: 'blue_moon', reason: 'A\nB' } },
      SUBMITTED,
    );
    expect(ending).toMatchObject({ kind: 'rejected', failure: { code: 'provider_refused', reason: 'A\uFFFDB' } });
  });

  it('to a submission may be that the reference is there already, to an inquiry not', () => {
    expect(providerEndingFrom({ kind: 'reference_reused' }, SUBMITTED)).toEqual({ kind: 'reference_reused' });
    expect(providerInquiryEndingFrom({ kind: 'reference_reused' }, SUBMITTED)).toEqual(UNKNOWN);
  });

  it('to an inquiry may be that there is nothing, to a submission not', () => {
    expect(providerInquiryEndingFrom({ kind: 'not_found' }, SUBMITTED)).toEqual({ kind: 'not_found' });
    expect(providerEndingFrom({ kind: 'not_found' }, SUBMITTED)).toEqual(UNKNOWN);
    expect(providerInquiryEndingFrom(undefined, SUBMITTED)).toEqual(UNKNOWN);
  });
});

describe('what a provider says that it has under the reference', () => {
  const DONE = { kind: 'succeeded', providerId: 'pi_1', digest: 'a'.repeat(64) };
  const ENDINGS = [DONE, { kind: 'pending' }, { kind: 'rejected', failure: FAILURE }];

  it.each([
    ['amount', { amountMinor: 120_02n, currency: 'USD' }],
    ['amount', { amountMinor: 0n }],
    ['currency', { amountMinor: 120_01n, currency: 'EUR' }],
  ])('is believed in nothing when it has another %s: %j', (what, transferred) => {
    for (const ending of ENDINGS)
      for (const answer of [
        providerEndingFrom({ ...ending, transferred }, SUBMITTED),
        providerInquiryEndingFrom({ ...ending, transferred }, SUBMITTED),
      ]) {
        const why = `the provider has another ${what} under this reference`;
        expect(answer).toEqual({
          ...('digest' in ending ? { digest: DONE.digest } : {}),
          kind: 'unknown',
          why,
          isAnother: true,
        });
      }
  });

  it('is about what was submitted when it says amount and currency', () => {
    for (const ending of ENDINGS)
      expect(providerEndingFrom({ ...ending, transferred: SUBMITTED }, SUBMITTED)).toEqual({ ...ending, isSame: true });
  });

  it.each([[{ amountMinor: 120_01n }], [{ currency: 'USD' }], [{}], [null], [undefined]])(
    'changes nothing when it is what was submitted, as far as it is reported: %j',
    (transferred) => {
      for (const ending of ENDINGS) expect(providerEndingFrom({ ...ending, transferred }, SUBMITTED)).toEqual(ending);
    },
  );

  it.each(['12001', { amountMinor: 12_001 }, { currency: 840 }])(
    'is an unknown outcome when it is %j',
    (transferred) => {
      expect(providerEndingFrom({ ...DONE, transferred }, SUBMITTED)).toEqual(UNKNOWN);
    },
  );
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

  it('is null if it is not an object', () => expect(quoteFrom('83.25')).toBeNull());
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
