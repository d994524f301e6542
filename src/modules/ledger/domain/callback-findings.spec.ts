import { describe, expect, it } from '@jest/globals';
import { toBeJudged } from './audit.js';
import type { CheckedBook } from './book-checks.js';
import { callbacksOfNoBook, checkCallbacks } from './callback-findings.js';

const CALLBACK = {
  gateway: 'razorpayx',
  event_id: 'evt_1',
  outcome: 'amount_mismatch',
  body_digest: 'ab',
  subject: 'payout',
  reference: 'r1',
  received: '2026-01-01 00:00:00+00',
} as const;

const BOOK: CheckedBook<null> = { sql: null, merchantId: 'm1', boundTo: null, linesOf: async () => [], since: null };

async function findingsOf(callback: object) {
  const part = checkCallbacks<null>('callbacks', async function* () {
    yield { rows: [{ ...CALLBACK, status: 'processing', ...callback }], last: ['x'] };
  });
  const findings = [];
  for await (const slice of part.slices(BOOK, null)) findings.push(...slice.findings);
  return findings;
}

async function findingsOfNoBook(callback: object) {
  const one = (async function* () {
    yield { ...CALLBACK, ...callback };
  })();
  const findings = [];
  for await (const finding of callbacksOfNoBook(one)) findings.push(finding);
  return findings;
}

describe('the finding about a callback that was not taken in', () => {
  it('rests on the same evidence as when it was acknowledged', async () => {
    const about = 'callback evt_1 of razorpayx about';
    expect(await findingsOf({})).toEqual([
      toBeJudged('CALLBACK_REFUSED', 'm1', `${about} payout r1 was not taken in: amount_mismatch`, [
        ...['razorpayx', 'evt_1', 'ab', 'amount_mismatch', 'r1', 'processing'],
      ]),
    ]);
    expect(await findingsOf({ subject: 'refund' })).toEqual([
      toBeJudged('CALLBACK_REFUSED', 'm1', `${about} refund r1 was not taken in: amount_mismatch`, [
        ...['razorpayx', 'evt_1', 'ab', 'amount_mismatch', 'refund', 'r1', 'processing'],
      ]),
    ]);
  });

  it('belongs to no book where no book knows the order, or nobody can read it', async () => {
    const callback = 'callback evt_1 of razorpayx';
    expect(await findingsOfNoBook({ outcome: 'unknown_reference' })).toEqual([
      toBeJudged('UNKNOWN_AT_BOOKS', null, `${callback} is about payout r1, of no book`, [
        ...['razorpayx', 'evt_1', 'ab', 'unknown_reference', 'r1'],
      ]),
    ]);
    expect(await findingsOfNoBook({ outcome: 'unreadable', subject: 'payment', reference: null })).toEqual([
      toBeJudged('CALLBACK_REFUSED', null, `${callback} was not taken in: unreadable`, [
        ...['razorpayx', 'evt_1', 'ab', 'unreadable', 'payment', null],
      ]),
    ]);
  });
});
