import { DomainError } from '../../../shared/domain-error.js';
import { formatPaise, MAX_PAISE } from '../../../shared/money.js';
import type { Problem } from '../../../shared/problem.js';

/**
 * Reserved in a book that is nearly full, so that payments that were charged meanwhile can be credited: room for a
 * hundred payments of 10^13 paise each, the highest value that `PAYMENT_LIMIT_PAISE` may have.
 */
export const RESERVED_PAISE = 1_000_000_000_000_000n;

export class AmountTooLarge extends DomainError {
  static override readonly problem: Problem = {
    code: 'amount_too_large',
    status: 422,
    title: 'An amount would be too large',
    meaning:
      'A balance or a sum would exceed `max_amount_paise`, the largest amount that a JSON number holds exactly. ' +
      `Or a new payment or an adjustment would leave less than ${formatPaise(RESERVED_PAISE)} below that amount, ` +
      'which is reserved for payments that are in progress.',
    remedy: 'Move a smaller amount. For a sum, ask for fewer days, or download the file (CSV).',
    members: {
      max_amount_paise: { type: 'integer', description: 'The largest amount.', example: Number(MAX_PAISE) },
    },
  };

  private constructor(detail: string) {
    super(detail, { max_amount_paise: Number(MAX_PAISE) });
  }

  /** @param what what would be too large, as the beginning of a sentence */
  static of(what: string): AmountTooLarge {
    return new AmountTooLarge(`${what} would exceed ${formatPaise(MAX_PAISE)}.`);
  }

  /** For the total that a merchant has received. */
  static leavingTooLittleRoom(): AmountTooLarge {
    const reserved = formatPaise(RESERVED_PAISE);
    const largest = formatPaise(MAX_PAISE);
    return new AmountTooLarge(
      `What the merchant has received in all would exceed ${formatPaise(MAX_PAISE - RESERVED_PAISE)}: of ` +
        `${largest}, the largest balance, ${reserved} are reserved for payments that are in progress.`,
    );
  }
}

/** Whether the amount can be shown, whether positive or negative. */
export function fits(paise: bigint): boolean {
  return paise <= MAX_PAISE && paise >= -MAX_PAISE;
}
