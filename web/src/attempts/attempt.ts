import type { Answer, Refusal } from './answer.ts';

/**
 * One payout, payment or refund that a person intends, under one Idempotency-Key. The key belongs to the exact text of
 * the body. It is stored before the first try and kept until the outcome is known. An attempt contains no API key.
 */
export interface Attempt {
  readonly key: string;
  readonly body: string;
  readonly madeAt: number;
  /**
   * The earliest time at which the service may have seen the key, and how long the service said then that it remembers
   * keys.
   */
  readonly birth: { readonly at: number; readonly windowMs: number } | null;
  readonly lastSentAt: number | null;
  /** Tries that were started and got no definite answer. A tab that is closed leaves its try counted here. */
  readonly openTries: number;
  readonly ending: Ending | null;
}

export type Ending =
  /** `replayed`: an earlier try had made it. `found`: a look-up found it. */
  | { readonly kind: 'paid'; readonly orderId: string; readonly how: 'made' | 'replayed' | 'found' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** It was looked up after the key stopped being trusted, and does not exist. */
  | { readonly kind: 'not_made' };

export type Standing = 'ready' | 'unknown' | Ending['kind'];

/** What may be done next. `look_up`: the service may soon forget the key, after which another try could pay twice. */
export type Step = 'send' | 'look_up' | 'none';

/**
 * A key is trusted for this part of its window. The rest allows for clocks that differ and for a try that takes long.
 */
const TRUSTED_TENTHS = 9;

/** A clock may go back by this much without meaning anything. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * A request that was sent is in transit for no longer than this; only after it does an empty look-up prove that nothing
 * was made.
 */
export const ON_ITS_WAY_MS = 120_000;

/** How long an attempt is kept that has ended or was never sent. */
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
 * The open attempt at exactly this body, or a new one. While the outcome of an attempt is unknown, no other is made for
 * its body.
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

/** The last payout made with exactly this body, as a warning before it is sent again. Null if none is kept. */
export function paidBefore({ key, body }: Attempt, attempts: readonly Attempt[]): PaidBefore | null {
  const before = attempts.findLast((attempt) => attempt.key !== key && attempt.body === body);
  return before?.ending?.kind === 'paid' ? { orderId: before.ending.orderId, at: before.madeAt } : null;
}

export interface PaidBefore {
  readonly orderId: string;
  readonly at: number;
}

/** Gives up an attempt that was never sent. One whose outcome is unknown stays, and its fields stay locked. */
export function withdraw(attempts: readonly Attempt[], key: string): readonly Attempt[] {
  return attempts.filter((attempt) => attempt.key !== key || standingOf(attempt) !== 'ready');
}

/** Called before a try is sent: from here on its outcome is unknown, whatever happens to the page. */
export function beginTry(attempt: Attempt, now: number, windowMs: number): Attempt {
  return {
    ...attempt,
    birth: attempt.birth ?? { at: now, windowMs },
    lastSentAt: now,
    openTries: attempt.openTries + 1,
  };
}

/**
 * Applies the answer to a try. Once the order is paid, nothing changes that. A refusal that the key does not remember
 * counts for its own try only: another try may be in transit, or may have paid.
 */
export function endTry(attempt: Attempt, answer: Answer): Attempt {
  if (attempt.ending?.kind === 'paid' || answer.kind === 'unknown') return attempt;
  if (answer.kind === 'paid') return ended(attempt, answer);
  const openTries = Math.max(0, attempt.openTries - 1);
  const isDefinite = answer.isRemembered || openTries === 0;
  if (attempt.ending !== null || !isDefinite) return { ...attempt, openTries };
  return ended(attempt, { kind: 'refused', refusal: answer.refusal });
}

/** @param orderId the order that was found, or null */
export function endLookUp(attempt: Attempt, orderId: string | null, now: number): Attempt {
  if (nextStep(attempt, now) !== 'look_up') return attempt;
  if (orderId !== null) return ended(attempt, { kind: 'paid', orderId, how: 'found' });
  const mayArrive = now - (attempt.lastSentAt ?? 0) < ON_ITS_WAY_MS;
  return mayArrive ? attempt : ended(attempt, { kind: 'not_made' });
}

function ended(attempt: Attempt, ending: Ending): Attempt {
  return { ...attempt, openTries: 0, ending };
}

/**
 * An ended attempt is kept longer while another at the same body is unknown: a look-up must not mistake its payout for
 * that one's.
 */
function isRetained({ body, madeAt }: Attempt, attempts: readonly Attempt[], now: number): boolean {
  const isOpen = attempts.some((attempt) => attempt.body === body && standingOf(attempt) === 'unknown');
  return isOpen || now - madeAt < RETENTION_MS;
}
