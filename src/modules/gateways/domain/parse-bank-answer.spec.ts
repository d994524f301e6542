import { describe, expect, it } from '@jest/globals';
import { inquiryEndingFrom, submissionEndingFrom } from './parse-bank-answer.js';

const failure = { code: 'bank_account_closed', reason: 'Closed.', source: 'beneficiary_bank', retryable: false };

describe("a bank's answer", () => {
  it.each([
    { kind: 'succeeded', utr: '632812345678' },
    { kind: 'succeeded', utr: 'HDFCR52026112412345678' },
    { kind: 'rejected', failure },
    { kind: 'pending' },
    { kind: 'unknown', why: 'the bank answered 503' },
  ])('is passed on when it is in order: %j', (answer) => {
    expect(submissionEndingFrom(answer)).toEqual(answer);
    expect(inquiryEndingFrom(answer)).toEqual(answer);
  });

  it('loses what the port does not know', () => {
    const answer = { kind: 'rejected', failure: { ...failure, secret: 'x' }, raw: { body: '…' } };
    expect(submissionEndingFrom(answer)).toEqual({ kind: 'rejected', failure });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'succeeded'],
    ['a number', 200],
    ['a list', []],
    ['no kind', {}],
    ['an unknown kind', { kind: 'success', utr: '632812345678' }],
    ['success without a UTR', { kind: 'succeeded' }],
    ['success with a UTR that is no text', { kind: 'succeeded', utr: 632812345678 }],
    ['success with a short UTR', { kind: 'succeeded', utr: '123456789' }],
    ['success with a long UTR', { kind: 'succeeded', utr: 'A'.repeat(36) }],
    ['success with a UTR in lower case', { kind: 'succeeded', utr: 'hdfcr52026112412345678' }],
    ['success with a line after the UTR', { kind: 'succeeded', utr: '632812345678\n' }],
    ['a rejection without a failure', { kind: 'rejected' }],
    ['a rejection with a text for a failure', { kind: 'rejected', failure: 'closed' }],
    ['a rejection without a code', { kind: 'rejected', failure: { ...failure, code: undefined } }],
    ['a rejection with a sentence for a code', { kind: 'rejected', failure: { ...failure, code: 'Account closed' } }],
    ['a rejection without a reason', { kind: 'rejected', failure: { ...failure, reason: undefined } }],
    ['a rejection from nowhere', { kind: 'rejected', failure: { ...failure, source: 'moon' } }],
    ['a rejection that may or may not be repeated', { kind: 'rejected', failure: { ...failure, retryable: 'no' } }],
  ])('is an unknown outcome, and never a failure, when it is %s', (_, answer) => {
    for (const ending of [submissionEndingFrom(answer), inquiryEndingFrom(answer)]) {
      expect(ending).toEqual({ kind: 'unknown', why: expect.stringMatching(/malformed/) });
    }
  });

  it('may be that there is nothing, but only to an inquiry', () => {
    expect(inquiryEndingFrom({ kind: 'not_found' })).toEqual({ kind: 'not_found' });
    expect(submissionEndingFrom({ kind: 'not_found' })).toMatchObject({ kind: 'unknown' });
  });

  it('is unknown when the bank refuses the reference as used: what it holds under it may have been paid', () => {
    const answer = { kind: 'rejected', failure: { ...failure, code: 'reference_reused', reason: 'Another amount.' } };
    const ending = { kind: 'unknown', why: 'the bank holds another transfer under this reference: Another amount.' };
    expect(submissionEndingFrom(answer)).toEqual(ending);
  });

  it('is cut to what can be stored and shown', () => {
    const reason = `\u0000Konto \uD800 ${'x'.repeat(300)}`;
    const ending = submissionEndingFrom({ kind: 'rejected', failure: { ...failure, reason } });
    expect(ending).toMatchObject({ failure: { reason: `\uFFFDKonto \uFFFD ${'x'.repeat(191)}` } });
  });

  it('does not give whole account numbers away', () => {
    const ending = submissionEndingFrom({ kind: 'unknown', why: 'no route to 12345678900001' });
    expect(ending).toEqual({ kind: 'unknown', why: 'no route to XXXX0001' });
  });
});
