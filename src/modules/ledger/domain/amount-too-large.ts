import { DomainError } from '../../../shared/domain-error.js';
import { formatPaise, MAX_PAISE } from '../../../shared/money.js';
import type { Problem } from '../../../shared/problem.js';

export class AmountTooLarge extends DomainError {
  static override readonly problem: Problem = {
    code: 'amount_too_large',
    status: 422,
    title: 'An amount would be too large',
    meaning: 'A balance, or a sum, would pass `max_amount_paise`, the largest amount that a JSON number holds exactly.',
    remedy: 'Move less, or through the book of another merchant; of sums, ask for fewer days, or for the file (CSV).',
    members: {
      max_amount_paise: { type: 'integer', description: 'The largest amount.', example: Number(MAX_PAISE) },
    },
  };

  /** @param what would be too large, as the beginning of a sentence */
  constructor(what: string) {
    super(`${what} would pass ${formatPaise(MAX_PAISE)}.`, { max_amount_paise: Number(MAX_PAISE) });
  }
}

/** Whether it can be shown, on whichever side of zero it is. */
export function fits(paise: bigint): boolean {
  return paise <= MAX_PAISE && paise >= -MAX_PAISE;
}
