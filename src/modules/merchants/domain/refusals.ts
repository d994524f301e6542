import { DomainError } from '../../../shared/domain-error.js';

/** Also said of what exists but is not the caller's: nobody learns which ids are taken. */
export class MerchantNotFound extends DomainError {
  readonly code = 'not_found';

  constructor() {
    super('There is no such merchant.');
  }
}

export class ApiKeyNotFound extends DomainError {
  readonly code = 'not_found';

  constructor() {
    super('The merchant has no such API key.');
  }
}

export class BankAccountNotFound extends DomainError {
  readonly code = 'not_found';

  constructor() {
    super('There is no such bank account.');
  }
}

export class MerchantInactive extends DomainError {
  readonly code = 'merchant_inactive';

  constructor() {
    super('The merchant is not active. It can read, but not move money.');
  }
}

/** A payout names an account that takes no new ones. */
export class BankAccountInactive extends DomainError {
  readonly code = 'bank_account_inactive';

  constructor() {
    super('The bank account is not active. Activate it, or pay out to another one.');
  }
}

/** A payout names an account that the merchant does not have. */
export class BankAccountUnknown extends DomainError {
  readonly code = 'bank_account_unknown';

  constructor() {
    super('The merchant has no bank account with this id.');
  }
}
