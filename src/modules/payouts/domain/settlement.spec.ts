import { describe, expect, it } from '@jest/globals';
import { after, aPayout, BANK, CLOSED, TIMEOUT_MS, UTR } from '../../../../test/support/a-payout.js';
import { Payout } from './payout.js';
import { isOpen } from './payout-status.js';
import type { RecoveryPolicy } from '../../../shared/submissions/recovery.js';
import type { Moment } from '../../../shared/moment.js';
import { inquiryClaimed } from '../../../shared/submissions/submission.js';
import type { EndedCall } from '../../../shared/submissions/gateway-answer.js';
import { UTR_NOT_NAMED } from '../../../shared/submissions/attention.js';
import { applyAnswer, asToBeFailed, isUtrPending, type PayoutPolicy, settlePayout } from './settlement.js';
import {
  type BankAnswer,
  FAILED_BY_OPERATOR,
  NOT_ACCEPTED_BY_BANK,
  type PayoutFailure,
  UTR_PENDING,
} from '../../gateways/gateways.language.js';
import { moment } from '../../../../test/support/moments.js';

const NOW = after(60_000);

const POLICY: RecoveryPolicy = {
  processingTimeoutMs: TIMEOUT_MS,
  maxRetries: 3,
  idempotentSubmission: true,
  authoritativeInquiry: true,
  jitter: 0.5,
};

const SUCCEEDED: BankAnswer = { kind: 'succeeded', utr: UTR };
const REJECTED: BankAnswer = { kind: 'rejected', failure: CLOSED };
const RETURNED: BankAnswer = { kind: 'returned', utr: UTR, failure: CLOSED };
const RETURNED_WITHOUT_UTR: BankAnswer = { ...RETURNED, utr: null };
const PENDING: BankAnswer = { kind: 'pending' };

const BY_CALLBACK: EndedCall = { kind: 'callback', gateway: BANK, attempt: 1, askedAt: NOW };
const BY_INQUIRY: EndedCall = { kind: 'inquiry', gateway: BANK, attempt: 1, askedAt: NOW };
const muchLater = moment(after(3 * TIMEOUT_MS));
const ASKED_MUCH_LATER: EndedCall = { ...BY_INQUIRY, askedAt: muchLater.clockTime };

function answered(payout: Payout, answer: BankAnswer, call = BY_CALLBACK): Payout {
  applyAnswer(payout, { call, answer, policy: POLICY, now: moment(NOW) });
  return payout;
}

const typesOf = ({ newEvents }: Payout): string[] => newEvents.map(({ type }) => type);

describe('a payout that is paid as the bank says, under no UTR', () => {
  const PAID_WITHOUT_UTR: BankAnswer = { kind: 'pending', code: UTR_PENDING };
  const WAIT_MS = 24 * 3_600_000;
  const policy = { ...POLICY, utrWaitMs: WAIT_MS };
  const [EARLY, LATE] = [after(WAIT_MS - 1), after(WAIT_MS + 2 * TIMEOUT_MS)];

  function asked(payout: Payout, answer: BankAnswer, askedAt: Date, given: PayoutPolicy = policy): Payout {
    settlePayout(payout, { call: { ...BY_INQUIRY, askedAt }, answer, policy: given, now: moment(askedAt) });
    return payout;
  }

  const paid = (): Payout => asked(aPayout({ status: 'processing' }), PAID_WITHOUT_UTR, NOW);

  it('calls nobody while the bank may still name it', () => {
    expect(asked(paid(), PAID_WITHOUT_UTR, EARLY).state.needsAttention).toBe(false);
    expect(asked(paid(), PAID_WITHOUT_UTR, LATE, POLICY).state.needsAttention).toBe(false);
  });

  it('needs attention once it has not been named for so long, says so once, and is asked about on', () => {
    const payout = asked(paid(), PAID_WITHOUT_UTR, LATE);
    const again = asked(Payout.restore(payout.state), PAID_WITHOUT_UTR, after(WAIT_MS + 9 * TIMEOUT_MS));
    expect(payout.newEvents.at(-1)).toMatchObject({ type: 'payout.needs_attention', reason: UTR_NOT_NAMED });
    expect(again.newEvents).toEqual([]);
    expect(again.state).toMatchObject({ status: 'processing', needsAttention: true, nextStep: 'inquire' });
    expect(again.state.answers.unchanged).toBeGreaterThan(0);
    expect(isUtrPending(again.state)).toBe(true);
  });

  it('stays called paid, and says no second time that it needs attention, when the bank does not answer in between', () => {
    const waiting = asked(paid(), PAID_WITHOUT_UTR, LATE).state;
    const [soon, later] = [after(WAIT_MS + 9 * TIMEOUT_MS), after(WAIT_MS + 20 * TIMEOUT_MS)];
    const unanswered = asked(Payout.restore(waiting), { kind: 'unknown', why: 'timeout' }, soon);
    const twice = asked(Payout.restore(unanswered.state), { kind: 'unknown', why: 'HTTP 503' }, soon);
    const again = asked(Payout.restore(twice.state), PAID_WITHOUT_UTR, later);
    for (const { state } of [unanswered, twice, again]) {
      expect(isUtrPending(state)).toBe(true);
      expect(asToBeFailed(state).needsAttention).toBe(false);
      expect(state.needsAttention).toBe(true);
    }
    expect(typesOf(again)).not.toContain('payout.needs_attention');
    expect(isUtrPending(asked(Payout.restore(again.state), PENDING, later).state)).toBe(false);
  });

  it('calls nobody the first time that the bank says so, however long it has had it', () => {
    const payout = asked(asked(aPayout({ status: 'processing' }), PENDING, NOW), PAID_WITHOUT_UTR, LATE);
    expect(payout.state.needsAttention).toBe(false);
  });

  it('needs nobody any more when the bank names it, or is only at it', () => {
    const waiting = asked(paid(), PAID_WITHOUT_UTR, LATE).state;
    expect(asked(Payout.restore(waiting), SUCCEEDED, LATE).state).toMatchObject({
      status: 'completed',
      needsAttention: false,
    });
    expect(asked(Payout.restore(waiting), PENDING, LATE).state.needsAttention).toBe(false);
  });
});

describe('a callback about a payout at the bank', () => {
  it('ends it as the answer to the submission would', () => {
    expect(answered(aPayout({ status: 'processing' }), SUCCEEDED).state).toMatchObject({
      status: 'completed',
      utr: UTR,
    });
    const refused = answered(aPayout({ status: 'processing' }), REJECTED);
    expect(refused.state).toMatchObject({ status: 'failed', failure: CLOSED });
  });

  it('that the bank is still at it changes nothing of what is planned', () => {
    const payout = aPayout({ status: 'processing' });
    const before = payout.state;
    expect(answered(payout, PENDING).state).toBe(before);
  });

  it('that the money came back, before we learnt that it had left, records both', () => {
    const payout = answered(aPayout({ status: 'processing' }), RETURNED, BY_INQUIRY);
    expect(typesOf(payout)).toEqual(['payout.completed', 'payout.reversed']);
    expect(payout.state).toMatchObject({ status: 'reversed', utr: UTR, failure: CLOSED, nextAttemptAt: null });
  });

  it('that the money came back, without naming a UTR, has left nothing: it fails, and its hold is free', () => {
    const payout = answered(aPayout({ status: 'processing' }), RETURNED_WITHOUT_UTR);
    expect(payout.state).toMatchObject({ status: 'failed', utr: null, failure: CLOSED });
  });

  it('about an earlier attempt releases nothing while a later one is on its way', () => {
    const payout = aPayout({ status: 'processing' });
    for (const answer of [REJECTED, RETURNED_WITHOUT_UTR])
      expect(answered(payout, answer, { ...BY_CALLBACK, attempt: 0 }).state.status).toBe('processing');
    expect(answered(payout, SUCCEEDED, { ...BY_CALLBACK, attempt: 0 }).state.status).toBe('completed');
  });
});

describe('an inquiry that was made while a submission was on its way', () => {
  const LEASE_ENDS = 60_000 + TIMEOUT_MS;

  /** Submitted for the second time at {@link NOW}. */
  function submittedAgain(): Payout {
    const payout = aPayout({ status: 'processing' });
    payout.plan({ nextStep: 'submit', nextAttemptAt: NOW }, moment(NOW));
    payout.submit(BANK, after(LEASE_ENDS), { now: moment(NOW), actor: 'system' });
    return Payout.restore(payout.state);
  }
  const claimInquiry = (payout: Payout, now: Moment): void =>
    payout.plan(inquiryClaimed(payout.state, new Date(now.clockTime.getTime() + TIMEOUT_MS), now), now);
  const asked = (payout: Payout, answer: BankAnswer, ms: number, settledMs = ms): Payout => {
    const call: EndedCall = { ...BY_INQUIRY, attempt: 2, askedAt: after(ms) };
    applyAnswer(payout, { call, answer, policy: POLICY, now: moment(after(settledMs)) });
    return payout;
  };

  it.each<BankAnswer>([
    REJECTED,
    RETURNED,
    RETURNED_WITHOUT_UTR,
    PENDING,
    { kind: 'not_found' },
    { kind: 'unknown', why: 'no answer' },
  ])('moves and plans nothing: $kind', (answer) => {
    const payout = submittedAgain();
    const before = payout.state;
    expect(asked(payout, answer, LEASE_ENDS - 1).state).toBe(before);
    // The submission has ended by then, but the bank was asked before.
    expect(asked(payout, answer, LEASE_ENDS - 1, LEASE_ENDS + 1_000).state).toBe(before);
    expect(asked(payout, answer, LEASE_ENDS).state).not.toBe(before);
  });

  it.each<BankAnswer>([REJECTED, RETURNED, RETURNED_WITHOUT_UTR])(
    'moves no money either when the clock has jumped ahead since then, and the bank is asked again: $kind',
    (answer) => {
      const payout = submittedAgain();
      const jumped = (ms: number): Moment => ({ ...moment(after(ms + 3_600_000)), liveMs: after(ms).getTime() });
      const askedOf = (ms: number): Payout => {
        const now = jumped(ms);
        claimInquiry(payout, now);
        const call: EndedCall = { ...BY_INQUIRY, attempt: 2, askedAt: now.clockTime, askedLiveMs: now.liveMs };
        applyAnswer(payout, { call, answer, policy: POLICY, now });
        return payout;
      };
      const early = LEASE_ENDS - 10_000;
      expect(askedOf(early).state).toMatchObject({
        status: 'processing',
        nextStep: 'inquire',
        nextAttemptAt: new Date(jumped(early).clockTime.getTime() + 7_000),
        inquiries: 1,
      });
      expect(typesOf(payout)).toEqual([]);
      expect(isOpen(askedOf(LEASE_ENDS - 3_000).state.status)).toBe(false);
    },
  );

  const notCounted: Moment = { ...moment(after(2 * LEASE_ENDS)), liveMs: 0 };
  const inVain: EndedCall = { ...BY_INQUIRY, attempt: 2, askedAt: notCounted.clockTime, askedLiveMs: 0 };

  it('needs a person when live time is never counted', () => {
    const payout = submittedAgain();
    for (let i = 0; i < POLICY.maxRetries + 3; i++) {
      claimInquiry(payout, notCounted);
      applyAnswer(payout, { call: inVain, answer: REJECTED, policy: POLICY, now: notCounted });
    }
    expect(payout.state).toMatchObject({ status: 'processing', needsAttention: true });
  });

  it('needs none however often a person asks, who puts no look off', () => {
    const payout = submittedAgain();
    claimInquiry(payout, notCounted);
    applyAnswer(payout, { call: inVain, answer: REJECTED, policy: POLICY, now: notCounted });
    const before = payout.state;
    for (let s = 1; s <= 20; s++) {
      const now = { ...notCounted, clockTime: after(2 * LEASE_ENDS + s * 1_000) };
      applyAnswer(payout, { call: { ...inVain, askedAt: now.clockTime }, answer: REJECTED, policy: POLICY, now });
    }
    expect(payout.state).toBe(before);
    expect(before).toMatchObject({ inquiries: 1, needsAttention: false });
  });

  it('may say that the bank has paid', () => {
    expect(asked(submittedAgain(), SUCCEEDED, 61_000).state).toMatchObject({ status: 'completed', utr: UTR });
  });
});

describe('a return', () => {
  it.each(['failed', 'cancelled', 'pending'] as const)('moves nothing of a payout that is %s', (status) => {
    const payout = aPayout({ status });
    expect(answered(payout, RETURNED, BY_INQUIRY).newEvents).toEqual([]);
  });

  it('counts once, however often it arrives', () => {
    const payout = answered(aPayout({ status: 'completed' }), RETURNED, BY_INQUIRY);
    answered(answered(payout, RETURNED), RETURNED, BY_INQUIRY);
    expect(typesOf(payout)).toEqual(['payout.reversed']);
  });
});

describe('what comes late, by callback', () => {
  it.each([
    ['completed', SUCCEEDED],
    ['completed', PENDING],
    ['failed', REJECTED],
    ['failed', PENDING],
    ['reversed', SUCCEEDED],
    ['reversed', REJECTED],
    ['reversed', PENDING],
  ] as const)('is no contradiction of a payout that is %s: %j', (status, answer) => {
    const payout = aPayout({ status });
    expect(answered(payout, answer).newEvents).toEqual([]);
    expect(payout.state.bankDisagrees).toBe(false);
  });

  it.each([
    ['completed', { kind: 'succeeded', utr: '999912345678' }],
    ['failed', SUCCEEDED],
    ['cancelled', SUCCEEDED],
  ] as const)('contradicts a payout that is %s, once, and moves nothing: %j', (status, answer) => {
    // A cancelled payout was never submitted.
    const call = { ...BY_CALLBACK, attempt: status === 'cancelled' ? 0 : 1 };
    const payout = answered(answered(aPayout({ status }), answer, call), answer, call);
    expect(typesOf(payout)).toEqual(['payout.bank_disagreed']);
    expect(payout.state).toMatchObject({ status, bankDisagrees: true });
  });

  it('is recorded when the bank answers an inquiry that it is still at what it has paid, or has nothing of it', () => {
    for (const answer of [PENDING, { kind: 'not_found' }] as const) {
      const payout = answered(aPayout({ status: 'completed' }), answer, BY_INQUIRY);
      // Until a time-out after the last move the answer may be late or out of date.
      expect(typesOf(payout)).toEqual([]);
      applyAnswer(payout, { call: BY_INQUIRY, answer, policy: POLICY, now: muchLater });
      expect(typesOf(payout)).toEqual([]);
      applyAnswer(payout, { call: ASKED_MUCH_LATER, answer, policy: POLICY, now: muchLater });
      expect(typesOf(payout)).toEqual(['payout.bank_disagreed']);
      expect(payout.state).toMatchObject({ status: 'completed', bankDisagrees: true });
    }
  });

  it.each([
    ['that it has paid, and will name the UTR', { kind: 'pending', code: UTR_PENDING }, POLICY],
    ['nothing, which proves nothing at this bank', { kind: 'not_found' }, { ...POLICY, authoritativeInquiry: false }],
    ['nothing that is an answer', { kind: 'unknown', why: 'no answer within 10 s' }, POLICY],
  ] as const)('is no contradiction of a completed payout when the bank answers an inquiry %s', (_, answer, policy) => {
    const payout = aPayout({ status: 'completed' });
    applyAnswer(payout, { call: ASKED_MUCH_LATER, answer, policy, now: muchLater });
    expect(payout.newEvents).toEqual([]);
  });

  it('is recorded when the bank answers an inquiry that what came back is paid after all', () => {
    const payout = answered(aPayout({ status: 'reversed' }), SUCCEEDED, BY_INQUIRY);
    expect(payout.newEvents).toEqual([]);
    applyAnswer(payout, { call: ASKED_MUCH_LATER, answer: SUCCEEDED, policy: POLICY, now: muchLater });
    expect(typesOf(payout)).toEqual(['payout.bank_disagreed']);
  });

  it('is recorded when the bank answers an inquiry that it has what has failed, unless the answer is late', () => {
    const payout = answered(aPayout({ status: 'failed' }), PENDING, BY_INQUIRY);
    applyAnswer(payout, { call: BY_INQUIRY, answer: PENDING, policy: POLICY, now: muchLater });
    expect(typesOf(payout)).toEqual([]);
    applyAnswer(payout, { call: ASKED_MUCH_LATER, answer: PENDING, policy: POLICY, now: muchLater });
    expect(typesOf(payout)).toEqual(['payout.bank_disagreed']);
  });

  it('is recorded when the submission itself says that the bank has what has failed', () => {
    const call: EndedCall = { ...BY_INQUIRY, kind: 'submission' };
    expect(typesOf(answered(aPayout({ status: 'failed' }), PENDING, call))).toEqual(['payout.bank_disagreed']);
  });

  it('is recorded when a submission is told late that the bank has what it was taken never to have accepted', () => {
    const late: EndedCall = { ...BY_INQUIRY, kind: 'submission' };
    const typesAfter = (failure: PayoutFailure): string[] => {
      const payout = aPayout({ status: 'processing' });
      payout.fail(failure, { now: moment(NOW), actor: 'system' });
      return typesOf(answered(Payout.restore(payout.state), { kind: 'reference_reused' }, late));
    };
    expect(typesAfter(NOT_ACCEPTED_BY_BANK)).toEqual(['payout.bank_disagreed']);
    expect(typesAfter(FAILED_BY_OPERATOR)).toEqual(['payout.bank_disagreed']);
    // The bank does have what it has rejected.
    expect(typesAfter(CLOSED)).toEqual([]);
  });

  it.each([
    ['completed', PENDING],
    ['reversed', SUCCEEDED],
    ['failed', PENDING],
  ] as const)('is recorded of one that is %s though the book is a day ahead of the clock', (status, answer) => {
    const ahead = after(25 * 3_600_000);
    const payout = Payout.restore({ ...aPayout({ status }).state, updatedAt: ahead });
    applyAnswer(payout, { call: ASKED_MUCH_LATER, answer, policy: POLICY, now: muchLater });
    expect(typesOf(payout)).toEqual(['payout.bank_disagreed']);
  });

  it.each([
    ['completed', PENDING],
    ['reversed', SUCCEEDED],
    ['failed', PENDING],
  ] as const)('is not recorded of one that was %s just now by the clock, whatever the book says', (status, answer) => {
    const justNow = after(3 * TIMEOUT_MS - 1_000);
    const payout = Payout.restore({ ...aPayout({ status }).state, watchedFrom: justNow });
    applyAnswer(payout, { call: ASKED_MUCH_LATER, answer, policy: POLICY, now: muchLater });
    expect(typesOf(payout)).toEqual([]);
  });

  it.each([
    ['came back', aPayout({ status: 'completed' }), 'reverse'],
    ['failed', aPayout({ status: 'processing' }), 'fail'],
  ] as const)('knows when it %s by the clock, though the book is a day ahead', (_, payout, verb) => {
    const now = { ...moment(NOW), orderTime: after(25 * 3_600_000) } as Moment;
    payout[verb](CLOSED, { now, actor: `bank:${BANK}` });
    expect(payout.state).toMatchObject({ watchedFrom: NOW, updatedAt: now.orderTime });
  });
});

describe('a bank that holds another transfer under the reference', () => {
  const ANOTHER: BankAnswer = { kind: 'unknown', why: 'another amount', isAnother: true };
  const NOT_FOUND: BankAnswer = { kind: 'not_found' };

  it.each(['submission', 'inquiry'] as const)('is asked again, and a person looks: %s', (kind) => {
    const payout = aPayout({ status: 'processing' });
    const asked = { kind, gateway: BANK, attempt: 1, askedAt: NOW };
    expect(settlePayout(payout, { call: asked, answer: ANOTHER, policy: POLICY, now: moment(NOW) })).toBe(true);
    expect(typesOf(payout)).toEqual(['payout.bank_disagreed', 'payout.needs_attention']);
    expect(payout.state).toMatchObject({
      ...{ status: 'processing', bankDisagrees: true, needsAttention: true, nextStep: 'inquire' },
      nextAttemptAt: expect.any(Date),
    });
    expect(
      settlePayout(Payout.restore(payout.state), { call: asked, answer: ANOTHER, policy: POLICY, now: moment(NOW) }),
    ).toBe(false);
  });

  it.each([NOT_FOUND, PENDING])(
    'is not submitted to again, and a person still looks, when it then says %j',
    (answer) => {
      const payout = answered(aPayout({ status: 'processing' }), ANOTHER, BY_INQUIRY);
      for (let i = 0; i < 5; i++)
        applyAnswer(payout, { call: BY_INQUIRY, answer, policy: POLICY, now: moment(after(600_000 * (i + 1))) });
      expect(payout.state).toMatchObject({ status: 'processing', nextStep: 'inquire', needsAttention: true });
    },
  );

  /** An inquiry that was made after the bank reported the other transfer. */
  const ASKED_AFTER: EndedCall = { ...BY_INQUIRY, askedAt: after(60_001) };
  const doubted = (): Payout => answered(aPayout({ status: 'processing' }), ANOTHER, BY_INQUIRY);
  const WHOLE: BankAnswer = { ...SUCCEEDED, isSame: true };

  it('may still say that it has paid what was submitted; what it said before stays to be looked at', () => {
    const payout = answered(doubted(), WHOLE, ASKED_AFTER);
    expect(payout.state).toMatchObject({ status: 'completed', utr: UTR, needsAttention: false, bankDisagrees: true });
    expect(payout.state.bankHasAnotherSince).toBeNull();
  });

  it('is not believed by what it said before, nor by a callback, whose age nobody knows', () => {
    const late = { ...ASKED_AFTER, kind: 'callback' } as const;
    for (const call of [BY_INQUIRY, late]) expect(answered(doubted(), WHOLE, call).state.status).toBe('processing');
    const never = { ...POLICY, canBeInquired: false };
    const payout = doubted();
    applyAnswer(payout, { call: late, answer: WHOLE, policy: never, now: muchLater });
    expect(payout.state.status).toBe('completed');
  });

  it('has to name the right one after each time that it reported another', () => {
    const payout = doubted();
    applyAnswer(payout, { call: ASKED_MUCH_LATER, answer: ANOTHER, policy: POLICY, now: muchLater });
    applyAnswer(payout, { call: ASKED_AFTER, answer: WHOLE, policy: POLICY, now: muchLater });
    expect(payout.state.status).toBe('processing');
  });

  it('is doubted from when it reported that by the clock, though the book is a day ahead', () => {
    const payout = aPayout({ status: 'processing' });
    applyAnswer(payout, {
      call: BY_INQUIRY,
      answer: ANOTHER,
      policy: POLICY,
      now: { ...moment(NOW), orderTime: after(25 * 3_600_000) },
    });
    expect(answered(payout, WHOLE, BY_INQUIRY).state).toMatchObject({
      status: 'processing',
      bankHasAnotherSince: NOW,
    });
    expect(answered(payout, WHOLE, ASKED_AFTER).state.status).toBe('completed');
  });

  it('is believed for what it says after a clock had dated the doubt a day ahead', () => {
    const payout = Payout.restore({ ...doubted().state, bankHasAnotherSince: after(25 * 3_600_000) });
    applyAnswer(payout, { call: ASKED_MUCH_LATER, answer: WHOLE, policy: POLICY, now: muchLater });
    expect(payout.state.status).toBe('completed');
  });

  it.each(['submission', 'inquiry', 'callback'] as const)(
    'is asked, and not submitted to, though a submission is planned: %s',
    (kind) => {
      const payout = aPayout({ status: 'processing' });
      payout.plan({ nextStep: 'submit', nextAttemptAt: NOW, waitingFor: 'gateway_paused' }, moment(NOW));
      answered(payout, ANOTHER, { ...BY_INQUIRY, kind, attempt: 0, askedAt: after(1) });
      expect(payout.state).toMatchObject({ nextStep: 'inquire', waitingFor: null, needsAttention: true });
      expect(payout.state.nextAttemptAt).not.toBeNull();
    },
  );

  it('raises an alarm again if it names another transfer after it had named the right one', () => {
    const payout = answered(doubted(), { ...PENDING, isSame: true }, ASKED_AFTER);
    expect(payout.state).toMatchObject({ status: 'processing', bankHasAnotherSince: null });
    const again = Payout.restore(payout.state);
    expect(settlePayout(again, { call: ASKED_MUCH_LATER, answer: ANOTHER, policy: POLICY, now: muchLater })).toBe(true);
    expect(settlePayout(again, { call: ASKED_MUCH_LATER, answer: ANOTHER, policy: POLICY, now: muchLater })).toBe(
      false,
    );
  });

  it.each<[string, BankAnswer]>([
    ['paid', SUCCEEDED],
    ['rejected', REJECTED],
    ['returned', { kind: 'returned', utr: UTR, failure: CLOSED }],
  ])('proves nothing when it then says %s without saying of how much, or of what account', (_, answer) => {
    for (const call of [
      BY_INQUIRY,
      { ...BY_INQUIRY, kind: 'callback' },
      { ...BY_INQUIRY, kind: 'submission' },
    ] as const) {
      const payout = answered(answered(aPayout({ status: 'processing' }), ANOTHER, BY_INQUIRY), answer, call);
      expect(payout.state).toMatchObject({
        status: 'processing',
        utr: null,
        needsAttention: true,
        bankHasAnotherSince: NOW,
      });
    }
  });

  it('is believed again when a person has decided', () => {
    const payout = answered(aPayout({ status: 'processing' }), ANOTHER, BY_INQUIRY);
    payout.complete(UTR, { now: moment(NOW), actor: 'operator:o1', reason: 'on the statement' });
    applyAnswer(payout, {
      call: BY_INQUIRY,
      answer: { kind: 'returned', utr: UTR, failure: CLOSED },
      policy: POLICY,
      now: moment(NOW),
    });
    expect(payout.state.status).toBe('reversed');
  });

  it.each(['completed', 'failed', 'reversed'] as const)(
    'contradicts a payout that is %s, and moves nothing',
    (status) => {
      const payout = answered(aPayout({ status }), ANOTHER, BY_INQUIRY);
      expect(typesOf(payout)).toEqual(['payout.bank_disagreed']);
      expect(payout.state).toMatchObject({ status, needsAttention: false, nextAttemptAt: null });
    },
  );
});

describe('an answer about a payout that has ended', () => {
  const settled = (payout: Payout, answer: BankAnswer): boolean =>
    settlePayout(payout, { call: ASKED_MUCH_LATER, answer, policy: POLICY, now: muchLater });

  it('is not recorded when it finds the payout as it is', () => {
    const payout = aPayout({ status: 'completed' });
    expect(settled(payout, SUCCEEDED)).toBe(false);
    expect(typesOf(payout)).toEqual([]);
  });

  it('is recorded when the submission itself gets it, however late', () => {
    const payout = aPayout({ status: 'completed' });
    const late = { kind: 'submission', gateway: BANK, attempt: 1, askedAt: NOW } as const;
    expect(
      settlePayout(payout, {
        call: late,
        answer: { kind: 'unknown', why: 'no answer within 10 s' },
        policy: POLICY,
        now: moment(NOW),
      }),
    ).toBe(false);
    expect(payout.newEvents).toMatchObject([{ data: { answer: { kind: 'submission', ending: 'unknown' } } }]);
  });

  it('is recorded, with an alarm, whenever it is contrary in another way than the last one', () => {
    const failed = aPayout({ status: 'failed' });
    expect(settled(failed, PENDING)).toBe(true);
    expect(typesOf(failed)).toEqual(['payout.bank_disagreed']);
    const again = Payout.restore(failed.state);
    expect(settled(again, SUCCEEDED)).toBe(true);
    expect(again.newEvents).toMatchObject([
      { type: 'payout.bank_answered', data: { answer: { ending: 'succeeded', utr: UTR } } },
    ]);
    expect(settled(Payout.restore(again.state), SUCCEEDED)).toBe(false);
  });
});

describe('an inquiry that finds nothing new', () => {
  /** Inquires `times` times, and restores the payout each time, as the book would. */
  const asked = (first: Payout, answer: BankAnswer, times: number): Payout[] => {
    const payouts = [first];
    for (let i = 0; i < times; i++) {
      const payout = Payout.restore(payouts.at(-1)!.state);
      settlePayout(payout, {
        call: { ...BY_INQUIRY, askedAt: NOW },
        answer,
        policy: POLICY,
        now: moment(after(60_000 + i)),
      });
      payouts.push(payout);
    }
    return payouts.slice(1);
  };
  const UNKNOWN: BankAnswer = { kind: 'unknown', why: 'the bank answered 503' };

  it('is counted, and changes nothing that a list shows', () => {
    const completed = aPayout({ status: 'completed' });
    const last = asked(completed, SUCCEEDED, 200).at(-1)!;
    expect(last.newEvents).toEqual([]);
    const answers = { last: null, unchanged: 200, unchangedAt: after(60_199) };
    expect(last.state).toEqual({ ...completed.state, answers, revision: completed.state.revision + 200 });
  });

  it('while the payout is open adds nothing; the plan goes on', () => {
    const payouts = asked(aPayout({ status: 'processing' }), PENDING, 3);
    expect(payouts.map(typesOf)).toEqual([['payout.bank_answered'], [], []]);
    expect(payouts.at(-1)!.state).toMatchObject({ inquiries: 3, answers: { unchanged: 2 } });
  });

  it('is in the timeline again when it raises attention, or lowers it', () => {
    const payouts = asked(aPayout({ status: 'processing' }), UNKNOWN, 6);
    const attention = ['payout.needs_attention'];
    expect(payouts.map(typesOf)).toEqual([['payout.bank_answered'], [], [], attention, [], []]);
    expect(asked(payouts.at(-1)!, PENDING, 2).map(typesOf)).toEqual([['payout.bank_answered'], []]);
  });

  it.each<[string, BankAnswer, BankAnswer]>([
    ['another code', { kind: 'pending', code: 'queued' }, { kind: 'pending', code: 'at_npci' }],
    ['another ending', UNKNOWN, PENDING],
  ])('is none with %s', (_, first, second) => {
    const payout = asked(aPayout({ status: 'processing' }), first, 1).at(-1)!;
    expect(asked(payout, second, 1).map(typesOf)).toEqual([['payout.bank_answered']]);
  });

  it('does not count as unchanged if the second not_found makes Bahi submit the payout again', () => {
    const first = asked(aPayout({ status: 'processing' }), { kind: 'not_found' }, 1).at(-1)!;
    const again = Payout.restore({ ...first.state, submissionEndsAt: after(30_000) });
    const second = asked(again, { kind: 'not_found' }, 1).at(-1)!;
    expect(second.state.nextStep).toBe('submit');
    expect(typesOf(second)).toEqual(['payout.bank_answered']);
  });

  it('counts from nothing with each submission, whose entry has what was counted before', () => {
    const asked3 = asked(aPayout({ status: 'processing' }), PENDING, 3).at(-1)!;
    const payout = Payout.restore({ ...asked3.state, nextStep: 'submit' });
    payout.submit(BANK, after(90_000), { now: moment(NOW), actor: 'system' });
    expect(payout.state.answers).toEqual({ last: null, unchanged: 0, unchangedAt: null });
    expect(payout.newEvents[0]!.data).toMatchObject({
      unchanged_inquiries: 2,
      last_unchanged_at: after(60_002).toISOString(),
    });
  });

  it('against the end is in the timeline once for each different answer', () => {
    const payouts = asked(aPayout({ status: 'failed' }), SUCCEEDED, 3);
    expect(payouts.map(typesOf)).toEqual([['payout.bank_disagreed'], [], []]);
    const another: BankAnswer = { kind: 'succeeded', utr: '999912345678' };
    expect(asked(payouts.at(-1)!, another, 2).map(typesOf)).toEqual([['payout.bank_answered'], []]);
  });
});
