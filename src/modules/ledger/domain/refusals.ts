import { DomainError, refusalWith, type Refusal } from '../../../shared/domain-error.js';
import { IDEMPOTENCY_KEY_REUSED, NOT_FOUND } from '../../../shared/problem.js';
import { AmountTooLarge } from './amount-too-large.js';
import { InsufficientFunds } from './ledger.js';

export class FundingKeyReused extends DomainError {
  static override readonly problem = IDEMPOTENCY_KEY_REUSED;

  constructor(key: string) {
    super(`The key ${key} was already used to fund this merchant with a different amount.`);
  }
}

/** Nothing rests on this evidence now, or nobody may acknowledge it. */
export class FindingNotFound extends refusalWith(
  NOT_FOUND,
  'verify does not currently report such a finding that can be acknowledged. Run it again: the evidence may have ' +
    'changed.',
) {}

export const LEDGER_REFUSALS: readonly Refusal[] = [
  AmountTooLarge,
  FindingNotFound,
  FundingKeyReused,
  InsufficientFunds,
];
