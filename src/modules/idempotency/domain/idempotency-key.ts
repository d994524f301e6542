import { DomainError, refusalWith, type Refusal } from '../../../shared/domain-error.js';
import { IDEMPOTENCY_KEY_REUSED, type Problem } from '../../../shared/problem.js';

/** 1 to 255 printable ASCII characters. */
const PRINTABLE_ASCII = /^[ -~]{1,255}$/;

export class IdempotencyKeyReused extends refusalWith(
  IDEMPOTENCY_KEY_REUSED,
  'This Idempotency-Key was used for another request. Use a new key for a new request.',
) {}

export class TooManyIdempotencyKeys extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_idempotency_keys',
    status: 422,
    title: 'The merchant has used too many Idempotency-Keys',
    meaning: 'The service has remembered as many different keys of this merchant within the window as it may.',
    remedy:
      'Wait until older keys are forgotten, and then use the same key again. Repeats of earlier requests are ' +
      'still answered.',
    members: { limit: { type: 'integer', description: 'How many keys are remembered.', example: 25_000_000 } },
  };

  constructor(limit: number) {
    super(`At most ${limit} Idempotency-Keys of one merchant are remembered.`, { limit });
  }
}

/**
 * The key as it is compared: without surrounding white space, and without the quotes of a structured header string (RFC
 * 8941 §3.3.3).
 * @returns null when nothing usable is left
 */
export function parseIdempotencyKey(header: string): string | null {
  const trimmed = header.trim();
  const key = /^"(.*)"$/.exec(trimmed)?.[1] ?? trimmed;
  return PRINTABLE_ASCII.test(key) ? key : null;
}

/**
 * Whether the key remembers this refusal. Any other error (validation, authentication, an overloaded server) leaves the
 * key unused.
 */
export function isRecorded(error: unknown): error is DomainError {
  return error instanceof DomainError && error.problem.remembered === true;
}

export const IDEMPOTENCY_REFUSALS: readonly Refusal[] = [IdempotencyKeyReused, TooManyIdempotencyKeys];
