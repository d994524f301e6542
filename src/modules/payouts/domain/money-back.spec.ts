import { describe, expect, it } from '@jest/globals';
import { after, aPayout, BANK, CLOSED, TIMEOUT_MS, UTR } from '../../../../test/support/a-payout.js';
import { moment } from '../../../../test/support/moments.js';
import type { AnsweredCall, EndedCall } from '../../../shared/gateway-answer.js';
import type { RecoveryPolicy } from '../../../shared/recovery.js';
import { isInQuestion, isOnItsWay } from './money-back.js';
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

/** What the bank says after the end: how, what, and how long after the payout was completed. */
type Said = readonly [kind: AnsweredCall['kind'], answer: BankAnswer, afterMs?: number, change?: Partial<EndedCall>];

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
function told(payout: Payout, said: readonly Said[], policy = POLICY) {
  const types: string[] = [];
  let current = payout;
  for (const [kind, answer, afterMs = HOUR, change = {}] of said) {
    const now = moment(after(afterMs));
    settlePayout(current, { kind, gateway: BANK, attempt: 1, askedAt: now.clockTime, ...change }, answer, policy, now);
    types.push(...current.newEvents.map(({ type }) => type.replace('payout.', '')));
    current = Payout.restore(current.state);
  }
  return { state: current.state, types };
}

const reversed = { status: 'reversed', utr: UTR, failure: CLOSED, bankDisagrees: false, nextAttemptAt: null };

describe('the money of a payout that the bank has completed', () => {
  it.each<[string, readonly Said[], RecoveryPolicy]>([
    ['one inquiry says returned', [['inquiry', returned(UTR)]], POLICY],
    ['one inquiry says returned, and names no UTR', [['inquiry', returned()]], POLICY],
    ['one inquiry says returned, and writes another UTR beside it', [['inquiry', returned(OTHER_UTR)]], POLICY],
    ['a callback says returned, of a bank that cannot be asked', [['callback', returned()]], NEVER_ASKED],
    ['the answer to a repeated submission says returned', [['submission', returned(UTR)]], POLICY],
  ])('comes back when %s', (_, said, policy) => {
    expect(told(byBank(), said, policy)).toMatchObject({ state: reversed, types: ['reversed'] });
  });

  it.each<[string, readonly Said[]]>([
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
  ])('comes back quietly when %s', (_, said) => {
    expect(told(byBank(), said)).toMatchObject({ state: reversed, types: ['bank_answered', 'reversed'] });
  });

  it.each<[string, readonly Said[]]>([
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
  ])('comes back when %s say failed; the first of them alone is a contradiction', (_, said) => {
    expect(told(byBank(), said)).toMatchObject({ state: reversed, types: ['bank_disagreed', 'reversed'] });
    const { state } = told(byBank(), said.slice(0, 1));
    expect(state).toMatchObject({ status: 'completed', bankDisagrees: true });
    expect(isInQuestion(state)).toBe(true);
  });

  it.each<[string, readonly Said[], RecoveryPolicy]>([
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
  ])('does not come back when %s', (_, said, policy) => {
    expect(told(byBank(), said, policy).state).toMatchObject({ status: 'completed', utr: UTR, failure: null });
  });

  it.each<[string, readonly Said[]]>([
    ['returned', [['inquiry', returned()]]],
    [
      'failed, twice',
      [
        ['callback', rejected()],
        ['inquiry', rejected()],
      ],
    ],
  ])('comes back though the bank has told of another transfer; a person sees which of them was %s', (_, said) => {
    for (const payout of [byBank(), byHand()]) {
      const named = said.map(([kind, answer]): Said => [kind, { ...answer, utr: UTR } as BankAnswer, LATER]);
      const { state } = told(payout, [['inquiry', ANOTHER], ...named]);
      expect(state).toMatchObject({ ...reversed, bankDisagrees: true });
    }
  });

  it('comes back, and nothing is left to judge, when the bank had named the right transfer before it was paid', () => {
    const payout = aPayout({ status: 'processing' });
    const said: readonly Said[] = [
      ['inquiry', ANOTHER, 10],
      ['inquiry', { ...SUCCEEDED, isSame: true }, TIMEOUT_MS],
      ['inquiry', returned(), LATER],
    ];
    expect(told(payout, said).state).toMatchObject(reversed);
  });

  it('makes no noise of what the bank then says in accordance with the payout', () => {
    const said: readonly Said[] = [
      ['inquiry', ANOTHER],
      ['callback', SUCCEEDED],
      ['callback', { kind: 'pending' }],
    ];
    const { state, types } = told(byBank(), said);
    expect(types).toEqual(['bank_disagreed']);
    expect(isInQuestion(state)).toBe(false);
  });

  it.each(['inquiry', 'callback'] as const)('is asked for a time-out after the first half: %s', (kind) => {
    expect(told(byBank(), [[kind, rejected()]]).state.watchNextAt).toEqual(after(HOUR + TIMEOUT_MS));
    // What is not watched is not watched for that.
    const unwatched = Payout.restore({ ...byBank().state, watchNextAt: null });
    expect(told(unwatched, [[kind, rejected()]]).state.watchNextAt).toBeNull();
  });

  it('comes back for a callback although an inquiry has said paid in between: its answer lagged', () => {
    const said: readonly Said[] = [
      ['callback', rejected()],
      ['inquiry', SUCCEEDED],
      ['inquiry', rejected(), LATER],
    ];
    expect(told(byBank(), said).state).toMatchObject(reversed);
  });

  it('leaves a callback that came before it was called paid to the inbox', () => {
    const said: readonly Said[] = [['callback', rejected(), HOUR, { askedAt: after(1) }]];
    expect(told(byBank(), said)).toMatchObject({ state: { bankDisagrees: false, firstRejectedAt: null }, types: [] });
  });

  it('needs one more inquiry when the clock jumps ahead between two', () => {
    const said: readonly Said[] = [
      ['inquiry', rejected(), HOUR],
      ['inquiry', rejected(), 26 * HOUR],
    ];
    const { state } = told(byBank(), said);
    expect(state).toMatchObject({ status: 'completed', firstRejectedAt: after(26 * HOUR) });
    const third: Said = ['inquiry', rejected(), 26 * HOUR + TIMEOUT_MS];
    expect(told(byBank(), [...said, third]).state).toMatchObject(reversed);
  });

  it('needs a time-out between two by live time too: a clock that jumps by an hour makes none', () => {
    const at = (liveMs: number) => ({ askedLiveMs: after(HOUR).getTime() + liveMs });
    const first: Said = ['inquiry', rejected(), HOUR, at(1_000)];
    const tooSoon: Said = ['inquiry', rejected(), 2 * HOUR, at(1_000 + TIMEOUT_MS - 3_001)];
    const { state } = told(byBank(), [first, tooSoon]);
    // The bank is asked once more, a time-out later and not in a day.
    expect(state).toMatchObject({ status: 'completed', watchNextAt: after(2 * HOUR + TIMEOUT_MS) });
    const third: Said = ['inquiry', rejected(), 2 * HOUR + TIMEOUT_MS, at(1_000 + TIMEOUT_MS - 3_000)];
    expect(told(byBank(), [first, tooSoon, third]).state).toMatchObject(reversed);
  });

  it('needs it by the clock alone where the first half was noted before live time was kept', () => {
    const [first, second]: Said[] = [
      ['inquiry', rejected(), HOUR],
      ['inquiry', rejected(), 2 * HOUR, { askedLiveMs: after(HOUR).getTime() }],
    ];
    expect(told(byBank(), [first!, second!]).state).toMatchObject(reversed);
  });

  it.each<[string, BankAnswer]>([
    ['returned', returned(UTR)],
    ['rejected', rejected()],
  ])(
    'does not come back by what an inquiry says while a submission may be on its way, by either clock: %s',
    (_, answer) => {
      const began = after(1).getTime();
      const early: readonly Said[] = [
        ['inquiry', answer, TIMEOUT_MS],
        // The clock has jumped ahead by two hours since the submission began.
        ['inquiry', answer, 2 * HOUR, { askedLiveMs: began + TIMEOUT_MS - 3_001 }],
      ];
      const { state, types } = told(byBank(), [['callback', rejected(), 3], ...early]);
      expect(state).toMatchObject({ status: 'completed', bankDisagrees: false });
      expect(types).not.toContain('reversed');
      const ended: Said = ['inquiry', answer, 2 * HOUR, { askedLiveMs: began + TIMEOUT_MS - 3_000 }];
      expect(told(byBank(), [['callback', rejected(), 3], ...early, ended]).state).toMatchObject(reversed);
    },
  );

  it('comes back at once after the answer to the submission, which is on its way no more', () => {
    const own = (payout: Payout): Payout => {
      settlePayout(payout, { ...OWN, askedAt: after(1) }, SUCCEEDED, POLICY, moment(after(3)));
      return Payout.restore(payout.state);
    };
    const said: readonly Said[] = [['inquiry', returned(UTR), 4, { askedLiveMs: after(4).getTime() }]];
    expect(told(own(aPayout({ status: 'processing' })), said).state).toMatchObject(reversed);
    // Something else had completed it before.
    expect(told(own(byBank()), said).state).toMatchObject(reversed);
    expect(told(byBank(), said).state.status).toBe('completed');
  });

  it.each<[string, Partial<PayoutState>]>([
    ['the clock ran 25 hours ahead', { submissionEndsAt: after(25 * HOUR) }],
    ['a count of live time was lost', { submissionEndsLiveMs: after(500 * HOUR).getTime() }],
  ])('comes back though the submission was written to end long from now: %s', (_, ends) => {
    for (const payout of [byBank(), byHand()]) {
      const wrong = Payout.restore({ ...payout.state, ...ends });
      expect(isOnItsWay(wrong.state, moment(after(HOUR)), POLICY)).toBe(false);
      const said: Said = ['inquiry', returned(UTR), HOUR, { askedLiveMs: after(HOUR).getTime() }];
      expect(told(wrong, [said]).state).toMatchObject(reversed);
    }
  });

  it.each<[string, Partial<PayoutState>]>([
    ['the clock ran 25 hours ahead', { submissionEndsAt: after(25 * HOUR) }],
    ['a count of live time was lost', { submissionEndsLiveMs: after(500 * HOUR).getTime() }],
  ])('stays for one lease by the other measure when %s during the call', (_, ends) => {
    const calling = Payout.restore({ ...byBank().state, ...ends });
    const at = TIMEOUT_MS - 3_000;
    const said: readonly Said[] = [['inquiry', returned(UTR), at, { askedLiveMs: after(at).getTime() }]];
    expect(told(calling, said).state.status).toBe('completed');
    expect(isOnItsWay(calling.state, moment(after(at)), POLICY)).toBe(true);
  });

  it('stays when the submission began while the bank was being asked, and another answer has called it paid', () => {
    expect(told(byBank(), [['inquiry', returned(UTR), 5_000, { askedAt: after(0) }]]).state.status).toBe('completed');
  });

  it('comes back though the count of live time by which the first half was noted was lost', () => {
    const at = (liveMs: number): Partial<EndedCall> => ({ askedLiveMs: liveMs });
    const noted = Payout.restore({
      ...told(byBank(), [['inquiry', rejected()]]).state,
      firstRejectedLiveMs: after(500 * HOUR).getTime(),
    });
    const anew: Said = ['inquiry', rejected(), LATER, at(after(LATER).getTime())];
    expect(told(noted, [anew]).state).toMatchObject({ status: 'completed', firstRejectedAt: after(LATER) });
    const second: Said = ['inquiry', rejected(), LATER + TIMEOUT_MS, at(after(LATER + TIMEOUT_MS).getTime())];
    expect(told(noted, [anew, second]).state).toMatchObject(reversed);
  });

  it('comes back once, whatever is said afterwards', () => {
    const said: readonly Said[] = [
      ['inquiry', returned()],
      ['callback', returned()],
      ['inquiry', rejected()],
      ['callback', rejected(UTR)],
    ];
    expect(told(byBank(), said).types).toEqual(['reversed']);
  });

  it('is kept with what the bank has named, and not under it', () => {
    const payout = byBank();
    const call = { kind: 'inquiry', gateway: BANK, attempt: 1, askedAt: after(HOUR) } as const;
    settlePayout(payout, call, returned(OTHER_UTR), POLICY, moment(after(HOUR)));
    expect(payout.newEvents).toMatchObject([
      {
        ...{ type: 'payout.reversed', from: 'completed', to: 'reversed', actor: `bank:${BANK}`, reason: CLOSED.reason },
        data: { failure: CLOSED, answer: { kind: 'inquiry', ending: 'returned', utr: OTHER_UTR } },
      },
    ]);
    expect(payout.state.utr).toBe(UTR);
  });

  it('is not kept waiting by a clock that ran ahead when the first half was noted', () => {
    const ahead: readonly Said[] = [
      ['inquiry', rejected(), 25 * HOUR],
      ['inquiry', rejected(), HOUR],
    ];
    expect(told(byBank(), ahead).state.firstRejectedAt).toEqual(after(HOUR));
    expect(told(byBank(), [...ahead, ['inquiry', rejected(), LATER]]).state).toMatchObject(reversed);
    const completedAhead = Payout.restore({ ...byBank().state, watchedFrom: after(25 * HOUR) });
    const said: readonly Said[] = [
      ['callback', rejected(), HOUR],
      ['inquiry', rejected(), HOUR],
    ];
    expect(told(completedAhead, said).state).toMatchObject(reversed);
  });
});

describe('the money of a payout that was completed by hand, or before that was kept', () => {
  const before = (): Payout => Payout.restore({ ...byHand().state, completedBy: null });

  it.each([byHand, before])('comes back when the bank says returned', (payout) => {
    expect(told(payout(), [['inquiry', returned()]]).state).toMatchObject(reversed);
  });

  it.each([byHand, before])('comes back when the bank says twice that the stored UTR has failed', (payout) => {
    const said: readonly Said[] = [
      ['callback', rejected(UTR)],
      ['inquiry', rejected(UTR)],
    ];
    expect(told(payout(), said).state).toMatchObject(reversed);
    expect(told(payout(), said.slice(1)).state.status).toBe('completed');
  });

  it('is a contradiction when the submission itself, which began before, is rejected', () => {
    const said: readonly Said[] = [['submission', rejected(), HOUR, { askedAt: after(1) }]];
    for (const payout of [byBank(), byHand()])
      expect(told(payout, said)).toMatchObject({ state: { bankDisagrees: true }, types: ['bank_disagreed'] });
  });

  it.each<[string, string | undefined]>([
    ['no UTR', undefined],
    ['another UTR', OTHER_UTR],
  ])('does not come back when what has failed has %s: a person looks', (_, utr) => {
    for (const payout of [byHand(), before()]) {
      const said: readonly Said[] = [
        ['callback', rejected(utr)],
        ['inquiry', rejected(utr)],
        ['inquiry', rejected(utr), LATER],
      ];
      const { state, types } = told(payout, said);
      expect(state).toMatchObject({ status: 'completed', bankDisagrees: true, firstRejectedAt: null });
      expect(types).toContain('bank_disagreed');
    }
  });
});
