import { DomainError, type Refusal } from '../../../shared/domain-error.js';
import { IDEMPOTENCY_KEY_REUSED } from '../../../shared/problem.js';
import { InsufficientFunds } from './ledger.js';

export class FundingKeyReused extends DomainError {
  static override readonly problem = IDEMPOTENCY_KEY_REUSED;

  constructor(key: string) {
    super(`The key ${key} has funded this merchant with another amount.`);
  }
}

export const LEDGER_REFUSALS: readonly Refusal[] = [FundingKeyReused, InsufficientFunds];
