import { describe, expect, it } from '@jest/globals';
import { inquiryEndingFrom, submissionEndingFrom } from './parse-bank-answer.js';
import type { Transfer } from './transfer.js';

const TRANSFER: Transfer = {
  reference: '01980000-0000-7000-8000-000000000001',
  amountPaise: 9_000_00n,
  mode: 'IMPS',
  beneficiary: { name: 'Asha Rao', accountNumber: '50100012340004', ifsc: 'HDFC0000001' },
  narration: null,
};

const failure = { code: 'bank_account_closed', reason: 'Closed.', source: 'beneficiary_bank', retryable: false };

describe("a bank's answer", () => {
  it.each([
    { kind: 'succeeded', utr: '632812345678' },
    { kind: 'succeeded', utr: 'HDFCR52026112412345678' },
    { kind: 'rejected', failure },
    { kind: 'pending' },
    { kind: 'unknown', why: 'the bank answered 503' },
  ])('is passed on when it is in order: %j', (answer) => {
    expect(submissionEndingFrom(answer, TRANSFER)).toEqual(answer);
    expect(inquiryEndingFrom(answer, TRANSFER)).toEqual(answer);
  });

  it('loses what the port does not know', () => {
    const answer = { kind: 'rejected', failure: { ...failure, secret: 'x' }, raw: { body: '…' } };
    expect(submissionEndingFrom(answer, TRANSFER)).toEqual({ kind: 'rejected', failure });
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
    ['success with a line after the UTR', { kind: 'succeeded', utr: '632812345678\n' }],
    ['a rejection without a failure', { kind: 'rejected' }],
    ['a rejection with a text for a failure', { kind: 'rejected', failure: 'closed' }],
    ['a rejection without a code', { kind: 'rejected', failure: { ...failure, code: undefined } }],
    ['a rejection with a sentence for a code', { kind: 'rejected', failure: { ...failure, code: 'Account closed' } }],
    ['a rejection without a reason', { kind: 'rejected', failure: { ...failure, reason: undefined } }],
    ['a rejection from nowhere', { kind: 'rejected', failure: { ...failure, source: 'moon' } }],
    ['a rejection that may or may not be repeated', { kind: 'rejected', failure: { ...failure, retryable: 'no' } }],
  ])('is an unknown outcome, and never a failure, when it is %s', (_, answer) => {
    for (const ending of [submissionEndingFrom(answer, TRANSFER), inquiryEndingFrom(answer, TRANSFER)]) {
      expect(ending).toEqual({ kind: 'unknown', why: expect.stringMatching(/malformed/) });
    }
  });

  it.each([
    ['in capitals', 'qwer12uijaaasssd', 'QWER12UIJAAASSSD'],
    ['as it is', '523223155921', '523223155921'],
    ['not at all when it is no UTR', 'n/a', null],
    ['not at all when it is no text', 523223155921, null],
    ['not at all when there is none', null, null],
  ])('names the UTR of what was returned or has failed %s', (_, utr, named) => {
    expect(inquiryEndingFrom({ kind: 'returned', utr, failure }, TRANSFER)).toEqual({
      kind: 'returned',
      utr: named,
      failure,
    });
    expect(inquiryEndingFrom({ kind: 'rejected', utr, failure }, TRANSFER)).toEqual({
      kind: 'rejected',
      failure,
      ...(named === null ? {} : { utr: named }),
    });
  });

  it('names the UTR of a success in capitals', () => {
    const paid = { kind: 'succeeded', utr: 'hdfcr52026112412345678' };
    expect(submissionEndingFrom(paid, TRANSFER)).toEqual({ kind: 'succeeded', utr: 'HDFCR52026112412345678' });
  });

  it('may be that there is nothing, but only to an inquiry', () => {
    expect(inquiryEndingFrom({ kind: 'not_found' }, TRANSFER)).toEqual({ kind: 'not_found' });
    expect(submissionEndingFrom({ kind: 'not_found' }, TRANSFER)).toMatchObject({ kind: 'unknown' });
  });

  it('may be that the reference is there already, but only to a submission', () => {
    const digest = 'a'.repeat(64);
    const reused = { kind: 'reference_reused', digest, utr: '632812345678', failure };
    expect(submissionEndingFrom(reused, TRANSFER)).toEqual({ kind: 'reference_reused', digest });
    expect(inquiryEndingFrom(reused, TRANSFER)).toEqual({
      kind: 'unknown',
      why: expect.stringMatching(/malformed/),
      digest,
    });
  });

  it('is no rejection when the bank refuses the reference as used: what it holds under it may have been paid', () => {
    const answer = { kind: 'rejected', failure: { ...failure, code: 'reference_reused', reason: 'Another amount.' } };
    expect(submissionEndingFrom(answer, TRANSFER)).toEqual({
      kind: 'unknown',
      why: expect.stringMatching(/malformed/),
    });
  });

  it('is cut to what can be stored and shown', () => {
    const reason = `\u0000Konto \uD800 ${'x'.repeat(300)}`;
    const ending = submissionEndingFrom({ kind: 'rejected', failure: { ...failure, reason } }, TRANSFER);
    expect(ending).toMatchObject({ failure: { reason: `\uFFFDKonto \uFFFD ${'x'.repeat(191)}` } });
  });

  it('masks account numbers', () => {
    const ending = submissionEndingFrom({ kind: 'unknown', why: 'no route to 12345678900001' }, TRANSFER);
    expect(ending).toEqual({ kind: 'unknown', why: 'no route to XXXX0001' });
  });

  it.each([
    ['succeeded', { kind: 'succeeded', utr: '632812345678' }],
    ['rejected', { kind: 'rejected', failure }],
    ['pending', { kind: 'pending' }],
    ['returned', { kind: 'returned', utr: '632812345678', failure }],
  ])('is none, whatever it says, about another amount or account: %s', (_, ending) => {
    const another = { kind: 'unknown', isAnother: true };
    for (const transferred of [{ amountPaise: 100n }, { accountNumber: '99999999999' }])
      for (const ended of [
        submissionEndingFrom({ ...ending, transferred }, TRANSFER),
        inquiryEndingFrom({ ...ending, transferred }, TRANSFER),
      ]) {
        expect(ended).toMatchObject(another);
        expect(ended).not.toHaveProperty('utr');
        expect(JSON.stringify(ended)).not.toMatch(/9999|0004/);
      }
    const same = { amountPaise: 9_000_00n, accountNumber: 'XXXXXXXXXX0004', vpa: null };
    expect(inquiryEndingFrom({ ...ending, transferred: same }, TRANSFER)).toEqual({ ...ending, isSame: true });
    expect(inquiryEndingFrom({ ...ending, transferred: { amountPaise: 9_000_00n } }, TRANSFER)).toEqual(ending);
  });

  it.each([
    ['a text', 'all of it'],
    ['an amount that is no bigint', { amountPaise: 900000 }],
    ['a number', { accountNumber: 5 }],
  ])('is an unknown outcome when what was transferred is %s', (_, transferred) => {
    const answer = { kind: 'succeeded', utr: '632812345678', transferred };
    expect(inquiryEndingFrom(answer, TRANSFER)).toEqual({ kind: 'unknown', why: expect.stringMatching(/malformed/) });
  });
});
