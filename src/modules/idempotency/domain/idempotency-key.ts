import { DomainError } from '../../../shared/domain-error.js';

/** 1 to 255 printable ASCII characters. */
const PRINTABLE_ASCII = /^[ -~]{1,255}$/;

export class IdempotencyKeyReused extends DomainError {
  readonly code = 'idempotency_key_reused';

  constructor() {
    super('This Idempotency-Key was used for another request. Use a new key for a new request.');
  }
}

/**
 * The key as it is compared: without white space around it and without the quotes that a structured header string
 * carries (RFC 8941 §3.3.3).
 * @returns null when nothing usable is left
 */
export function parseIdempotencyKey(header: string): string | null {
  const trimmed = header.trim();
  const key = /^"(.*)"$/.exec(trimmed)?.[1] ?? trimmed;
  return PRINTABLE_ASCII.test(key) ? key : null;
}

/**
 * Refusals that a key remembers: asked again, they answer the same, even when they would now end otherwise.
 * Everything else (validation, authentication, an overloaded server) leaves the key unused.
 */
const RECORDED_REFUSALS: ReadonlySet<string> = new Set([
  'insufficient_funds',
  'bank_account_inactive',
  'bank_account_unknown',
  'mode_not_supported',
  'duplicate_reference',
  'purpose_code_required',
  'currency_not_supported',
  'limit_exceeded',
  'refund_exceeds_payment',
]);

export function isRecorded(error: unknown): error is DomainError {
  return error instanceof DomainError && RECORDED_REFUSALS.has(error.code);
}
