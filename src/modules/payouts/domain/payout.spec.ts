import { describe, expect, it } from '@jest/globals';
import { BrokenInvariant } from '../../../shared/assert.js';
import { Money } from '../../../shared/money.js';
import { after, aPayout, BANK, CLOSED, REQUESTED_AT, TIMEOUT_MS, UTR } from '../../../../test/support/a-payout.js';
import { Payout } from './payout.js';
import type { PayoutState } from './payout-state.js';
import { InvalidTransition, PAYOUT_STATUSES, type PayoutStatus } from './payout-status.js';
import { moment } from '../../../../test/support/moments.js';

const NOW = after(60_000);
const MERCHANT = { now: moment(NOW), actor: 'merchant:k1' };
const OPERATOR = { now: moment(NOW), actor: 'operator:o1', reason: 'asked by phone' };
const SYSTEM = { now: moment(NOW), actor: 'system' };
const ANSWER = { now: moment(NOW), actor: `bank:${BANK}` };
const LEASE_END = after(60_000 + TIMEOUT_MS);

const ENDED: readonly PayoutStatus[] = ['completed', 'failed', 'cancelled', 'reversed'];
const except = (...statuses: PayoutStatus[]): PayoutStatus[] =>
  PAYOUT_STATUSES.filter((status) => !statuses.includes(status));

/** What a verb has done: the members that differ, except for the revision, and the new timeline entries. */
function doneBy(payout: Payout, verb: (payout: Payout) => void) {
  const before = payout.state;
  verb(payout);
  const { revision, ...state } = payout.state;
  expect(revision).toBeGreaterThan(before.revision);
  const changed = Object.fromEntries(
    Object.entries(state).filter(([name, value]) => value !== before[name as keyof PayoutState]),
  );
  return { changed, events: payout.newEvents };
}

function expectNothingDoneBy(payout: Payout, verb: (payout: Payout) => void): void {
  const before = payout.state;
  verb(payout);
  expect(payout.state).toBe(before);
  expect(payout.newEvents).toEqual([]);
}

/** A refused verb changes nothing, not even the time of the last change. */
function expectRefused(
  payout: Payout,
  verb: (payout: Payout) => void,
  refusal: typeof InvalidTransition | typeof BrokenInvariant,
) {
  const before = payout.state;
  expect(() => verb(payout)).toThrow(refusal);
  expect(payout.state).toBe(before);
  expect(payout.newEvents).toEqual([]);
}

describe('a payout that is requested', () => {
  const requested = {
    id: 'p1',
    merchantId: 'm1',
    bankAccountId: 'b1',
    recipient: { name: 'Asha Rao', accountNumber: '00012345', ifsc: 'HDFC0000001' },
    amount: Money.ofPaise(60_00n),
    mode: 'NEFT' as const,
    referenceId: 'invoice 7',
    narration: 'November',
  };

  it('waits to be submitted, and is due even if its job is lost', () => {
    expect(Payout.request(requested, MERCHANT, LEASE_END).state).toEqual({
      ...requested,
      revision: 1,
      status: 'pending',
      gateway: null,
      attempts: 0,
      utr: null,
      completedBy: null,
      failure: null,
      nextStep: 'submit',
      nextAttemptAt: LEASE_END,
      nextAttemptLiveMs: LEASE_END.getTime(),
      submissionEndsAt: null,
      submissionEndsLiveMs: null,
      notFoundAt: null,
      inquiries: 0,
      waitingFor: null,
      waitingAt: null,
      needsAttention: false,
      bankDisagrees: false,
      bankHasAnotherSince: null,
      firstRejectedAt: null,
      firstRejectedLiveMs: null,
      firstRejectedBy: null,
      answers: { last: null, unchanged: 0, unchangedAt: null },
      archivedAt: null,
      watchedFrom: null,
      watchNextAt: null,
      events: 1,
      timelineHash: null,
      createdAt: NOW,
      updatedAt: NOW,
    });
  });

  it('begins its timeline', () => {
    expect(Payout.request(requested, MERCHANT, LEASE_END).newEvents).toEqual([
      { type: 'payout.requested', from: null, to: 'pending', at: NOW, actor: 'merchant:k1', reason: null, data: {} },
    ]);
  });
});

describe('submitting a payout', () => {
  const submit = (payout: Payout): void => payout.submit(BANK, LEASE_END, SYSTEM);

  it('records before the call that this bank may have it, and when to inquire', () => {
    const { changed, events } = doneBy(aPayout(), submit);
    expect(changed).toEqual({
      status: 'processing',
      gateway: BANK,
      attempts: 1,
      nextStep: 'inquire',
      nextAttemptAt: LEASE_END,
      nextAttemptLiveMs: LEASE_END.getTime(),
      submissionEndsAt: LEASE_END,
      submissionEndsLiveMs: LEASE_END.getTime(),
      events: 2,
      updatedAt: NOW,
    });
    expect(events).toEqual([
      {
        type: 'payout.processing',
        from: 'pending',
        to: 'processing',
        at: NOW,
        actor: 'system',
        reason: null,
        data: { gateway: BANK, attempt: 1 },
      },
    ]);
  });

  it('again counts the attempt, and forgets the answers about the one before', () => {
    const payout = aPayout({ status: 'processing' });
    const before = after(40_000);
    payout.plan(
      { nextStep: 'submit', nextAttemptAt: NOW, submissionEndsAt: before, notFoundAt: before, inquiries: 2 },
      moment(before),
    );
    const { changed, events } = doneBy(payout, submit);
    expect(changed).toEqual({
      attempts: 2,
      nextStep: 'inquire',
      nextAttemptAt: LEASE_END,
      nextAttemptLiveMs: LEASE_END.getTime(),
      submissionEndsAt: LEASE_END,
      submissionEndsLiveMs: LEASE_END.getTime(),
      notFoundAt: null,
      inquiries: 0,
      events: 3,
      updatedAt: NOW,
    });
    expect(events).toMatchObject([
      { type: 'payout.processing', from: 'processing', to: 'processing', data: { gateway: BANK, attempt: 2 } },
    ]);
  });

  it('is only done when it is due: one that the bank may have is asked about', () => {
    for (const status of except('pending')) expectRefused(aPayout({ status }), submit, BrokenInvariant);
  });

  it('never goes to a second bank', () => {
    const payout = aPayout({ status: 'processing' });
    payout.plan({ nextStep: 'submit', nextAttemptAt: NOW }, moment(NOW));
    const elsewhere = (again: Payout): void => again.submit('razorpayx', LEASE_END, SYSTEM);
    expectRefused(Payout.restore(payout.state), elsewhere, BrokenInvariant);
    expect(() => elsewhere(payout)).toThrow('a payout never goes to a second bank');
  });

  it('is the work of the worker or an operator, not of a merchant', () => {
    expectRefused(aPayout(), (payout) => payout.submit(BANK, LEASE_END, MERCHANT), InvalidTransition);
    expect(doneBy(aPayout(), (payout) => payout.submit(BANK, LEASE_END, OPERATOR)).changed).toMatchObject({
      attempts: 1,
    });
  });
});

describe('releasing a payout to the bank', () => {
  it('makes it due now, and not yet submitted', () => {
    const { changed, events } = doneBy(aPayout(), (payout) => payout.sendOff(OPERATOR));
    expect(changed).toEqual({
      ...{ status: 'processing', nextAttemptAt: NOW, nextAttemptLiveMs: NOW.getTime() },
      ...{ events: 2, updatedAt: NOW },
    });
    expect(events).toMatchObject([
      { type: 'payout.processing', from: 'pending', to: 'processing', actor: 'operator:o1', reason: 'asked by phone' },
    ]);
  });

  it('is followed by the one submission', () => {
    const payout = aPayout();
    payout.sendOff(OPERATOR);
    payout.submit(BANK, LEASE_END, SYSTEM);
    expect(payout.state).toMatchObject({ status: 'processing', gateway: BANK, attempts: 1, nextStep: 'inquire' });
    expectRefused(Payout.restore(payout.state), (again) => again.submit(BANK, LEASE_END, SYSTEM), BrokenInvariant);
  });

  it.each(except('pending'))('is refused once it is %s', (status) => {
    expectRefused(aPayout({ status }), (payout) => payout.sendOff(OPERATOR), InvalidTransition);
  });

  it('is not for merchants', () => {
    expectRefused(aPayout(), (payout) => payout.sendOff(MERCHANT), InvalidTransition);
  });
});

describe('cancelling a payout', () => {
  it.each([MERCHANT, OPERATOR])('ends it before the bank has it: $actor', (cause) => {
    const { changed, events } = doneBy(aPayout(), (payout) => payout.cancel(cause));
    expect(changed).toEqual({
      status: 'cancelled',
      nextStep: null,
      nextAttemptAt: null,
      nextAttemptLiveMs: null,
      events: 2,
      updatedAt: NOW,
    });
    expect(events).toEqual([
      {
        type: 'payout.cancelled',
        from: 'pending',
        to: 'cancelled',
        at: NOW,
        actor: cause.actor,
        reason: 'reason' in cause ? cause.reason : null,
        data: {},
      },
    ]);
  });

  it.each(except('pending'))('is refused once it is %s', (status) => {
    for (const cause of [MERCHANT, OPERATOR, SYSTEM, ANSWER])
      expectRefused(aPayout({ status }), (payout) => payout.cancel(cause), InvalidTransition);
  });

  it('is not for the worker or the bank', () => {
    for (const cause of [SYSTEM, ANSWER]) expectRefused(aPayout(), (payout) => payout.cancel(cause), InvalidTransition);
  });
});

describe('completing a payout', () => {
  it('stores the UTR by which the bank names it', () => {
    const { changed, events } = doneBy(aPayout({ status: 'processing' }), (payout) => payout.complete(UTR, ANSWER));
    expect(changed).toEqual({
      status: 'completed',
      utr: UTR,
      completedBy: 'bank',
      nextStep: null,
      nextAttemptAt: null,
      nextAttemptLiveMs: null,
      events: 3,
      updatedAt: NOW,
      watchedFrom: NOW,
      watchNextAt: after(60_000 + 3_600_000),
    });
    expect(events).toMatchObject([
      { type: 'payout.completed', from: 'processing', to: 'completed', actor: `bank:${BANK}`, data: { utr: UTR } },
    ]);
  });

  it('by hand has a reason', () => {
    const { changed, events } = doneBy(aPayout({ status: 'processing' }), (payout) => payout.complete(UTR, OPERATOR));
    expect(changed).toMatchObject({ utr: UTR, completedBy: 'operator' });
    expect(events).toMatchObject([{ actor: 'operator:o1', reason: 'asked by phone', data: { utr: UTR } }]);
  });

  it('needs nobody’s attention any more', () => {
    const payout = aPayout({ status: 'processing' });
    payout.raiseAttention('The bank is silent.', SYSTEM);
    payout.complete(UTR, ANSWER);
    expect(payout.state.needsAttention).toBe(false);
  });

  it.each(except('processing'))('is refused while or once it is %s', (status) => {
    for (const cause of [ANSWER, OPERATOR, SYSTEM, MERCHANT])
      expectRefused(aPayout({ status }), (payout) => payout.complete(UTR, cause), InvalidTransition);
  });

  it('is not for merchants, nor for our own worker without the bank', () => {
    for (const cause of [MERCHANT, SYSTEM])
      expectRefused(aPayout({ status: 'processing' }), (payout) => payout.complete(UTR, cause), InvalidTransition);
  });
});

describe('failing a payout', () => {
  it('stores the reason', () => {
    const cause = { ...ANSWER, reason: CLOSED.reason };
    const { changed, events } = doneBy(aPayout({ status: 'processing' }), (payout) => payout.fail(CLOSED, cause));
    expect(changed).toEqual({
      status: 'failed',
      failure: CLOSED,
      nextStep: null,
      nextAttemptAt: null,
      nextAttemptLiveMs: null,
      events: 3,
      updatedAt: NOW,
      watchedFrom: NOW,
    });
    expect(events).toMatchObject([
      { type: 'payout.failed', from: 'processing', to: 'failed', reason: CLOSED.reason, data: { failure: CLOSED } },
    ]);
  });

  it('needs nobody’s attention any more', () => {
    const payout = aPayout({ status: 'processing' });
    payout.raiseAttention('The bank is silent.', SYSTEM);
    payout.fail(CLOSED, OPERATOR);
    expect(payout.state.needsAttention).toBe(false);
  });

  it.each(except('processing'))('is refused while or once it is %s', (status) => {
    for (const cause of [ANSWER, OPERATOR, SYSTEM, MERCHANT])
      expectRefused(aPayout({ status }), (payout) => payout.fail(CLOSED, cause), InvalidTransition);
  });

  it('is not for merchants', () => {
    expectRefused(aPayout({ status: 'processing' }), (payout) => payout.fail(CLOSED, MERCHANT), InvalidTransition);
  });
});

describe('planning for a payout at the bank', () => {
  it('changes only what it names, and is no line of the timeline', () => {
    const { changed, events } = doneBy(aPayout({ status: 'processing' }), (payout) =>
      payout.plan({ inquiries: 1 }, moment(NOW)),
    );
    expect(changed).toEqual({ inquiries: 1, updatedAt: NOW });
    expect(events).toEqual([]);
  });

  it.each(except('processing'))('is refused while or once it is %s', (status) => {
    expectRefused(aPayout({ status }), (payout) => payout.plan({ nextAttemptAt: NOW }, moment(NOW)), BrokenInvariant);
  });
});

describe('a payout that waits', () => {
  it('says for what, in its timeline where a person is the reason, and says it once', () => {
    const payout = aPayout();
    const { changed, events } = doneBy(payout, () => payout.waitFor('merchant_inactive', SYSTEM));
    expect(changed).toEqual({ waitingFor: 'merchant_inactive', events: 2, updatedAt: NOW });
    expect(events).toEqual([
      {
        ...{ type: 'payout.waiting', from: 'pending', to: 'pending', at: NOW, actor: 'system' },
        ...{ reason: 'The merchant is inactive.', data: { waiting_for: 'merchant_inactive' } },
      },
    ]);
    expectNothingDoneBy(Payout.restore(payout.state), (again) => again.waitFor('merchant_inactive', SYSTEM));
  });

  it.each(['gateway_unavailable', 'no_gateway'] as const)('makes no line for %s, which comes by itself', (what) => {
    const payout = aPayout();
    const { changed, events } = doneBy(payout, () => payout.waitFor(what, SYSTEM));
    expect(changed).toEqual({ waitingFor: what, updatedAt: NOW });
    expect(events).toEqual([]);
  });

  it('says at which banks, and makes no line when others would take it', () => {
    const payout = aPayout();
    payout.waitFor('gateway_paused', SYSTEM, ['bank-a', 'bank-b']);
    expect(payout.state).toMatchObject({ waitingFor: 'gateway_paused', waitingAt: 'bank-a bank-b' });
    expectNothingDoneBy(Payout.restore(payout.state), (again) =>
      again.waitFor('gateway_paused', SYSTEM, ['bank-a', 'bank-b']),
    );
    const { changed, events } = doneBy(Payout.restore(payout.state), (again) =>
      again.waitFor('gateway_paused', SYSTEM, ['bank-b']),
    );
    expect(changed).toEqual({ waitingAt: 'bank-b' });
    expect(events).toEqual([]);
  });

  it.each<[string, (payout: Payout) => void]>([
    ['submitted', (payout) => payout.submit(BANK, LEASE_END, SYSTEM)],
    ['sent off by an operator', (payout) => payout.sendOff(OPERATOR)],
    ['cancelled', (payout) => payout.cancel(OPERATOR)],
  ])('waits no more once it is %s', (_, verb) => {
    const payout = aPayout();
    payout.waitFor('gateway_paused', SYSTEM, [BANK]);
    verb(payout);
    expect(payout.state).toMatchObject({ waitingFor: null, waitingAt: null });
  });

  it('does so still when the bank was asked meanwhile, and says it no second time', () => {
    const payout = aPayout({ status: 'processing' });
    payout.plan({ nextStep: 'submit', nextAttemptAt: NOW }, moment(NOW));
    payout.waitFor('merchant_inactive', SYSTEM);
    payout.plan({ nextStep: 'inquire', nextAttemptAt: LEASE_END }, moment(NOW));
    payout.plan({ nextStep: 'submit', nextAttemptAt: NOW }, moment(NOW));
    expectNothingDoneBy(Payout.restore(payout.state), (again) => again.waitFor('merchant_inactive', SYSTEM));
  });
});

describe('asking for attention', () => {
  it('moves nothing and is in the timeline once', () => {
    const payout = aPayout({ status: 'processing' });
    const { changed, events } = doneBy(payout, () => payout.raiseAttention('The bank is silent.', SYSTEM));
    expect(changed).toEqual({ needsAttention: true, events: 3, updatedAt: NOW });
    expect(events).toEqual([
      {
        type: 'payout.needs_attention',
        from: 'processing',
        to: 'processing',
        at: NOW,
        actor: 'system',
        reason: 'The bank is silent.',
        data: {},
      },
    ]);
    expectNothingDoneBy(Payout.restore(payout.state), (again) => again.raiseAttention('Still silent.', SYSTEM));
  });
});

describe('a bank that contradicts the end', () => {
  it.each(ENDED)('is recorded once on a %s payout, and moves nothing', (status) => {
    const payout = aPayout({ status });
    const said = { bank_says: { kind: 'succeeded', utr: UTR } };
    const { changed, events } = doneBy(payout, () => payout.contradict(said, ANSWER));
    expect(changed).toEqual({ bankDisagrees: true, events: expect.any(Number), updatedAt: NOW });
    expect(events).toMatchObject([{ type: 'payout.bank_disagreed', from: status, to: status, data: said }]);
    expectNothingDoneBy(Payout.restore(payout.state), (again) => again.contradict(said, ANSWER));
  });
});

describe('archiving a payout', () => {
  it.each(ENDED)('takes a %s one out of the lists, and moves nothing', (status) => {
    const { changed, events } = doneBy(aPayout({ status }), (payout) => payout.archive(OPERATOR));
    expect(changed).toEqual({ archivedAt: NOW, events: expect.any(Number), updatedAt: NOW });
    expect(events).toMatchObject([
      { type: 'payout.archived', from: status, to: status, actor: 'operator:o1', reason: 'asked by phone' },
    ]);
  });
});

describe('the timeline of a payout', () => {
  it('continues where it stood, each line from where the last one ended', () => {
    const payout = aPayout();
    expect(payout.state.events).toBe(1);
    payout.submit(BANK, LEASE_END, SYSTEM);
    payout.raiseAttention('The bank is silent.', SYSTEM);
    payout.complete(UTR, OPERATOR);
    payout.contradict({ bank_says: { kind: 'rejected' } }, ANSWER);
    payout.archive(OPERATOR);
    expect(payout.state.events).toBe(6);
    expect(payout.newEvents.map(({ type, from, to }) => [type, from, to])).toEqual([
      ['payout.processing', 'pending', 'processing'],
      ['payout.needs_attention', 'processing', 'processing'],
      ['payout.completed', 'processing', 'completed'],
      ['payout.bank_disagreed', 'completed', 'completed'],
      ['payout.archived', 'completed', 'completed'],
    ]);
  });

  it('is empty on a payout that has just been restored', () => {
    for (const status of PAYOUT_STATUSES) expect(aPayout({ status }).newEvents).toEqual([]);
  });
});

describe('what was requested', () => {
  it('never changes, whatever happens to the payout', () => {
    const fixed = ({
      id,
      merchantId,
      bankAccountId,
      recipient,
      amount,
      mode,
      referenceId,
      narration,
      createdAt,
    }: PayoutState) => ({
      ...{ id, merchantId, bankAccountId, recipient, amount, mode, referenceId, narration, createdAt },
    });
    for (const status of PAYOUT_STATUSES) expect(fixed(aPayout({ status }).state)).toEqual(fixed(aPayout().state));
    expect(aPayout().state.createdAt).toEqual(REQUESTED_AT);
  });

  it('leaves states that were handed out as they were', () => {
    const payout = aPayout();
    const before = payout.state;
    payout.cancel(MERCHANT);
    expect(before.status).toBe('pending');
    expect(before.events).toBe(1);
  });
});

describe('restoring a payout', () => {
  it.each(PAYOUT_STATUSES)('takes a %s one that is in order', (status) => {
    const { state } = aPayout({ status });
    expect(Payout.restore(state).state).toBe(state);
  });

  it.each<[string, PayoutStatus, Partial<PayoutState>]>([
    ['a pending payout that is never due', 'pending', { nextAttemptAt: null }],
    ['a processing payout that is never due', 'processing', { nextAttemptAt: null }],
    ['a completed payout that is due', 'completed', { nextAttemptAt: NOW }],
    ['a failed payout that is due', 'failed', { nextAttemptAt: NOW }],
    ['a cancelled payout that is due', 'cancelled', { nextAttemptAt: NOW }],
    ['a reversed payout that is due', 'reversed', { nextAttemptAt: NOW }],
    ['a completed payout without a UTR', 'completed', { utr: null }],
    ['a failed payout that does not say why', 'failed', { failure: null }],
    ['a completed payout with a failure', 'completed', { failure: CLOSED }],
    ['a pending payout with a failure', 'pending', { failure: CLOSED }],
  ])('finds %s', (_, status, change) => {
    expect(() => Payout.restore({ ...aPayout({ status }).state, ...change })).toThrow(BrokenInvariant);
  });
});
