import { DomainError, refusalWith, type Refusal } from '../../../shared/domain-error.js';
import { NOT_FOUND, type Problem } from '../../../shared/problem.js';

/** Also for an id that exists but is not the caller's: nobody learns which ids exist. */
export class MerchantNotFound extends refusalWith(NOT_FOUND, 'There is no such merchant.') {}

export class ApiKeyNotFound extends refusalWith(NOT_FOUND, 'There is no such API key.') {}

export class BankAccountNotFound extends refusalWith(NOT_FOUND, 'There is no such bank account.') {}

export class MerchantInactive extends DomainError {
  static override readonly problem: Problem = {
    code: 'merchant_inactive',
    status: 403,
    title: 'The merchant is not active',
    meaning:
      'An inactive merchant can read everything, but cannot move money. What was requested before waits until ' +
      'the merchant is active.',
    remedy: 'Ask the operator to activate the merchant, then send the same request with the same key.',
  };

  constructor() {
    super('The merchant is not active. It can read, but not move money.');
  }
}

/** A payout names an inactive account; or the merchant has an inactive one with the same destination. */
export class BankAccountInactive extends DomainError {
  static override readonly problem: Problem = {
    code: 'bank_account_inactive',
    status: 422,
    title: 'The bank account is not active',
    meaning:
      'Nothing is paid to an inactive bank account; what was requested before waits until it is active again. ' +
      'Meanwhile its number and IFSC, or its VPA, cannot be registered under another name.',
    remedy: 'Activate the bank account, or name another one, and use a new Idempotency-Key.',
    remembered: true,
  };

  constructor(detail = 'The bank account is not active. Activate it, or pay out to another one.') {
    super(detail);
  }

  static ofDestination(): BankAccountInactive {
    return new BankAccountInactive(
      'A bank account with this destination is inactive. Activate it before you register it under another ' +
        'holder’s name.',
    );
  }
}

/** A payout names an account that the merchant does not have. */
export class BankAccountUnknown extends DomainError {
  static override readonly problem: Problem = {
    code: 'bank_account_unknown',
    status: 422,
    title: 'There is no such bank account',
    meaning: 'The merchant has no bank account with the id in the body.',
    remedy: 'List the bank accounts with `GET /api/v1/bank-accounts`, or register a new one.',
    remembered: true,
  };

  constructor() {
    super('The merchant has no bank account with this id.');
  }
}

export class TooManyBankAccounts extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_bank_accounts',
    status: 422,
    title: 'The merchant has too many bank accounts',
    meaning: 'The merchant has registered as many bank accounts as one may have. Inactive accounts count.',
    remedy: 'Pay out to an account that is already registered, or ask the operator to raise the limit.',
    members: {
      limit: { type: 'integer', description: 'How many bank accounts a merchant may have.', example: 100_000 },
    },
  };

  constructor(limit: number) {
    super(`A merchant may register up to ${limit} bank accounts.`, { limit });
  }
}

export class TooManyApiKeys extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_api_keys',
    status: 422,
    title: 'The merchant has too many API keys',
    meaning: 'The merchant has as many valid API keys as one may have.',
    remedy: 'Revoke a key that is no longer used.',
    members: { limit: { type: 'integer', description: 'How many valid keys a merchant may have.', example: 100 } },
  };

  constructor(limit: number) {
    super(`A merchant may have up to ${limit} valid API keys.`, { limit });
  }
}

export const MERCHANT_REFUSALS: readonly Refusal[] = [
  MerchantNotFound,
  ApiKeyNotFound,
  BankAccountNotFound,
  MerchantInactive,
  BankAccountInactive,
  BankAccountUnknown,
  TooManyBankAccounts,
  TooManyApiKeys,
];
