import { describe, expect, it } from '@jest/globals';
import type { AnswerRecord } from './gateway-answer.js';
import { attachAnswer, timelineEntry } from './timeline.js';
import { moment } from '../../../test/support/moments.js';

const NOW = new Date('2026-01-05T04:30:00.000Z');
const ANSWER: AnswerRecord = {
  kind: 'inquiry',
  gateway: 'bank-simulator',
  attempt: 1,
  ending: 'returned',
  reason: 'bank_account_closed',
  response_digest: 'ab',
  asked_at: NOW.toISOString(),
};
const entry = (type: string) =>
  timelineEntry(type, 'processing', 'completed', { now: moment(NOW), actor: 'bank:b', data: { utr: '1' } });

describe('an answer', () => {
  it('is attached to the first entry that it has caused', () => {
    const entries = [entry('payout.completed'), entry('payout.reversed')];
    expect(attachAnswer(entries, ANSWER)).toBe(true);
    expect(entries.map(({ data }) => data)).toEqual([{ utr: '1', answer: ANSWER }, { utr: '1' }]);
  });

  it('that has caused no entry is not attached', () => {
    expect(attachAnswer([], ANSWER)).toBe(false);
  });
});
