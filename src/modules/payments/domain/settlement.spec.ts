import { describe, expect, it } from '@jest/globals';
import {
  afterMs,
  aPayment,
  aRefund,
  bySystem,
  CREDIT,
  DECLINED,
  PROVIDER,
} from '../../../../test/support/a-payment.js';
import { Payment } from './payment.js';
import { Refund } from './refund.js';
import type { EndedCall } from '../../../shared/submissions/gateway-answer.js';
import { applyAnswer, settleWithProvider } from './settlement.js';
import {
  ENDED_BY_OPERATOR,
  NOT_ACCEPTED_BY_PROVIDER,
  type PaymentFailure,
  type ProviderAnswer,
} from '../../gateways/gateways.language.js';
import { moment } from '../../../../test/support/moments.js';
import { inquiryClaimed } from '../../../shared/submissions/submission.js';
import { NOT_WAITING } from '../../../shared/submissions/waiting.js';

const POLICY = {
  ...{ processingTimeoutMs: 30_000, maxRetries: 3, jitter: 0.5 },
  ...{ idempotentSubmission: true, authoritativeInquiry: true },
};
const SUCCEEDED: ProviderAnswer = { kind: 'succeeded', providerId: 'x_1' };
const CHARGED: ProviderAnswer = { kind: 'succeeded', providerId: 'ch_1' };
const REFUNDED: ProviderAnswer = { kind: 'succeeded', providerId: 'rf_1' };
const REJECTED: ProviderAnswer = { kind: 'rejected', failure: DECLINED };
const call = (kind: EndedCall['kind'] = 'inquiry', attempt = 1, askedMs = 40_000): EndedCall => ({
  kind,
  gateway: PROVIDER,
  attempt,
  askedAt: afterMs(askedMs),
});
const askedAt = (ms: number): EndedCall => call('inquiry', 1, ms);

function aSubmittedRefund(): Refund {
  const refund = aRefund(aPayment({ status: 'succeeded' }), 40_00n);
  refund.submit(afterMs(30_004), bySystem(4));
  return refund;
}

const OPEN: [string, () => Payment | Refund, string][] = [
  ['a payment', () => aPayment({ status: 'processing' }), 'succeeded'],
  ['a refund', aSubmittedRefund, 'succeeded'],
];

describe.each(OPEN)('%s that is open', (_, make, success) => {
  const taken = (answer: ProviderAnswer, by = call()): Payment | Refund => {
    const order = make();
    applyAnswer(order, { call: by, answer, policy: POLICY, now: moment(afterMs(40_000)) });
    return order;
  };

  it.each(['submission', 'inquiry', 'callback'] as const)('ends with the outcome of a %s', (kind) => {
    expect(taken(SUCCEEDED, call(kind)).state).toMatchObject({ status: success, providerId: 'x_1' });
    expect(taken(REJECTED, call(kind)).state).toMatchObject({ status: 'failed', failure: DECLINED });
  });

  it.each([SUCCEEDED, REJECTED])('raises no alarm when it ends as the provider says: $kind', (answer) => {
    for (const kind of ['submission', 'inquiry', 'callback'] as const)
      expect(
        settleWithProvider(make(), { call: call(kind), answer, policy: POLICY, now: moment(afterMs(40_000)) }),
      ).toBe(false);
  });

  it('succeeds by the answer to any attempt, and fails only by one to the last', () => {
    expect(taken(SUCCEEDED, call('submission', 0)).state.status).toBe(success);
    expect(taken(REJECTED, call('submission', 0)).state.nextAttemptAt).not.toBeNull();
  });

  it('takes only success from an inquiry that was made while a submission was on its way', () => {
    for (const kind of ['rejected', 'pending', 'unknown', 'not_found'] as const) {
      const order = make();
      const before = order.state;
      const answer = { kind, failure: DECLINED, why: 'no answer' };
      // The submission ends 30 s after it began, but the provider was asked before.
      for (const settledMs of [30_000, 40_000])
        applyAnswer(order, { call: askedAt(30_000), answer, policy: POLICY, now: moment(afterMs(settledMs)) });
      expect(order.state).toBe(before);
    }
    expect(taken(SUCCEEDED, askedAt(30_000)).state.status).toBe(success);
  });

  it('stays open when the outcome is not known, and is asked about', () => {
    for (const kind of ['pending', 'unknown', 'not_found'] as const) {
      const { state } = taken({ kind, why: 'no answer' });
      expect(state).toMatchObject({ nextStep: 'inquire', failure: null, inquiries: 1 });
    }
    expect(taken({ kind: 'pending' }, call('callback')).state.inquiries).toBe(0);
  });

  it('fails when it was surely never accepted, and only then', () => {
    const order = make();
    const retired = { ...POLICY, maxRetries: 0 };
    applyAnswer(order, { call: call(), answer: { kind: 'not_found' }, policy: retired, now: moment(afterMs(40_000)) });
    expect(order.state.failure).toBeNull();
    applyAnswer(order, {
      call: askedAt(100_000),
      answer: { kind: 'not_found' },
      policy: retired,
      now: moment(afterMs(100_000)),
    });
    expect(order.state.failure).toMatchObject({ code: 'not_accepted_by_provider' });
  });

  it('is submitted again when it was never accepted, as long as there are tries', () => {
    const order = make();
    for (const ms of [40_000, 100_000])
      applyAnswer(order, {
        call: askedAt(ms),
        answer: { kind: 'not_found' },
        policy: POLICY,
        now: moment(afterMs(ms)),
      });
    expect(order.state).toMatchObject({ nextStep: 'submit', failure: null });
  });

  it('waits for a person where the silence of the provider proves nothing', () => {
    const order = make();
    const weak = { ...POLICY, maxRetries: 0, authoritativeInquiry: false };
    for (const ms of [40_000, 100_000])
      applyAnswer(order, { call: askedAt(ms), answer: { kind: 'not_found' }, policy: weak, now: moment(afterMs(ms)) });
    expect(order.state).toMatchObject({ failure: null, needsAttention: true, nextStep: 'inquire' });
  });
});

describe.each(OPEN)('%s of which the provider has another amount', (_, make, success) => {
  const ANOTHER: ProviderAnswer = { kind: 'unknown', why: 'another amount', isAnother: true };
  const answered = (order: Payment | Refund, answer: ProviderAnswer, ms: number): boolean =>
    settleWithProvider(order, { call: askedAt(ms), answer, policy: POLICY, now: moment(afterMs(ms)) });

  it('needs a person at once, alarms once, and is not submitted again whatever is said then', () => {
    const order = make();
    expect(answered(order, ANOTHER, 40_000)).toBe(true);
    expect(order.state).toMatchObject({ failure: null, gatewayDisagrees: true, needsAttention: true });
    expect(answered(order, ANOTHER, 45_000)).toBe(false);
    for (const ms of [80_000, 120_000]) expect(answered(order, { kind: 'not_found' }, ms)).toBe(false);
    expect(order.state).toMatchObject({ failure: null, nextStep: 'inquire', attempts: 1, needsAttention: true });
  });

  it('raises an alarm again if a person has failed it and the provider then reports success', () => {
    const order = make();
    answered(order, ANOTHER, 40_000);
    order.fail(DECLINED, { now: moment(afterMs(50_000)), actor: 'operator:1' });
    expect(answered(order, SUCCEEDED, 60_000)).toBe(true);
  });

  it.each([SUCCEEDED, REJECTED, { kind: 'pending' }] as const)(
    'proves nothing when it then says $kind without saying of how much',
    (answer) => {
      for (const kind of ['submission', 'inquiry', 'callback'] as const) {
        const order = make();
        answered(order, ANOTHER, 40_000);
        applyAnswer(order, { call: call(kind, 1, 45_000), answer, policy: POLICY, now: moment(afterMs(45_000)) });
        expect(order.end).toBeNull();
        expect(order.state).toMatchObject({ failure: null, needsAttention: true, nextStep: 'inquire' });
      }
    },
  );

  it('is asked, and not submitted to, though a submission was planned', () => {
    const order = make();
    order.plan({ nextStep: 'submit', nextAttemptAt: afterMs(50_000), ...NOT_WAITING }, moment(afterMs(40_000)));
    applyAnswer(order, { call: call('callback'), answer: ANOTHER, policy: POLICY, now: moment(afterMs(40_000)) });
    expect(order.state).toMatchObject({ nextStep: 'inquire', needsAttention: true });
  });

  it('may still fail by an answer about what was submitted', () => {
    const order = make();
    answered(order, ANOTHER, 40_000);
    answered(order, { ...REJECTED, isSame: true }, 45_000);
    expect(order.state).toMatchObject({ status: 'failed', failure: DECLINED, gatewayDisagrees: true });
  });

  it.each([
    { ...SUCCEEDED, isSame: true },
    { ...REJECTED, isSame: true },
  ] as const)(
    'does not end by $kind that names the right amount, and was asked for before the other was told of',
    (answer) => {
      const order = make();
      const settledMs = 50_000;
      applyAnswer(order, { call: askedAt(40_000), answer: ANOTHER, policy: POLICY, now: moment(afterMs(45_000)) });
      applyAnswer(order, { call: askedAt(45_000), answer, policy: POLICY, now: moment(afterMs(settledMs)) });
      expect(order.end).toBeNull();
      // A second report of the other order renews the doubt.
      applyAnswer(order, { call: askedAt(46_000), answer: ANOTHER, policy: POLICY, now: moment(afterMs(settledMs)) });
      applyAnswer(order, { call: askedAt(48_000), answer, policy: POLICY, now: moment(afterMs(settledMs)) });
      expect(order.end).toBeNull();
      applyAnswer(order, { call: askedAt(settledMs + 1), answer, policy: POLICY, now: moment(afterMs(settledMs + 1)) });
      expect(order.end).not.toBeNull();
    },
  );

  it('is doubted from when that was told of by the clock, though the book is a day ahead', () => {
    const order = make();
    const ahead = { ...moment(afterMs(45_000)), orderTime: afterMs(25 * 3_600_000) };
    applyAnswer(order, { call: askedAt(40_000), answer: ANOTHER, policy: POLICY, now: ahead });
    const reportsAnother = (ms: number): void =>
      applyAnswer(order, {
        call: askedAt(ms),
        answer: { ...SUCCEEDED, isSame: true },
        policy: POLICY,
        now: moment(afterMs(50_000)),
      });
    reportsAnother(44_000);
    expect(order.end).toBeNull();
    reportsAnother(45_001);
    expect(order.state.status).toBe(success);
  });

  it('does not wait for a doubt to pass that a clock has dated which ran ahead', () => {
    const order = make();
    applyAnswer(order, {
      call: askedAt(40_000),
      answer: ANOTHER,
      policy: POLICY,
      now: moment(afterMs(25 * 3_600_000)),
    });
    answered(order, { ...SUCCEEDED, isSame: true }, 45_000);
    expect(order.state.status).toBe(success);
  });

  it('may still be reported as done, as it was submitted; what was said before stays to be looked at', () => {
    const order = make();
    answered(order, ANOTHER, 40_000);
    answered(order, { ...SUCCEEDED, isSame: true }, 45_000);
    expect(order.state).toMatchObject({ status: success, needsAttention: false, gatewayDisagrees: true });
  });
});

describe.each(OPEN)('%s that may be on its way by live time, after the clock has jumped ahead,', (_, make, success) => {
  const answered = (answer: ProviderAnswer, liveMs: number, order = make()): Payment | Refund => {
    const now = { ...moment(afterMs(3_600_000)), liveMs: afterMs(liveMs).getTime() };
    const by: EndedCall = { ...askedAt(3_600_000), askedLiveMs: now.liveMs };
    order.plan(inquiryClaimed(order.state, afterMs(3_630_000), now), now);
    applyAnswer(order, { call: by, answer, policy: POLICY, now });
    return order;
  };

  it('does not fail by what the provider says to an inquiry, and is asked about again', () => {
    const order = answered(REJECTED, 20_000);
    expect(order.end).toBeNull();
    expect(order.state).toMatchObject({ nextStep: 'inquire', inquiries: 1 });
    expect(order.state.nextAttemptAt!.getTime()).toBeLessThanOrEqual(afterMs(3_600_000 + 8_000).getTime());
    expect(answered(REJECTED, 28_000, order).end).toBe('failed');
  });

  it('may still be done', () => {
    expect(answered(SUCCEEDED, 20_000).state.status).toBe(success);
  });
});

describe('an answer after the end', () => {
  const failedRefund = (): Refund => {
    const refund = aSubmittedRefund();
    refund.fail(DECLINED, bySystem(5));
    return refund;
  };
  const doneRefund = (): Refund => {
    const refund = aSubmittedRefund();
    refund.succeed('rf_1', bySystem(5));
    return refund;
  };

  it.each<[string, () => Payment | Refund, ProviderAnswer, EndedCall, boolean]>([
    ['failed, and the provider has charged', () => aPayment({ status: 'failed' }), SUCCEEDED, call(), true],
    [
      'failed, and the provider is at it',
      () => aPayment({ status: 'failed' }),
      { kind: 'pending' },
      call('inquiry', 1, 90_000),
      true,
    ],
    [
      'failed, and the submission itself is pending',
      () => aPayment({ status: 'failed' }),
      { kind: 'pending' },
      call('submission', 1, 1),
      true,
    ],
    [
      'failed, and was pending when it was asked about',
      () => aPayment({ status: 'failed' }),
      { kind: 'pending' },
      call('inquiry', 1, 60_000),
      false,
    ],
    [
      'failed, and was once pending',
      () => aPayment({ status: 'failed' }),
      { kind: 'pending' },
      call('callback'),
      false,
    ],
    ['failed, twice', () => aPayment({ status: 'failed' }), REJECTED, call(), false],
    ['succeeded, and the provider refuses', () => aPayment({ status: 'succeeded' }), REJECTED, call(), true],
    [
      'succeeded, and an early attempt was refused',
      () => aPayment({ status: 'succeeded' }),
      REJECTED,
      call('inquiry', 0),
      false,
    ],
    [
      'succeeded, and the provider has another amount',
      () => aPayment({ status: 'succeeded' }),
      { kind: 'unknown', why: 'another amount', isAnother: true },
      call(),
      true,
    ],
    ['succeeded, twice', () => aPayment({ status: 'succeeded' }), CHARGED, call(), false],
    ['succeeded, and under another id too', () => aPayment({ status: 'succeeded' }), SUCCEEDED, call(), true],
    ['refunded, and the charge succeeded', () => aPayment({ status: 'refunded' }), CHARGED, call(), false],
    ['a failed refund, and the payer has it', failedRefund, SUCCEEDED, call(), true],
    ['a refund that came about, and failed later', doneRefund, REJECTED, call(), true],
    ['a refund that came about, twice', doneRefund, REFUNDED, call(), false],
    ['a refund that came about, and under another id too', doneRefund, SUCCEEDED, call('callback'), true],
  ])('moves nothing: %s', (_, make, answer, by, contrary) => {
    const order = make();
    const { status } = order.state;
    applyAnswer(order, { call: by, answer, policy: POLICY, now: moment(afterMs(100_000)) });
    expect(order.state).toMatchObject({ status, gatewayDisagrees: contrary });
    expect(CREDIT.grossPaise).toBe(CREDIT.feePaise + CREDIT.taxPaise + CREDIT.netPaise);
  });
});

describe.each(OPEN)('%s that has failed just now by the clock, in a book that is a day ahead of it,', (_, make) => {
  it('is not contradicted by what was pending before that, and is by what is pending a time-out later', () => {
    const order = make();
    const now = { ...moment(afterMs(100_000)), orderTime: afterMs(25 * 3_600_000) };
    order.fail(DECLINED, { now, actor: 'system' });
    const contradictedAt = (ms: number): boolean => {
      applyAnswer(order, {
        call: askedAt(ms),
        answer: { kind: 'pending' },
        policy: POLICY,
        now: moment(afterMs(200_000)),
      });
      return order.state.gatewayDisagrees;
    };
    expect([contradictedAt(99_000), contradictedAt(129_999), contradictedAt(130_000)]).toEqual([false, false, true]);
  });
});

describe.each(OPEN)('%s that was taken never to have been accepted', (_, make) => {
  it('is contradicted when a submission is told late that the reference is there, but not after a rejection', () => {
    const isContradicted = (failure: PaymentFailure): boolean => {
      const order = make();
      order.fail(failure, { now: moment(afterMs(100_000)), actor: 'system' });
      applyAnswer(order, {
        call: call('submission'),
        answer: { kind: 'reference_reused' },
        policy: POLICY,
        now: moment(afterMs(200_000)),
      });
      return order.state.gatewayDisagrees;
    };
    const failures = [NOT_ACCEPTED_BY_PROVIDER, ENDED_BY_OPERATOR, DECLINED];
    expect(failures.map(isContradicted)).toEqual([true, true, false]);
  });
});

describe.each(OPEN)('an inquiry about %s that finds nothing new', (_, make) => {
  const restored = (order: Payment | Refund): Payment | Refund =>
    order instanceof Payment
      ? Payment.restore(order.state)
      : Refund.restore(order.state, Payment.restore(order.payment.state));
  const asked = (order: Payment | Refund, answer: ProviderAnswer): Payment | Refund => {
    const next = restored(order);
    settleWithProvider(next, {
      call: { ...call(), askedAt: afterMs(40_000) },
      answer,
      policy: POLICY,
      now: moment(afterMs(41_000)),
    });
    return next;
  };
  const UNKNOWN: ProviderAnswer = { kind: 'unknown', why: 'the provider answered 503' };

  it('is counted, and not in the timeline', () => {
    const first = asked(make(), UNKNOWN);
    const second = asked(first, UNKNOWN);
    expect(first.newEvents).toMatchObject([{ data: { answer: { ending: 'unknown' } } }]);
    expect(second.newEvents).toEqual([]);
    expect(second.state.answers).toMatchObject({ unchanged: 1, unchangedAt: afterMs(41_000) });
    expect(second.state.inquiries).toBe(2);
  });

  it('changes nothing else once it has ended', () => {
    const ended = asked(make(), SUCCEEDED);
    const after = asked(ended, SUCCEEDED);
    expect(after.newEvents).toEqual([]);
    const { revision } = after.state;
    expect({ ...after.state, answers: null }).toEqual({ ...ended.state, answers: null, revision });
    expect(revision).toBe(ended.state.revision + 1);
    expect(after.state.answers.unchanged).toBe(1);
  });
});
