import { DomainError, refusalWith, type Refusal } from '../../../shared/domain-error.js';
import { formatPaise } from '../../../shared/money.js';
import { IDEMPOTENCY_KEY_REUSED, NOT_FOUND } from '../../../shared/problem.js';
import { AmountTooLarge } from './amount-too-large.js';
import { InsufficientFunds } from './ledger.js';

export class FundingKeyReused extends DomainError {
  static override readonly problem = IDEMPOTENCY_KEY_REUSED;

  /** @param paise the amounts: of the earlier movement, and the one that is refused */
  constructor(key: string, merchantId: string, paise: { readonly earlier: bigint; readonly asked: bigint }) {
    super(
      `The key ${key} already funded merchant ${merchantId} with ${formatPaise(paise.earlier)}, so it cannot fund it ` +
        `with ${formatPaise(paise.asked)}. Repeat the command with the earlier amount, or with another key.`,
    );
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
