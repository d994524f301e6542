import { describe, expect, it } from 'vitest';
import { type Answer, NO_ANSWER } from './answer.ts';
import {
  type Attempt,
  beginTry,
  endLookUp,
  endTry,
  nextStep,
  propose,
  standingOf,
  trustedUntil,
  withdraw,
} from './attempt.ts';

const DAY_MS = 86_400_000;
const BODY = '{"amount_paise":50000}';
const PAID: Answer = { kind: 'paid', orderId: 'p1', how: 'made' };
const refused = (isRemembered: boolean): Answer => ({
  kind: 'refused',
  isRemembered,
  refusal: { status: 422, code: 'no', detail: 'No.', requestId: 'r1', errors: [], members: {} },
});

const made = (body = BODY, key = 'k1', now = 0): Attempt => propose([], { body, key, now })[1];
const sent = (now = 0): Attempt => beginTry(made(), now, DAY_MS);
const lost = (): Attempt => endTry(sent(), NO_ANSWER);

describe('an attempt at a payout', () => {
  it('keeps its key while nobody knows what became of it', () => {
    const [, again] = propose([lost()], { body: BODY, key: 'k2', now: 5 });
    expect([standingOf(lost()), again.key]).toEqual(['unknown', 'k1']);
  });

  it('is unknown from before it leaves: a page that is closed now has sent it, perhaps', () => {
    expect(standingOf(sent())).toBe('unknown');
  });

  it('is another one for another body', () => {
    const [attempts, other] = propose([lost()], { body: '{"amount_paise":1}', key: 'k2', now: 5 });
    expect([attempts.length, other.key]).toEqual([2, 'k2']);
  });

  it.each([PAID, refused(true), refused(false)])('gets a new key once the answer is definite: $kind', (answer) => {
    const [, next] = propose([endTry(sent(), answer)], { body: BODY, key: 'k2', now: 5 });
    expect(next.key).toBe('k2');
  });

  it('stays unknown where a refusal speaks for a later try alone', () => {
    const twice = beginTry(lost(), 5, DAY_MS);
    expect(standingOf(endTry(twice, refused(false)))).toBe('unknown');
    expect(standingOf(endTry(twice, refused(true)))).toBe('refused');
  });

  it('is paid where a try says so, whatever another one said', () => {
    expect(standingOf(endTry(endTry(sent(), refused(true)), PAID))).toBe('paid');
    expect(standingOf(endTry(endTry(sent(), PAID), refused(true)))).toBe('paid');
  });

  it('can be taken back until it is sent', () => {
    expect(withdraw([made()], 'k1')).toEqual([]);
    expect(withdraw([lost()], 'k1')).toEqual([lost()]);
  });

  it('is looked up, not sent again, near the end of the window that the service named at its birth', () => {
    const end = trustedUntil({ at: 0, windowMs: DAY_MS });
    const later = beginTry(lost(), 1_000, 100 * DAY_MS);
    expect([nextStep(later, end - 1), nextStep(later, end)]).toEqual(['send', 'look_up']);
  });

  it('is looked up where the clock has gone back: nobody knows how old the key is', () => {
    const attempt = endTry(sent(DAY_MS), NO_ANSWER);
    expect(nextStep(attempt, 0)).toBe('look_up');
  });

  it('was not made where nothing is found, unless a try may still arrive', () => {
    const end = trustedUntil({ at: 0, windowMs: DAY_MS });
    const late = beginTry(lost(), end - 1, DAY_MS);
    expect(standingOf(endLookUp(late, null, end))).toBe('unknown');
    expect(standingOf(endLookUp(late, null, end + 120_000))).toBe('not_made');
    expect(endLookUp(late, 'p9', end).ending).toEqual({ kind: 'paid', orderId: 'p9', how: 'found' });
  });

  it('is forgotten a day after its end, and never while it is unknown', () => {
    const old = [lost(), { ...endTry(sent(), PAID), key: 'k2', body: 'b' }];
    expect(propose(old, { body: 'c', key: 'k3', now: 2 * DAY_MS })[0].map(({ key }) => key)).toEqual(['k1', 'k3']);
  });
});
