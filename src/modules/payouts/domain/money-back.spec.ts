import { describe, expect, it } from '@jest/globals';
import { after, aPayout, BANK, CLOSED, TIMEOUT_MS, UTR } from '../../../../test/support/a-payout.js';
import { moment } from '../../../../test/support/moments.js';
import type { AnsweredCall, EndedCall } from '../../../shared/submissions/gateway-answer.js';
import type { RecoveryPolicy } from '../../../shared/submissions/recovery.js';
import { isInQuestion, mayPayoutBeOnItsWay } from './money-back.js';
import { Payout } from './payout.js';
import type { PayoutState } from './payout-state.js';
import { settlePayout } from './settlement.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

const POLICY: RecoveryPolicy = {
  processingTimeoutMs: TIMEOUT_MS,
  maxRetries: 3,
  idempotentSubmission: true,
  authoritativeInquiry: true,
  jitter: 0.5,
};
const NEVER_ASKED: RecoveryPolicy = { ...POLICY, canBeInquired: false };

const OTHER_UTR = '999912345678';
const returned = (utr: string | null = null): BankAnswer => ({ kind: 'returned', utr, failure: CLOSED });
const rejected = (utr?: string): BankAnswer => ({ kind: 'rejected', failure: CLOSED, ...(utr ? { utr } : {}) });
const ANOTHER: BankAnswer = { kind: 'unknown', why: 'another', isAnother: true };
const SUCCEEDED: BankAnswer = { kind: 'succeeded', utr: UTR };

/** What the bank says after the end: in which call, which answer, and how long after the payout was completed. */
type Given = readonly [kind: AnsweredCall['kind'], answer: BankAnswer, afterMs?: number, change?: Partial<EndedCall>];

const HOUR = 3_600_000;
const LATER = HOUR + TIMEOUT_MS;
const OWN = { kind: 'submission', gateway: BANK, attempt: 1 } as const;

function completedBy(actor: string): Payout {
  const payout = aPayout({ status: 'processing' });
  payout.complete(UTR, { now: moment(after(2)), actor });
  return Payout.restore(payout.state);
}

const byBank = (): Payout => completedBy(`bank:${BANK}`);
const byHand = (): Payout => completedBy('operator:o1');

/** Each answer is settled in a commit of its own. @returns the types of all events */
function settled(payout: Payout, given: readonly Given[], policy = POLICY) {
  const types: string[] = [];
  let current = payout;
  for (const [kind, answer, afterMs = HOUR, change = {}] of given) {
    const now = moment(after(afterMs));
    settlePayout(current, {
      call: { kind, gateway: BANK, attempt: 1, askedAt: now.clockTime, ...change },
      answer,
      policy,
      now,
    });
    types.push(...current.newEvents.map(({ type }) => type.replace('payout.', '')));
    current = Payout.restore(current.state);
  }
  return { state: current.state, types };
}

const reversed = { status: 'reversed', utr: UTR, failure: CLOSED, bankDisagrees: false, nextAttemptAt: null };

describe('the money of a payout that the bank has completed', () => {
  it.each<[string, readonly Given[], RecoveryPolicy]>([
    ['one inquiry says returned', [['inquiry', returned(UTR)]], POLICY],
    ['one inquiry says returned, and names no UTR', [['inquiry', returned()]], POLICY],
    ['one inquiry says returned, and writes another UTR beside it', [['inquiry', returned(OTHER_UTR)]], POLICY],
    ['a callback says returned, of a bank that cannot be asked', [['callback', returned()]], NEVER_ASKED],
    ['the answer to a repeated submission says returned', [['submission', returned(UTR)]], POLICY],
  ])('comes back when %s', (_, given, policy) => {
    expect(settled(byBank(), given, policy)).toMatchObject({ state: reversed, types: ['reversed'] });
  });

  it.each<[string, readonly Given[]]>([
    [
      'a callback and then an inquiry say failed',
      [
        ['callback', rejected()],
        ['inquiry', rejected()],
      ],
    ],
    [
      'a callback says returned, and an inquiry failed',
      [
        ['callback', returned()],
        ['inquiry', rejected()],
      ],
    ],
    [
      'a callback says failed, and an inquiry returned',
      [
        ['callback', rejected()],
        ['inquiry', returned()],
      ],
    ],
    [
      'they name the UTR',
      [
        ['callback', rejected(UTR)],
        ['inquiry', rejected(UTR)],
      ],
    ],
  ])('comes back quietly when %s', (_, given) => {
    expect(settled(byBank(), given)).toMatchObject({ state: reversed, types: ['bank_answered', 'reversed'] });
  });

  it.each<[string, readonly Given[]]>([
    [
      'an inquiry and then a callback',
      [
        ['inquiry', rejected()],
        ['callback', rejected()],
      ],
    ],
    [
      'two inquiries, a time-out apart',
      [
        ['inquiry', rejected()],
        ['inquiry', rejected(), LATER],
      ],
    ],
  ])('comes back when %s say failed; the first of them alone is a contradiction', (_, given) => {
    expect(settled(byBank(), given)).toMatchObject({ state: reversed, types: ['bank_disagreed', 'reversed'] });
    const { state } = settled(byBank(), given.slice(0, 1));
    expect(state).toMatchObject({ status: 'completed', bankDisagrees: true });
    expect(isInQuestion(state)).toBe(true);
  });

  it.each<[string, readonly Given[], RecoveryPolicy]>([
    ['one inquiry says failed', [['inquiry', rejected(UTR)]], POLICY],
    ['a callback says failed', [['callback', rejected(UTR)]], POLICY],
    ['a callback says returned, of a bank that can be asked', [['callback', returned(UTR)]], POLICY],
    [
      'two inquiries say failed, less than a time-out apart',
      [
        ['inquiry', rejected()],
        ['inquiry', rejected(), LATER - 1],
      ],
      POLICY,
    ],
    [
      'two inquiries that were made together say failed, and one is settled much later',
      [
        ['inquiry', rejected()],
        ['inquiry', rejected(), 2 * LATER, { askedAt: after(HOUR + 1_000) }],
      ],
      POLICY,
    ],
    [
      'any number of callbacks say failed',
      [
        ['callback', rejected()],
        ['callback', returned()],
        ['callback', rejected(), LATER],
      ],
      POLICY,
    ],
    [
      'callbacks say failed, of a bank that cannot be asked',
      [
        ['callback', rejected(UTR)],
        ['callback', rejected(UTR), LATER],
      ],
      NEVER_ASKED,
    ],
    [
      'the submission’s own answer, late, says failed',
      [
        ['submission', rejected()],
        ['inquiry', rejected(), LATER],
      ],
      POLICY,
    ],
    [
      'one of two is about another attempt',
      [
        ['inquiry', rejected(), HOUR, { attempt: 0 }],
        ['inquiry', rejected(), LATER],
      ],
      POLICY,
    ],
    [
      'an inquiry says failed, paid, and failed again',
      [
        ['inquiry', rejected()],
        ['inquiry', SUCCEEDED, LATER],
        ['inquiry', rejected(), 2 * LATER],
      ],
      POLICY,
    ],
    [
      'the bank has nothing, twice',
      [
        ['inquiry', { kind: 'not_found' }],
        ['inquiry', { kind: 'not_found' }, LATER],
      ],
      POLICY,
    ],
    [
      'a callback says failed, and the bank has nothing',
      [
        ['callback', rejected()],
        ['inquiry', { kind: 'not_found' }],
      ],
      POLICY,
    ],
    [
      'the bank is at it again',
      [
        ['callback', rejected()],
        ['inquiry', { kind: 'pending' }],
        ['inquiry', { kind: 'pending' }, LATER],
      ],
      POLICY,
    ],
    [
      'nobody answers',
      [
        ['callback', rejected()],
        ['inquiry', { kind: 'unknown', why: 'no answer' }, LATER],
      ],
      POLICY,
    ],
    [
      'the callback came before the bank had called it paid',
      [
        ['callback', rejected(), HOUR, { askedAt: after(1) }],
        ['inquiry', rejected()],
      ],
      POLICY,
    ],
    [
      'the inquiry was made before the bank had called it paid',
      [
        ['callback', rejected()],
        ['inquiry', rejected(), LATER, { askedAt: after(2) }],
      ],
      POLICY,
    ],
    [
      'the first of two inquiries was made before the bank had called it paid',
      [
        ['inquiry', rejected(), HOUR, { askedAt: after(1) }],
        ['inquiry', rejected(), LATER],
      ],
      POLICY,
    ],
    [
      'it is about another transfer',
      [
        ['callback', rejected()],
        ['inquiry', ANOTHER, LATER],
      ],
      POLICY,
    ],
    [
      'one of the two is about another transfer',
      [
        ['inquiry', ANOTHER],
        ['inquiry', rejected(UTR)],
        ['inquiry', ANOTHER, LATER],
      ],
      POLICY,
    ],
  ])('does not come back when %s', (_, given, policy) => {
    expect(settled(byBank(), given, policy).state).toMatchObject({ status: 'completed', utr: UTR, failure: null });
  });

  it.each<[string, readonly Given[]]>([
    ['returned', [['inquiry', returned()]]],
    [
      'failed, twice',
      [
        ['callback', rejected()],
        ['inquiry', rejected()],
      ],
    ],
  ])('comes back though the bank has reported another transfer; a person sees which of them was %s', (_, given) => {
    for (const payout of [byBank(), byHand()]) {
      const named = given.map(([kind, answer]): Given => [kind, { ...answer, utr: UTR } as BankAnswer, LATER]);
      const { state } = settled(payout, [['inquiry', ANOTHER], ...named]);
      expect(state).toMatchObject({ ...reversed, bankDisagrees: true });
    }
  });

  it('comes back, and nothing is left to judge, when the bank had named the right transfer before it was paid', () => {
    const payout = aPayout({ status: 'processing' });
    const given: readonly Given[] = [
      ['inquiry', ANOTHER, 10],
      ['inquiry', { ...SUCCEEDED, isSame: true }, TIMEOUT_MS],
      ['inquiry', returned(), LATER],
    ];
    expect(settled(payout, given).state).toMatchObject(reversed);
  });

  it('makes no noise of what the bank then says in accordance with the payout', () => {
    const given: readonly Given[] = [
      ['inquiry', ANOTHER],
      ['callback', SUCCEEDED],
      ['callback', { kind: 'pending' }],
    ];
    const { state, types } = settled(byBank(), given);
    expect(types).toEqual(['bank_disagreed']);
    expect(isInQuestion(state)).toBe(false);
  });

  it.each(['inquiry', 'callback'] as const)('is asked for a time-out after the first half: %s', (kind) => {
    expect(settled(byBank(), [[kind, rejected()]]).state.watchNextAt).toEqual(after(HOUR + TIMEOUT_MS));
    // An answer does not make the watch begin.
    const unwatched = Payout.restore({ ...byBank().state, watchNextAt: null });
    expect(settled(unwatched, [[kind, rejected()]]).state.watchNextAt).toBeNull();
  });

  it('comes back for a callback although an inquiry has said paid in between: its answer lagged', () => {
    const given: readonly Given[] = [
      ['callback', rejected()],
      ['inquiry', SUCCEEDED],
      ['inquiry', rejected(), LATER],
    ];
    expect(settled(byBank(), given).state).toMatchObject(reversed);
  });

  it('leaves a callback that came before it was called paid to the inbox', () => {
    const given: readonly Given[] = [['callback', rejected(), HOUR, { askedAt: after(1) }]];
    expect(settled(byBank(), given)).toMatchObject({
      state: { bankDisagrees: false, firstRejectedAt: null },
      types: [],
    });
  });

  it('needs one more inquiry when the clock jumps ahead between two', () => {
    const given: readonly Given[] = [
      ['inquiry', rejected(), HOUR],
      ['inquiry', rejected(), 26 * HOUR],
    ];
    const { state } = settled(byBank(), given);
    expect(state).toMatchObject({ status: 'completed', firstRejectedAt: after(26 * HOUR) });
    const third: Given = ['inquiry', rejected(), 26 * HOUR + TIMEOUT_MS];
    expect(settled(byBank(), [...given, third]).state).toMatchObject(reversed);
  });

  it('needs a time-out between two by live time too: a clock that jumps by an hour makes none', () => {
    const at = (liveMs: number) => ({ askedLiveMs: after(HOUR).getTime() + liveMs });
    const first: Given = ['inquiry', rejected(), HOUR, at(1_000)];
    const tooSoon: Given = ['inquiry', rejected(), 2 * HOUR, at(1_000 + TIMEOUT_MS - 3_001)];
    const { state } = settled(byBank(), [first, tooSoon]);
    // The bank is asked again one time-out later, not a day later.
    expect(state).toMatchObject({ status: 'completed', watchNextAt: after(2 * HOUR + TIMEOUT_MS) });
    const third: Given = ['inquiry', rejected(), 2 * HOUR + TIMEOUT_MS, at(1_000 + TIMEOUT_MS - 3_000)];
    expect(settled(byBank(), [first, tooSoon, third]).state).toMatchObject(reversed);
  });

  it('needs it by the clock alone where the first half was noted before live time was kept', () => {
    const [first, second]: Given[] = [
      ['inquiry', rejected(), HOUR],
      ['inquiry', rejected(), 2 * HOUR, { askedLiveMs: after(HOUR).getTime() }],
    ];
    expect(settled(byBank(), [first!, second!]).state).toMatchObject(reversed);
  });

  it.each<[string, BankAnswer]>([
    ['returned', returned(UTR)],
    ['rejected', rejected()],
  ])(
    'does not come back by what an inquiry says while a submission may be on its way, by either clock: %s',
    (_, answer) => {
      const began = after(1).getTime();
      const early: readonly Given[] = [
        ['inquiry', answer, TIMEOUT_MS],
        // The clock has jumped ahead by two hours since the submission began.
        ['inquiry', answer, 2 * HOUR, { askedLiveMs: began + TIMEOUT_MS - 3_001 }],
      ];
      const { state, types } = settled(byBank(), [['callback', rejected(), 3], ...early]);
      expect(state).toMatchObject({ status: 'completed', bankDisagrees: false });
      expect(types).not.toContain('reversed');
      const ended: Given = ['inquiry', answer, 2 * HOUR, { askedLiveMs: began + TIMEOUT_MS - 3_000 }];
      expect(settled(byBank(), [['callback', rejected(), 3], ...early, ended]).state).toMatchObject(reversed);
    },
  );

  it('comes back at once after the answer to the submission, which is on its way no more', () => {
    const own = (payout: Payout): Payout => {
      settlePayout(payout, {
        call: { ...OWN, askedAt: after(1) },
        answer: SUCCEEDED,
        policy: POLICY,
        now: moment(after(3)),
      });
      return Payout.restore(payout.state);
    };
    const given: readonly Given[] = [['inquiry', returned(UTR), 4, { askedLiveMs: after(4).getTime() }]];
    expect(settled(own(aPayout({ status: 'processing' })), given).state).toMatchObject(reversed);
    // Another answer had completed it before.
    expect(settled(own(byBank()), given).state).toMatchObject(reversed);
    expect(settled(byBank(), given).state.status).toBe('completed');
  });

  it.each<[string, Partial<PayoutState>]>([
    ['the clock ran 25 hours ahead', { submissionEndsAt: after(25 * HOUR) }],
    ['a count of live time was lost', { submissionEndsLiveMs: after(500 * HOUR).getTime() }],
  ])('comes back though the submission was written to end long from now: %s', (_, ends) => {
    for (const payout of [byBank(), byHand()]) {
      const wrong = Payout.restore({ ...payout.state, ...ends });
      expect(mayPayoutBeOnItsWay(wrong.state, moment(after(HOUR)), POLICY)).toBe(false);
      const given: Given = ['inquiry', returned(UTR), HOUR, { askedLiveMs: after(HOUR).getTime() }];
      expect(settled(wrong, [given]).state).toMatchObject(reversed);
    }
  });

  it.each<[string, Partial<PayoutState>]>([
    ['the clock ran 25 hours ahead', { submissionEndsAt: after(25 * HOUR) }],
    ['a count of live time was lost', { submissionEndsLiveMs: after(500 * HOUR).getTime() }],
  ])('stays for one lease by the other measure when %s during the call', (_, ends) => {
    const calling = Payout.restore({ ...byBank().state, ...ends });
    const at = TIMEOUT_MS - 3_000;
    const given: readonly Given[] = [['inquiry', returned(UTR), at, { askedLiveMs: after(at).getTime() }]];
    expect(settled(calling, given).state.status).toBe('completed');
    expect(mayPayoutBeOnItsWay(calling.state, moment(after(at)), POLICY)).toBe(true);
  });

  it('stays when the submission began while the bank was being asked, and another answer has called it paid', () => {
    expect(settled(byBank(), [['inquiry', returned(UTR), 5_000, { askedAt: after(0) }]]).state.status).toBe(
      'completed',
    );
  });

  it('comes back though the count of live time by which the first half was noted was lost', () => {
    const at = (liveMs: number): Partial<EndedCall> => ({ askedLiveMs: liveMs });
    const noted = Payout.restore({
      ...settled(byBank(), [['inquiry', rejected()]]).state,
      firstRejectedLiveMs: after(500 * HOUR).getTime(),
    });
    const anew: Given = ['inquiry', rejected(), LATER, at(after(LATER).getTime())];
    expect(settled(noted, [anew]).state).toMatchObject({ status: 'completed', firstRejectedAt: after(LATER) });
    const second: Given = ['inquiry', rejected(), LATER + TIMEOUT_MS, at(after(LATER + TIMEOUT_MS).getTime())];
    expect(settled(noted, [anew, second]).state).toMatchObject(reversed);
  });

  it('comes back once, whatever is said afterwards', () => {
    const given: readonly Given[] = [
      ['inquiry', returned()],
      ['callback', returned()],
      ['inquiry', rejected()],
      ['callback', rejected(UTR)],
    ];
    expect(settled(byBank(), given).types).toEqual(['reversed']);
  });

  it('is kept with what the bank has named, and not under it', () => {
    const payout = byBank();
    const call = { kind: 'inquiry', gateway: BANK, attempt: 1, askedAt: after(HOUR) } as const;
    settlePayout(payout, { call, answer: returned(OTHER_UTR), policy: POLICY, now: moment(after(HOUR)) });
    expect(payout.newEvents).toMatchObject([
      {
        ...{ type: 'payout.reversed', from: 'completed', to: 'reversed', actor: `bank:${BANK}`, reason: CLOSED.reason },
        data: { failure: CLOSED, answer: { kind: 'inquiry', ending: 'returned', utr: OTHER_UTR } },
      },
    ]);
    expect(payout.state.utr).toBe(UTR);
  });

  it('is not kept waiting by a clock that ran ahead when the first half was noted', () => {
    const ahead: readonly Given[] = [
      ['inquiry', rejected(), 25 * HOUR],
      ['inquiry', rejected(), HOUR],
    ];
    expect(settled(byBank(), ahead).state.firstRejectedAt).toEqual(after(HOUR));
    expect(settled(byBank(), [...ahead, ['inquiry', rejected(), LATER]]).state).toMatchObject(reversed);
    const completedAhead = Payout.restore({ ...byBank().state, watchedFrom: after(25 * HOUR) });
    const given: readonly Given[] = [
      ['callback', rejected(), HOUR],
      ['inquiry', rejected(), HOUR],
    ];
    expect(settled(completedAhead, given).state).toMatchObject(reversed);
  });
});

describe('the money of a payout that was completed by hand, or before that was kept', () => {
  const before = (): Payout => Payout.restore({ ...byHand().state, completedBy: null });

  it.each([byHand, before])('comes back when the bank says returned', (payout) => {
    expect(settled(payout(), [['inquiry', returned()]]).state).toMatchObject(reversed);
  });

  it.each([byHand, before])('comes back when the bank says twice that the stored UTR has failed', (payout) => {
    const given: readonly Given[] = [
      ['callback', rejected(UTR)],
      ['inquiry', rejected(UTR)],
    ];
    expect(settled(payout(), given).state).toMatchObject(reversed);
    expect(settled(payout(), given.slice(1)).state.status).toBe('completed');
  });

  it('is a contradiction when the submission itself, which began before, is rejected', () => {
    const given: readonly Given[] = [['submission', rejected(), HOUR, { askedAt: after(1) }]];
    for (const payout of [byBank(), byHand()])
      expect(settled(payout, given)).toMatchObject({ state: { bankDisagrees: true }, types: ['bank_disagreed'] });
  });

  it.each<[string, string | undefined]>([
    ['no UTR', undefined],
    ['another UTR', OTHER_UTR],
  ])('does not come back when what has failed has %s: a person looks', (_, utr) => {
    for (const payout of [byHand(), before()]) {
      const given: readonly Given[] = [
        ['callback', rejected(utr)],
        ['inquiry', rejected(utr)],
        ['inquiry', rejected(utr), LATER],
      ];
      const { state, types } = settled(payout, given);
      expect(state).toMatchObject({ status: 'completed', bankDisagrees: true, firstRejectedAt: null });
      expect(types).toContain('bank_disagreed');
    }
  });
});
