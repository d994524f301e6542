import { describe, expect, it } from '@jest/globals';
import { BrokenInvariant } from '../assert.js';
import { callbackPauseSeconds } from './gateway-answer.js';
import {
  assertDueWhileOpen,
  dueStep,
  inquiryClaimed,
  mayBeOnItsWay,
  NOTHING_DUE,
  notSubmitted,
  submitted,
  waitingFor,
} from './submission.js';
import type { Moment } from '../moment.js';
import { moment } from '../../../test/support/moments.js';

const NOW = new Date('2026-01-05T04:30:00.000Z');
const after = (ms: number): Date => new Date(NOW.getTime() + ms);

const T = 30_000;
const NEW = notSubmitted(after(30_000), moment(NOW));
const SUBMITTED = submitted(NEW, after(30_000), moment(NOW));

describe('an order that was never submitted', () => {
  it('goes as soon as a worker has it, and is swept up at its date', () => {
    expect(dueStep(NEW, moment(NOW), T)).toBe('submit');
    expect(NEW.nextAttemptAt).toEqual(after(30_000));
  });

  it('is on its way to nobody', () => {
    expect(mayBeOnItsWay(NEW, moment(NOW))).toBe(false);
  });
});

describe('an order that was submitted', () => {
  it('is asked about when its lease ends, and not before', () => {
    expect(SUBMITTED).toMatchObject({ attempts: 1, nextStep: 'inquire', nextAttemptAt: after(30_000) });
    expect(dueStep(SUBMITTED, moment(after(29_999)), T)).toBeNull();
    expect(dueStep(SUBMITTED, moment(after(30_000)), T)).toBe('inquire');
  });

  it('is on its way until its lease ends', () => {
    expect(mayBeOnItsWay(SUBMITTED, moment(after(29_999)))).toBe(true);
    expect(mayBeOnItsWay(SUBMITTED, moment(after(30_000)))).toBe(false);
    expect(mayBeOnItsWay({ ...SUBMITTED, ...NOTHING_DUE }, moment(NOW))).toBe(false);
  });

  it('is on its way by live time too, within its margin, when the clock has jumped ahead', () => {
    const jumped = (liveMs: number): Moment => ({ ...moment(after(25 * 3_600_000)), liveMs: NOW.getTime() + liveMs });
    expect(mayBeOnItsWay(SUBMITTED, jumped(26_999))).toBe(true);
    expect(mayBeOnItsWay(SUBMITTED, jumped(27_000))).toBe(false);
    // A submission by a version without live time is judged by the clock alone, and so is the time of a callback.
    expect(mayBeOnItsWay({ ...SUBMITTED, submissionEndsLiveMs: null }, jumped(0))).toBe(false);
    expect(mayBeOnItsWay(SUBMITTED, { clockTime: after(30_000), liveMs: undefined })).toBe(false);
  });

  it('is submitted again only when that is due, and forgets the answers about the attempt before', () => {
    expect(() => submitted(SUBMITTED, after(60_000), moment(NOW))).toThrow(BrokenInvariant);
    const again = { ...SUBMITTED, nextStep: 'submit', notFoundAt: NOW, inquiries: 3, needsAttention: true } as const;
    expect(submitted(again, after(60_000), { ...moment(NOW), liveMs: 1_000 })).toEqual({
      attempts: 2,
      nextStep: 'inquire',
      nextAttemptAt: after(60_000),
      nextAttemptLiveMs: 61_000,
      submissionEndsAt: after(60_000),
      submissionEndsLiveMs: 61_000,
      notFoundAt: null,
      inquiries: 0,
      waitingFor: null,
      waitingAt: null,
      needsAttention: false,
    });
  });
});

describe('a step that is planned', () => {
  const at = (clockMs: number, liveMs: number): Moment => ({
    ...moment(after(clockMs)),
    liveMs: NOW.getTime() + liveMs,
  });
  const MARGIN = 3_000;

  it('is due when live time has passed it, though the clock was set back by minutes', () => {
    expect(dueStep(SUBMITTED, at(-10 * 60_000, 30_000 + MARGIN - 1), T)).toBeNull();
    expect(dueStep(SUBMITTED, at(-10 * 60_000, 30_000 + MARGIN), T)).toBe('inquire');
    const planned = { ...SUBMITTED, nextStep: 'submit' } as const;
    expect(dueStep(planned, at(-10 * 60_000, 30_000 + MARGIN), T)).toBe('submit');
  });

  it('is due when the clock has passed it, though nobody has counted live time', () => {
    expect(dueStep(SUBMITTED, at(30_000, 0), T)).toBe('inquire');
  });

  it('is due by the clock alone where it was planned before live time was kept', () => {
    const before = { ...SUBMITTED, nextAttemptLiveMs: null };
    expect(dueStep(before, at(0, 1_000_000), T)).toBeNull();
    expect(dueStep(before, at(30_000, 0), T)).toBe('inquire');
  });
});

describe('a step that a version without live time has planned again', () => {
  // Its plan goes by the clock; its live time belongs to an earlier plan.
  const stale = { ...SUBMITTED, nextAttemptAt: after(90_000), submissionEndsAt: after(90_000) };

  it('may be asked about early, and no answer to that frees anything while its submission is on its way', () => {
    const early = moment(after(40_000));
    expect(dueStep(stale, early, T)).toBe('inquire');
    expect(mayBeOnItsWay(stale, early)).toBe(true);
  });
});

describe('a date that a clock has written which ran ahead', () => {
  const HOUR = 3_600_000;

  it('is due now, and the other party is asked, whatever was planned', () => {
    const ahead = submitted(NEW, after(25 * HOUR), moment(NOW));
    expect(dueStep(ahead, moment(NOW), T)).toBe('inquire');
    expect(dueStep({ ...ahead, nextStep: 'submit' }, moment(NOW), T)).toBe('inquire');
  });

  it.each([
    ['a back-off', { nextAttemptAt: after(15 * 60_000) }],
    ['what was held back', { nextAttemptAt: after(HOUR), needsAttention: true }],
  ])('is not one that is planned: %s', (_, planned) => {
    expect(dueStep({ ...SUBMITTED, ...planned }, moment(NOW), T)).toBeNull();
  });

  it('leaves a submission one lease from now, and never none: it may be on its way', () => {
    const ahead = submitted(NEW, after(25 * HOUR), moment(NOW));
    const claimed = { ...ahead, ...inquiryClaimed(ahead, after(T), moment(NOW)) };
    expect(claimed).toMatchObject({ nextStep: 'inquire', nextAttemptAt: after(T), submissionEndsAt: after(T) });
    expect(mayBeOnItsWay(claimed, moment(NOW))).toBe(true);
  });

  it('changes nothing of a submission that ended in time', () => {
    const due = { nextStep: 'inquire', nextAttemptAt: after(60_000) };
    expect(inquiryClaimed(SUBMITTED, after(60_000), moment(after(30_000)))).toEqual(due);
    // By live time it is on its way for one margin longer, because live time is counted in steps.
    expect(inquiryClaimed(SUBMITTED, after(30_000), { ...moment(NOW), liveMs: NOW.getTime() - 3_000 })).toEqual({
      ...due,
      nextAttemptAt: after(30_000),
    });
  });

  it('leaves it one lease by live time too, whose count was lost: no answer about it would ever count', () => {
    const lost = { ...moment(after(T)), liveMs: 5_000 };
    const claimed = { ...SUBMITTED, ...inquiryClaimed(SUBMITTED, after(2 * T), lost) };
    expect(claimed.submissionEndsLiveMs).toBe(5_000 + T);
    expect(claimed.submissionEndsAt).toEqual(SUBMITTED.submissionEndsAt);
  });
});

describe('a further submission that was held up', () => {
  const planned = { ...SUBMITTED, nextStep: 'submit' } as const;

  it('goes within an hour', () => {
    expect(dueStep(planned, moment(after(30_000 + 3_600_000)), T)).toBe('submit');
  });

  it('asks first when it comes later: what was not found then may be there now', () => {
    expect(dueStep(planned, moment(after(30_000 + 3_600_001)), T)).toBe('inquire');
  });
});

describe('what an order waits for', () => {
  it('counts while its submission is due: a version that does not know the word submits it and leaves it standing', () => {
    const waiting = { ...NEW, waitingFor: 'gateway_paused' } as const;
    expect(waitingFor(waiting)).toBe('gateway_paused');
    expect(waitingFor({ ...waiting, nextStep: 'inquire' })).toBeNull();
    expect(waitingFor({ ...SUBMITTED, ...NOTHING_DUE })).toBeNull();
  });

  it('is forgotten when it is submitted', () => {
    expect(submitted({ ...NEW, waitingFor: 'merchant_inactive' }, after(30_000), moment(NOW)).waitingFor).toBeNull();
  });
});

describe('an order that has ended', () => {
  it('is never due', () => {
    expect(dueStep({ ...SUBMITTED, ...NOTHING_DUE }, moment(after(1e9)), T)).toBeNull();
    expect(() => assertDueWhileOpen({ ...SUBMITTED, ...NOTHING_DUE }, false)).not.toThrow();
  });

  it.each([
    ['has ended and is due', SUBMITTED, false],
    ['is open and never due', { ...SUBMITTED, ...NOTHING_DUE }, true],
    ['has a step without a date', { ...SUBMITTED, nextAttemptAt: null }, false],
    ['has a date without a step', { ...SUBMITTED, nextStep: null }, true],
  ])('does not exist when it %s', (_, state, isOpen) => {
    expect(() => assertDueWhileOpen(state, isOpen)).toThrow(BrokenInvariant);
  });
});

describe('a callback that cannot be acted upon yet', () => {
  it('is tried again after 1, 2, 4 … seconds, at most every half hour, for about two hours', () => {
    const pauses = Array.from({ length: 16 }, (_, tries) => callbackPauseSeconds(tries));
    expect(pauses.slice(0, 12)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 1_800]);
    expect(pauses.slice(12)).toEqual([1_800, 1_800, null, null]);
    expect(pauses.reduce<number>((sum, pause) => sum + (pause ?? 0), 0)).toBe(7_447);
  });
});
