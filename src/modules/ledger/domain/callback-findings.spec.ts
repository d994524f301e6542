import { describe, expect, it } from '@jest/globals';
import type { Particulars } from '../../../shared/audit/particulars.js';
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

/** The values by which a finding names it. */
const NAMED = { callback_id: 'evt_1', gateway: 'razorpayx' };

const BOOK: CheckedBook<null> = {
  sql: null,
  merchantId: 'm1',
  boundTo: null,
  linesOf: async () => [],
  search: {},
  since: null,
};

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

describe('the finding about a callback that was not accepted', () => {
  it('rests on the same evidence as when it was acknowledged', async () => {
    const refused = (subject: string): Particulars => ({
      code: 'callback_refused',
      values: { ...NAMED, subject, id: 'r1', outcome: 'amount_mismatch' },
    });
    expect(await findingsOf({})).toEqual([
      toBeJudged('CALLBACK_REFUSED', 'm1', refused('payout'), [
        'razorpayx',
        'evt_1',
        'ab',
        'amount_mismatch',
        'r1',
        'processing',
      ]),
    ]);
    expect(await findingsOf({ subject: 'refund' })).toEqual([
      toBeJudged('CALLBACK_REFUSED', 'm1', refused('refund'), [
        'razorpayx',
        'evt_1',
        'ab',
        'amount_mismatch',
        'refund',
        'r1',
        'processing',
      ]),
    ]);
  });

  it('belongs to no book where no book knows the order, or nobody can read it', async () => {
    const values = { ...NAMED, subject: 'payout', id: 'r1' };
    expect(await findingsOfNoBook({ outcome: 'unknown_reference' })).toEqual([
      toBeJudged('UNKNOWN_AT_BOOKS', null, { code: 'callback_of_no_book', values }, [
        'razorpayx',
        'evt_1',
        'ab',
        'unknown_reference',
        'r1',
      ]),
    ]);
    expect(await findingsOfNoBook({ outcome: 'unreadable', subject: 'payment', reference: null })).toEqual([
      toBeJudged('CALLBACK_REFUSED', null, { code: 'callback_unreadable', values: NAMED }, [
        'razorpayx',
        'evt_1',
        'ab',
        'unreadable',
        'payment',
        null,
      ]),
    ]);
  });
});
