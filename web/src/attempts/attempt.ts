import type { Answer, Refusal } from './answer.ts';

/**
 * One payout, payment or refund that a person means, under one Idempotency-Key. The key belongs to the exact text of the body, and is kept
 * from before the first try until it is known what became of it. No API key is in it.
 */
export interface Attempt {
  readonly key: string;
  readonly body: string;
  readonly madeAt: number;
  /** When the service may have seen the key first, and how long it remembers keys by what it said then. */
  readonly birth: { readonly at: number; readonly windowMs: number } | null;
  readonly lastSentAt: number | null;
  /** Tries that were begun and have brought no definite answer: a tab that is gone leaves its try here. */
  readonly openTries: number;
  readonly ending: Ending | null;
}

export type Ending =
  /** `replayed`: an earlier try had made it. `found`: it was looked up. */
  | { readonly kind: 'paid'; readonly orderId: string; readonly how: 'made' | 'replayed' | 'found' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** It was looked up when the key counted no more, and is not there. */
  | { readonly kind: 'not_made' };

export type Standing = 'ready' | 'unknown' | Ending['kind'];

/** What may be done next. `look_up`: the key may be forgotten soon, and then another try could pay a second time. */
export type Step = 'send' | 'look_up' | 'none';

/** For so much of its window a key is trusted. The rest is for clocks that differ and for a try that takes long. */
const TRUSTED_TENTHS = 9;

/** So much may a clock go back without meaning anything. */
const CLOCK_TOLERANCE_MS = 60_000;

/** A request that was sent is on its way no longer than this: only then does a look-up that finds nothing prove it. */
export const ON_ITS_WAY_MS = 120_000;

/** How long what has ended, or was never sent, is kept. */
const RETENTION_MS = 86_400_000;

export function standingOf({ ending, openTries }: Attempt): Standing {
  return ending?.kind ?? (openTries > 0 ? 'unknown' : 'ready');
}

export function nextStep({ ending, birth }: Attempt, now: number): Step {
  if (ending !== null) return 'none';
  if (birth === null) return 'send';
  const wentBack = now < birth.at - CLOCK_TOLERANCE_MS;
  return wentBack || now >= trustedUntil(birth) ? 'look_up' : 'send';
}

export function trustedUntil({ at, windowMs }: NonNullable<Attempt['birth']>): number {
  return at + Math.floor((windowMs * TRUSTED_TENTHS) / 10);
}

/**
 * The attempt at exactly this body that is still open, or a new one. As long as the outcome of one is unknown no other
 * is made for its body.
 */
export function propose(
  attempts: readonly Attempt[],
  { body, key, now }: { body: string; key: string; now: number },
): readonly [readonly Attempt[], Attempt] {
  const open = attempts.find((attempt) => attempt.body === body && attempt.ending === null);
  if (open !== undefined) return [attempts, open];
  const fresh = { key, body, madeAt: now, birth: null, lastSentAt: null, openTries: 0, ending: null };
  return [[...attempts.filter((attempt) => isRetained(attempt, attempts, now)), fresh], fresh];
}

/** The last payout that was made by exactly this body: whoever sends it again should know. Null: none is kept. */
export function paidBefore({ key, body }: Attempt, attempts: readonly Attempt[]): PaidBefore | null {
  const before = attempts.findLast((attempt) => attempt.key !== key && attempt.body === body);
  return before?.ending?.kind === 'paid' ? { orderId: before.ending.orderId, at: before.madeAt } : null;
}

export interface PaidBefore {
  readonly orderId: string;
  readonly at: number;
}

/** Gives up an attempt that was never sent. One whose outcome is unknown stays: its fields are locked. */
export function withdraw(attempts: readonly Attempt[], key: string): readonly Attempt[] {
  return attempts.filter((attempt) => attempt.key !== key || standingOf(attempt) !== 'ready');
}

/** Before a try leaves: from here on its outcome is unknown, whatever becomes of the page. */
export function beginTry(attempt: Attempt, now: number, windowMs: number): Attempt {
  return {
    ...attempt,
    birth: attempt.birth ?? { at: now, windowMs },
    lastSentAt: now,
    openTries: attempt.openTries + 1,
  };
}

/**
 * What a try has brought. Money that was paid is the last word. A refusal that the key does not remember speaks for its
 * own try alone: another one may be on its way, or may have paid.
 */
export function endTry(attempt: Attempt, answer: Answer): Attempt {
  if (attempt.ending?.kind === 'paid' || answer.kind === 'unknown') return attempt;
  if (answer.kind === 'paid') return ended(attempt, answer);
  const openTries = Math.max(0, attempt.openTries - 1);
  const isDefinite = answer.isRemembered || openTries === 0;
  if (attempt.ending !== null || !isDefinite) return { ...attempt, openTries };
  return ended(attempt, { kind: 'refused', refusal: answer.refusal });
}

/** @param orderId what was found; null: nothing */
export function endLookUp(attempt: Attempt, orderId: string | null, now: number): Attempt {
  if (nextStep(attempt, now) !== 'look_up') return attempt;
  if (orderId !== null) return ended(attempt, { kind: 'paid', orderId, how: 'found' });
  const mayArrive = now - (attempt.lastSentAt ?? 0) < ON_ITS_WAY_MS;
  return mayArrive ? attempt : ended(attempt, { kind: 'not_made' });
}

function ended(attempt: Attempt, ending: Ending): Attempt {
  return { ...attempt, openTries: 0, ending };
}

/** What has ended is kept longer while another one at its body is unknown: a look-up must not take its payout for that. */
function isRetained({ body, madeAt }: Attempt, attempts: readonly Attempt[], now: number): boolean {
  const isOpen = attempts.some((attempt) => attempt.body === body && standingOf(attempt) === 'unknown');
  return isOpen || now - madeAt < RETENTION_MS;
}
