import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BrokenInvariant } from '../assert.js';
import { after, aPayout, BANK, REQUESTED_AT, TIMEOUT_MS } from '../../../test/support/a-payout.js';
import { Payout } from '../../modules/payouts/domain/payout.js';
import type { Moment } from '../moment.js';
import {
  afterInquiry,
  afterSubmission,
  backOff,
  hadSettled,
  isNotFoundEstablished,
  type NoOutcome,
  type RecoveryPolicy,
} from './recovery.js';
import { asked, moment } from '../../../test/support/moments.js';

const MINUTE = 60_000;
const T = TIMEOUT_MS;

const POLICY: RecoveryPolicy = {
  processingTimeoutMs: T,
  maxRetries: 3,
  idempotentSubmission: true,
  authoritativeInquiry: true,
  // The middle: exactly the exponential delay.
  jitter: 0.5,
};

const NOT_FOUND: NoOutcome = 'not_found';
const PENDING: NoOutcome = 'pending';
const UNKNOWN: NoOutcome = 'unknown';
const REUSED: NoOutcome = 'reference_reused';

const NOT_ACCEPTED = {
  code: 'not_accepted_by_bank',
  reason: 'The bank did not accept the payout. Nothing was paid; the amount is available again.',
  source: 'gateway',
  retryable: true,
};

/** When the submission of the examples ended. */
const SUBMITTED = after(5_000);
const sinceSubmission = (ms: number): Date => after(5_000 + ms);

/** A payout that was submitted; the call ended without an outcome at {@link SUBMITTED}. */
function aSubmittedPayout(policy = POLICY): Payout {
  const payout = aPayout({ status: 'processing' });
  afterSubmission(payout, UNKNOWN, policy, moment(SUBMITTED));
  return payout;
}

/** A payout for which both inquiries that count were answered `not_found`. */
function aPayoutTheBankNeverHad(policy = POLICY): Payout {
  const payout = aSubmittedPayout(policy);
  afterInquiry(payout, NOT_FOUND, policy, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
  afterInquiry(payout, NOT_FOUND, policy, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
  return payout;
}

const submit = (payout: Payout, now: Date): void =>
  payout.submit(BANK, new Date(now.getTime() + T), { now: moment(now), actor: 'system' });

const typesOf = (payout: Payout): string[] => payout.newEvents.map(({ type }) => type);

describe('a submission without an outcome', () => {
  it('leaves the payout with the bank, to be asked about when its lease ends', () => {
    const { state } = aSubmittedPayout();
    expect(state).toMatchObject({
      status: 'processing',
      nextStep: 'inquire',
      nextAttemptAt: after(1 + T),
      submissionEndsAt: SUBMITTED,
      attempts: 1,
      needsAttention: false,
    });
  });

  it('that is pending at the bank is asked about one time-out later', () => {
    const payout = aPayout({ status: 'processing' });
    afterSubmission(payout, PENDING, POLICY, moment(SUBMITTED));
    expect(payout.state).toMatchObject({
      status: 'processing',
      nextStep: 'inquire',
      nextAttemptAt: sinceSubmission(T),
      submissionEndsAt: SUBMITTED,
    });
  });

  it.each([PENDING, UNKNOWN, NOT_FOUND, REUSED])(
    'is never a failure and never a reason to submit again: $kind',
    (answer) => {
      const payout = aPayout({ status: 'processing' });
      afterSubmission(payout, answer, POLICY, moment(SUBMITTED));
      expect(payout.state).toMatchObject({ status: 'processing', nextStep: 'inquire', notFoundAt: null, inquiries: 0 });
      expect(typesOf(payout)).toEqual([]);
    },
  );
});

describe('a bank that has nothing under the reference', () => {
  it('is not believed the first time: it is asked again one time-out after the submission ended', () => {
    const payout = aSubmittedPayout();
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(T - 1_000)), asked(sinceSubmission(T - 1_000)));
    expect(payout.state).toMatchObject({
      status: 'processing',
      nextStep: 'inquire',
      nextAttemptAt: sinceSubmission(T),
      notFoundAt: sinceSubmission(T - 1_000),
      inquiries: 1,
    });
    expect(typesOf(payout)).toEqual([]);
  });

  it('is not believed the first time, however late it is asked, and asked again a time-out later', () => {
    const payout = aSubmittedPayout();
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(100 * T)), asked(sinceSubmission(100 * T)));
    expect(payout.state).toMatchObject({
      status: 'processing',
      nextStep: 'inquire',
      nextAttemptAt: sinceSubmission(101 * T),
      attempts: 1,
    });
  });

  it('is not believed the second time within one time-out of the end of the submission', () => {
    const payout = aSubmittedPayout();
    for (const ms of [0, 1_000, T - 1]) {
      afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(ms)), asked(sinceSubmission(ms)));
      expect(payout.state).toMatchObject({
        status: 'processing',
        nextStep: 'inquire',
        nextAttemptAt: sinceSubmission(T),
      });
    }
    expect(payout.state).toMatchObject({ notFoundAt: sinceSubmission(0), inquiries: 3 });
  });

  it('is believed the second time one time-out after the submission ended', () => {
    const payout = aSubmittedPayout();
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(0)), asked(sinceSubmission(0)));
    expect(isNotFoundEstablished(payout.state, POLICY, asked(sinceSubmission(T - 1)))).toBe(false);
    expect(isNotFoundEstablished(payout.state, POLICY, asked(sinceSubmission(T)))).toBe(true);
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
    expect(payout.state.nextStep).toBe('submit');
  });

  it('is believed one time-out after the lease of a submission whose end nobody saw', () => {
    const payout = aPayout({ status: 'processing' });
    const leaseEnd = 1 + T;
    afterInquiry(payout, NOT_FOUND, POLICY, moment(after(leaseEnd)), asked(after(leaseEnd)));
    expect(payout.state.nextAttemptAt).toEqual(after(leaseEnd + T));
    afterInquiry(payout, NOT_FOUND, POLICY, moment(after(leaseEnd + T - 1)), asked(after(leaseEnd + T - 1)));
    expect(payout.state.nextStep).toBe('inquire');
    afterInquiry(payout, NOT_FOUND, POLICY, moment(after(leaseEnd + T)), asked(after(leaseEnd + T)));
    expect(payout.state.nextStep).toBe('submit');
  });

  it('is asked twice again after it answered that the payout is pending', () => {
    const payout = aSubmittedPayout();
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
    afterInquiry(payout, PENDING, POLICY, moment(sinceSubmission(2 * T)), asked(sinceSubmission(2 * T)));
    expect(payout.state.notFoundAt).toBeNull();
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(3 * T)), asked(sinceSubmission(3 * T)));
    expect(payout.state).toMatchObject({ nextStep: 'inquire', attempts: 1 });
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(4 * T)), asked(sinceSubmission(4 * T)));
    expect(payout.state.nextStep).toBe('submit');
  });

  it('counts as not found still, when it could not be reached in between', () => {
    const payout = aSubmittedPayout();
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
    afterInquiry(payout, UNKNOWN, POLICY, moment(sinceSubmission(2 * T)), asked(sinceSubmission(2 * T)));
    expect(payout.state).toMatchObject({ nextStep: 'inquire', notFoundAt: sinceSubmission(T) });
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(3 * T)), asked(sinceSubmission(3 * T)));
    expect(payout.state.nextStep).toBe('submit');
  });

  it('is asked twice again after the next submission', () => {
    const payout = aPayoutTheBankNeverHad();
    const again = payout.state.nextAttemptAt!;
    submit(payout, again);
    expect(payout.state).toMatchObject({ attempts: 2, notFoundAt: null, inquiries: 0, nextStep: 'inquire' });
    const late = new Date(again.getTime() + 10 * T);
    afterInquiry(payout, NOT_FOUND, POLICY, moment(late), asked(late));
    expect(payout.state.nextStep).toBe('inquire');
    const later = new Date(late.getTime() + T);
    afterInquiry(payout, NOT_FOUND, POLICY, moment(later), asked(later));
    expect(payout.state.nextStep).toBe('submit');
  });

  it('has never been asked about a payout that was not submitted', () => {
    expect(isNotFoundEstablished(aPayout().state, POLICY, asked(after(100 * T)))).toBe(false);
  });
});

describe('a payout whose reference the bank has refused as used', () => {
  it('is asked about, and never failed nor sent again, however often the bank then finds nothing', () => {
    const payout = aPayout({ status: 'processing' });
    afterSubmission(payout, REUSED, POLICY, moment(SUBMITTED));
    expect(payout.state).toMatchObject({ status: 'processing', nextStep: 'inquire', attempts: 1 });
    for (let times = 1; times <= 10; times++) {
      const then = sinceSubmission(times * T);
      afterInquiry(payout, NOT_FOUND, POLICY, moment(then), asked(then));
      expect(payout.state).toMatchObject({ status: 'processing', nextStep: 'inquire', attempts: 1 });
    }
    expect(payout.state.needsAttention).toBe(true);
  });
});

describe('a payout that the bank never had', () => {
  it('is submitted again to the same bank, under the same reference, after a while', () => {
    const payout = aPayoutTheBankNeverHad();
    expect(payout.state).toMatchObject({
      status: 'processing',
      gateway: BANK,
      attempts: 1,
      nextStep: 'submit',
      nextAttemptAt: sinceSubmission(T + T),
    });
    expect(typesOf(payout)).toEqual([]);
  });

  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])('is submitted again at most %d times, then fails and gives the hold back', (maxRetries, submissions) => {
    const policy = { ...POLICY, maxRetries };
    const payout = aPayout();
    const delays: number[] = [];
    let now = REQUESTED_AT;
    for (let calls = 0; calls < 20 && payout.state.status !== 'failed'; calls++) {
      const step = payout.state.nextStep;
      if (step === 'submit') submit(payout, now);
      else afterInquiry(payout, NOT_FOUND, policy, moment(now), asked(now));
      const { attempts, nextStep, nextAttemptAt } = payout.state;
      if (nextStep === 'submit') delays.push(nextAttemptAt!.getTime() - now.getTime());
      expect(attempts).toBeLessThanOrEqual(submissions);
      now = nextAttemptAt ?? now;
    }
    expect(payout.state).toMatchObject({
      status: 'failed',
      attempts: submissions,
      failure: NOT_ACCEPTED,
      nextAttemptAt: null,
      needsAttention: false,
    });
    expect(payout.newEvents.at(-1)).toMatchObject({
      type: 'payout.failed',
      actor: 'system',
      reason: NOT_ACCEPTED.reason,
      data: { failure: NOT_ACCEPTED },
    });
    expect(delays).toEqual([T, 2 * T, 4 * T].slice(0, maxRetries));
  });

  it('fails only after two answers about the last submission: one is not enough', () => {
    const policy = { ...POLICY, maxRetries: 0 };
    const payout = aSubmittedPayout(policy);
    afterInquiry(payout, NOT_FOUND, policy, moment(sinceSubmission(100 * T)), asked(sinceSubmission(100 * T)));
    expect(payout.state.status).toBe('processing');
    afterInquiry(payout, NOT_FOUND, policy, moment(sinceSubmission(101 * T)), asked(sinceSubmission(101 * T)));
    expect(payout.state.status).toBe('failed');
  });

  it('is never submitted again at a bank that might pay one reference twice', () => {
    for (const authoritativeInquiry of [true, false]) {
      const policy = { ...POLICY, idempotentSubmission: false, authoritativeInquiry };
      const payout = aPayoutTheBankNeverHad(policy);
      expect(payout.state).toMatchObject({
        status: 'processing',
        nextStep: 'inquire',
        attempts: 1,
        needsAttention: true,
      });
    }
  });

  it('does not fail at a bank whose inquiry proves nothing, nor where submissions might be paid twice', () => {
    for (const capabilities of [
      { idempotentSubmission: true, authoritativeInquiry: false },
      { idempotentSubmission: false, authoritativeInquiry: true },
      { idempotentSubmission: false, authoritativeInquiry: false },
    ]) {
      const policy = { ...POLICY, maxRetries: 0, ...capabilities };
      const payout = aPayoutTheBankNeverHad(policy);
      expect(payout.state).toMatchObject({ status: 'processing', nextStep: 'inquire', needsAttention: true });
      expect(payout.newEvents.at(-1)).toMatchObject({
        type: 'payout.needs_attention',
        actor: 'system',
        reason: 'The gateway has nothing under the reference, which proves nothing there.',
      });
    }
  });

  it('goes on being asked about while it waits for somebody', () => {
    const policy = { ...POLICY, maxRetries: 0, authoritativeInquiry: false };
    const payout = aPayoutTheBankNeverHad(policy);
    for (let i = 0; i < 20; i++) {
      const due = payout.state.nextAttemptAt!;
      afterInquiry(payout, NOT_FOUND, policy, moment(due), asked(due));
      expect(payout.state.nextStep).toBe('inquire');
      expect(payout.state.nextAttemptAt!.getTime() - due.getTime()).toBeGreaterThan(T);
    }
    expect(typesOf(payout)).toEqual(['payout.needs_attention']);
  });
});

describe('a bank that cannot be reached', () => {
  it('is asked again and again, ever more rarely, and the payout neither fails nor is submitted again', () => {
    const payout = aSubmittedPayout();
    const delays: number[] = [];
    let now = sinceSubmission(T);
    for (let i = 0; i < 30; i++) {
      afterInquiry(payout, UNKNOWN, POLICY, moment(now), asked(now));
      expect(payout.state).toMatchObject({ status: 'processing', nextStep: 'inquire', attempts: 1, inquiries: i + 1 });
      delays.push(payout.state.nextAttemptAt!.getTime() - now.getTime());
      now = payout.state.nextAttemptAt!;
    }
    expect(delays.slice(0, 7)).toEqual([T, 2 * T, 4 * T, 8 * T, 16 * T, 15 * MINUTE, 15 * MINUTE]);
    expect(delays.at(-1)).toBe(15 * MINUTE);
  });

  it('makes somebody look once the outcome was unknown more often than a payout is retried', () => {
    const payout = aSubmittedPayout();
    for (let i = 1; i <= 10; i++) {
      afterInquiry(payout, UNKNOWN, POLICY, moment(sinceSubmission(i * T)), asked(sinceSubmission(i * T)));
      expect(payout.state.needsAttention).toBe(i > POLICY.maxRetries);
    }
    expect(payout.newEvents).toMatchObject([
      {
        type: 'payout.needs_attention',
        actor: 'system',
        reason: 'The gateway has not said how it ended.',
        at: sinceSubmission(4 * T),
      },
    ]);
  });
});

describe('a payout that is pending at the bank', () => {
  it('waits as long as the bank answers so, without alarm', () => {
    const payout = aSubmittedPayout();
    let now = sinceSubmission(T);
    for (let i = 0; i < 50; i++) {
      afterInquiry(payout, PENDING, POLICY, moment(now), asked(now));
      expect(payout.state).toMatchObject({
        status: 'processing',
        nextStep: 'inquire',
        attempts: 1,
        needsAttention: false,
      });
      expect(payout.state.nextAttemptAt!.getTime()).toBeGreaterThan(now.getTime());
      now = payout.state.nextAttemptAt!;
    }
    expect(typesOf(payout)).toEqual([]);
  });

  it('is not submitted again, though its submission had been planned', () => {
    const payout = aPayoutTheBankNeverHad();
    expect(payout.state.nextStep).toBe('submit');
    afterInquiry(payout, PENDING, POLICY, moment(sinceSubmission(T + 1)), asked(sinceSubmission(T + 1)));
    expect(payout.state).toMatchObject({ nextStep: 'inquire', notFoundAt: null, attempts: 1 });
    const late = aPayoutTheBankNeverHad();
    afterSubmission(late, PENDING, POLICY, moment(sinceSubmission(T + 1)));
    expect(late.state).toMatchObject({ nextStep: 'inquire', attempts: 1 });
  });
});

describe('what a bank has said of a submission', () => {
  it('before its own answer counts no more: it may have been on its way until then', () => {
    const payout = aPayout({ status: 'processing' });
    afterInquiry(payout, NOT_FOUND, POLICY, moment(after(1_000)), asked(after(1_000)));
    expect(payout.state.notFoundAt).toEqual(after(1_000));
    afterSubmission(payout, UNKNOWN, POLICY, moment(SUBMITTED));
    expect(payout.state.notFoundAt).toBeNull();
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
    expect(payout.state).toMatchObject({ status: 'processing', nextStep: 'inquire', attempts: 1 });
  });

  it('before its own answer counts no more, whatever that answer says', () => {
    for (const answer of [PENDING, UNKNOWN, NOT_FOUND]) {
      const payout = aPayout({ status: 'processing' });
      afterInquiry(payout, NOT_FOUND, POLICY, moment(after(1_000)), asked(after(1_000)));
      afterSubmission(payout, answer, POLICY, moment(SUBMITTED));
      afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
      expect(payout.state).toMatchObject({ nextStep: 'inquire', notFoundAt: sinceSubmission(T), attempts: 1 });
    }
  });

  it('counts by when it was asked, however late the answer comes', () => {
    const payout = aSubmittedPayout();
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(T)), asked(sinceSubmission(T - 20_000)));
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(10 * T)), asked(sinceSubmission(T - 1)));
    expect(payout.state).toMatchObject({ nextStep: 'inquire', attempts: 1 });
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(10 * T)), asked(sinceSubmission(T)));
    expect(payout.state.nextStep).toBe('submit');
  });

  it('is not taken for proof when the clock has run ahead: the second time comes a time-out after the first', () => {
    const payout = aSubmittedPayout();
    const ahead = (ms: number): Date => sinceSubmission(25 * 60 * MINUTE + ms);
    afterInquiry(payout, NOT_FOUND, POLICY, moment(ahead(0)), asked(ahead(0)));
    expect(payout.state.nextAttemptAt).toEqual(ahead(T));
    afterInquiry(payout, NOT_FOUND, POLICY, moment(ahead(1_000)), asked(ahead(1_000)));
    expect(payout.state.nextStep).toBe('inquire');
    afterInquiry(payout, NOT_FOUND, POLICY, moment(ahead(T)), asked(ahead(T)));
    expect(payout.state.nextStep).toBe('submit');
  });

  it('starts again if the clock jumps ahead between the first answer and the second', () => {
    const policy = { ...POLICY, maxRetries: 0 };
    const payout = aSubmittedPayout(policy);
    const ahead = (ms: number): Date => sinceSubmission(25 * 60 * MINUTE + ms);
    afterInquiry(payout, NOT_FOUND, policy, moment(sinceSubmission(T - 1_000)), asked(sinceSubmission(T - 1_000)));
    afterInquiry(payout, NOT_FOUND, policy, moment(ahead(0)), asked(ahead(0)));
    expect(payout.state).toMatchObject({ status: 'processing', notFoundAt: ahead(0), nextAttemptAt: ahead(T) });
    afterInquiry(payout, NOT_FOUND, policy, moment(ahead(T)), asked(ahead(T)));
    expect(payout.state.status).toBe('failed');
  });

  describe('while the clock jumps by less than a back-off explains,', () => {
    /** An inquiry this long after the submission in real time, while the clock has jumped ahead by `jumpMs`. */
    const jumped = (liveMs: number, jumpMs: number) => {
      const clockTime = sinceSubmission(liveMs + jumpMs);
      const sinceLiveMs = sinceSubmission(liveMs).getTime();
      const now: Moment = { orderTime: clockTime, clockTime, liveMs: sinceLiveMs };
      return { now, asked: { askedAt: clockTime, askedLiveMs: sinceLiveMs } };
    };
    const notFound = (payout: Payout, { now, asked: at }: ReturnType<typeof jumped>): void =>
      afterInquiry(payout, NOT_FOUND, POLICY, now, at);
    const MARGIN = 3_000;

    it.each([
      ['ahead between the two answers', 0, 20 * MINUTE],
      ['ahead before the first', 20 * MINUTE, 20 * MINUTE + T],
    ])('counts only when a time-out has passed by live time too: %s', (_, before, afterwards) => {
      const payout = aSubmittedPayout();
      notFound(payout, jumped(5_000, before));
      notFound(payout, jumped(6_000, afterwards));
      expect(payout.state).toMatchObject({ nextStep: 'inquire', attempts: 1, status: 'processing' });
      // The next inquiry is made when it will count, not at once.
      const due = jumped(T - MARGIN, afterwards);
      expect(payout.state.nextAttemptAt).toEqual(due.now.clockTime);
      notFound(payout, jumped(T - MARGIN - 1, afterwards));
      expect(payout.state.nextStep).toBe('inquire');
      notFound(payout, due);
      expect(payout.state.nextStep).toBe('submit');
    });

    it('is not asked about again before live time, which is counted in steps, can have moved', () => {
      const payout = aSubmittedPayout();
      notFound(payout, jumped(5_000, 0));
      const { now, asked: atOnce } = jumped(T - MARGIN, 20 * MINUTE);
      // The call took a millisecond; live time was not counted meanwhile.
      afterInquiry(payout, NOT_FOUND, POLICY, now, { ...atOnce, askedLiveMs: atOnce.askedLiveMs - 1 });
      expect(payout.state.nextAttemptAt).toEqual(new Date(now.clockTime.getTime() + MARGIN));
    });

    it('counts only when it has passed by the clock too', () => {
      const payout = aSubmittedPayout();
      notFound(payout, jumped(5_000, 0));
      notFound(payout, jumped(2 * T, -T - 1));
      expect(payout.state.nextStep).toBe('inquire');
      notFound(payout, jumped(2 * T, -T));
      expect(payout.state.nextStep).toBe('submit');
    });

    it('counts by the clock alone where the submission is one of before live time was kept', () => {
      const { state } = aSubmittedPayout();
      const payout = Payout.restore({ ...state, submissionEndsLiveMs: null });
      notFound(payout, jumped(5_000, 0));
      notFound(payout, jumped(6_000, T));
      expect(payout.state.nextStep).toBe('submit');
    });
  });

  it('counts though one inquiry after the longest back-off was in vain in between', () => {
    const payout = aSubmittedPayout();
    const late = sinceSubmission(T + 22 * MINUTE);
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(0)), asked(sinceSubmission(0)));
    afterInquiry(payout, UNKNOWN, POLICY, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
    afterInquiry(payout, NOT_FOUND, POLICY, moment(late), asked(late));
    expect(payout.state.nextStep).toBe('submit');
  });

  it('starts again if it was dated by a clock that ran ahead', () => {
    const payout = aSubmittedPayout();
    payout.plan({ notFoundAt: sinceSubmission(25 * 60 * MINUTE) }, moment(SUBMITTED));
    afterInquiry(payout, NOT_FOUND, POLICY, moment(sinceSubmission(T)), asked(sinceSubmission(T)));
    expect(payout.state).toMatchObject({ nextStep: 'inquire', notFoundAt: sinceSubmission(T) });
  });
});

describe('an answer about a payout that has ended', () => {
  it('plans nothing', () => {
    for (const status of ['completed', 'failed', 'cancelled', 'reversed'] as const)
      for (const answer of [PENDING, UNKNOWN]) {
        expect(() => afterSubmission(aPayout({ status }), answer, POLICY, moment(SUBMITTED))).toThrow(BrokenInvariant);
        expect(() => afterInquiry(aPayout({ status }), answer, POLICY, moment(SUBMITTED), asked(SUBMITTED))).toThrow(
          BrokenInvariant,
        );
      }
  });
});

describe('an order that has moved', () => {
  const [now, moved] = [moment(after(10 * MINUTE)), after(MINUTE)];
  const settled = (askedMs: number, ...moves: (Date | null)[]): boolean =>
    hadSettled(after(askedMs), moves, POLICY, now);

  it('had settled when a question was asked a time-out after all its moves', () => {
    expect(settled(MINUTE + T - 1, moved, after(1), null)).toBe(false);
    expect(settled(MINUTE + T, moved, after(1), null)).toBe(true);
  });

  it('is not held to have moved at a date that a clock has written which ran ahead', () => {
    expect(settled(MINUTE + T, moved, after(25 * 60 * MINUTE))).toBe(true);
    // A difference within one lease may be real: the submission may still be on its way.
    expect(settled(10 * MINUTE, moved, after(10 * MINUTE + T))).toBe(false);
  });
});

describe('the back-off', () => {
  const at = (times: number, jitter: number, processingTimeoutMs = T): number =>
    backOff({ ...POLICY, jitter, processingTimeoutMs }, times);

  it('is one time-out, then two, four, eight …, and stays at a quarter of an hour', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((times) => at(times, 0.5))).toEqual(
      [T, T, 2 * T, 4 * T, 8 * T, 16 * T].concat([15 * MINUTE, 15 * MINUTE]),
    );
    expect(at(10_000, 0.5)).toBe(15 * MINUTE);
  });

  it('is spread from half of that to one and a half', () => {
    expect(at(1, 0)).toBe(T / 2);
    expect(at(1, 1)).toBe(1.5 * T);
    expect(at(3, 0.25)).toBe(3 * T);
    expect(at(99, 1)).toBe(15 * MINUTE);
  });

  it('is whole milliseconds, positive, and never shrinks', () => {
    const jitters = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(100), jitters, fc.integer({ min: 1_000, max: 86_400_000 }), (times, jitter, timeout) => {
        const delay = at(times, jitter, timeout);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThan(0);
        expect(at(times + 1, jitter, timeout)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });
});

describe('a payout at a bank that may do anything', () => {
  type Answer = NoOutcome | 'crash';

  const DAY = 24 * 60 * MINUTE;

  /** One call: how late it begins, how long it takes, and its answer. After a crash nothing is settled. */
  interface Step {
    readonly lateMs: number;
    readonly tookMs: number;
    readonly answer: Answer;
    /** The bank's answer to an operator who asks while the call is on its way; null if nobody asks. */
    readonly meanwhile: NoOutcome | null;
    /** The clock jumps ahead by a day before the call. */
    readonly jumps: boolean;
  }

  /** In real time, which no clock shows. */
  interface Call {
    readonly what: 'submit' | 'inquire';
    readonly beganAt: number;
    /** When the call can no longer be on its way, as far as Bahi knows. */
    readonly endedAt: number;
    readonly answer: Answer;
  }

  /** The rule of the design, judged by what happened rather than by what is stored. */
  function bankSurelyNeverHadIt(calls: readonly Call[]): boolean {
    const submission = calls.findLastIndex(({ what }) => what === 'submit');
    const said = calls.slice(submission + 1).filter(({ answer }) => answer !== 'crash');
    const sincePending = said.slice(said.findLastIndex(({ answer }) => answer === 'pending') + 1);
    const nothing = sincePending.filter(({ answer }) => answer === 'not_found');
    const counts = calls[submission]!.endedAt + T;
    const [first, last] = [nothing[0]?.beganAt ?? Infinity, nothing.at(-1)?.beganAt ?? 0];
    return nothing.length >= 2 && last >= (first > counts ? first + T : counts);
  }

  /** The history of one payout, by a clock that may jump ahead. */
  class World {
    readonly payout = aPayout();
    readonly calls: Call[] = [];
    /** By the clock. */
    endedAt = this.payout.state.nextAttemptAt!.getTime();
    private jumpedMs = 0;

    constructor(private readonly policy: RecoveryPolicy) {}

    /**
     * Takes the payout one step further, as the worker does: the step is claimed with a lease, then the bank is called.
     */
    take({ lateMs, tookMs, answer, meanwhile, jumps }: Step): void {
      if (jumps) this.jumpedMs += DAY;
      const { nextAttemptAt, nextStep } = this.payout.state;
      // What became due because the clock jumped is taken a second later.
      const beganAt = jumps ? this.endedAt + DAY + 1_000 : nextAttemptAt!.getTime() + lateMs;
      const leaseEnd = new Date(beganAt + T);
      if (nextStep === 'submit') submit(this.payout, new Date(beganAt));
      else this.payout.plan({ nextAttemptAt: leaseEnd }, moment(new Date(beganAt)));
      this.endedAt = answer === 'crash' ? leaseEnd.getTime() : beganAt + tookMs;
      this.note(nextStep!, beganAt, answer);
      // After a crash nothing is settled until the lease has ended (`mayBeOnItsWay`).
      if (answer === 'crash') return;
      if (nextStep === 'submit' && meanwhile !== null) this.inquire(meanwhile, beganAt + Math.floor(tookMs / 2));
      const ended = moment(new Date(this.endedAt));
      if (nextStep === 'submit') afterSubmission(this.payout, answer, this.policy, ended);
      else afterInquiry(this.payout, answer, this.policy, ended, asked(new Date(beganAt)));
      // What was said before the submission's own answer does not count.
      if (nextStep === 'submit' && meanwhile !== null) this.calls.pop();
    }

    private inquire(answer: NoOutcome, at: number): void {
      afterInquiry(this.payout, answer, this.policy, moment(new Date(at)), asked(new Date(at)));
      this.note('inquire', at, answer);
    }

    private note(what: Call['what'], beganAt: number, answer: Answer): void {
      const endedAt = what === 'inquire' ? beganAt : this.endedAt;
      this.calls.push({ what, beganAt: beganAt - this.jumpedMs, endedAt: endedAt - this.jumpedMs, answer });
    }
  }

  const answers = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Answer>('not_found') },
    { weight: 3, arbitrary: fc.constantFrom<Answer>('pending', 'unknown', 'crash') },
  );
  const steps = fc.array(
    fc.record({
      lateMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 * T })),
      // The call ends well within the lease: after a third of the time-out at most.
      tookMs: fc.integer({ min: 0, max: T / 3 }),
      answer: answers,
      meanwhile: fc.option(fc.constantFrom<NoOutcome>('pending', 'unknown', 'not_found')),
      jumps: fc.nat(9).map((dice) => dice === 0),
    }),
    { minLength: 1, maxLength: 30 },
  );
  const policies = fc.record({
    processingTimeoutMs: fc.constant(T),
    maxRetries: fc.integer({ min: 0, max: 3 }),
    idempotentSubmission: fc.boolean(),
    authoritativeInquiry: fc.boolean(),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('is submitted again or failed only when two inquiries that count have found nothing, and as the bank allows', () => {
    fc.assert(
      fc.property(policies, steps, (policy, script) => {
        const world = new World(policy);
        const { payout, calls } = world;
        for (const step of script) {
          if (payout.state.nextStep === null) break;
          const { nextStep, attempts } = payout.state;
          if (nextStep === 'submit' && attempts > 0) {
            expect(policy.idempotentSubmission).toBe(true);
            expect(attempts).toBeLessThanOrEqual(policy.maxRetries);
            expect(bankSurelyNeverHadIt(calls)).toBe(true);
          }
          world.take(step);
          const { status, nextAttemptAt } = payout.state;
          if (status === 'failed') {
            expect(policy).toMatchObject({ idempotentSubmission: true, authoritativeInquiry: true });
            expect(payout.state.attempts).toBe(policy.maxRetries + 1);
            expect(bankSurelyNeverHadIt(calls)).toBe(true);
          } else {
            expect(status).toBe('processing');
            expect(nextAttemptAt!.getTime()).toBeGreaterThanOrEqual(step.answer === 'crash' ? 0 : world.endedAt);
            expect(nextAttemptAt!.getTime()).toBeLessThanOrEqual(world.endedAt + 22.5 * MINUTE);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is not left waiting for ever when the bank answers again and again that it has nothing', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const world = new World(policy);
        const { payout } = world;
        const inTime = { lateMs: 0, tookMs: 1_000, meanwhile: null, jumps: false };
        for (let i = 0; i < 20 && payout.state.nextStep !== null; i++)
          world.take({ ...inTime, answer: payout.state.attempts > 0 ? 'not_found' : 'unknown' });
        const ended = policy.idempotentSubmission && policy.authoritativeInquiry;
        expect(payout.state.status).toBe(ended ? 'failed' : 'processing');
        expect(payout.state.needsAttention).toBe(!ended);
      }),
    );
  });
});
