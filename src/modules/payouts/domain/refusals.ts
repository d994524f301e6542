import { DomainError } from '../../../shared/domain-error.js';

/** Also said of a payout of another merchant: nobody learns which ids are taken. */
export class PayoutNotFound extends DomainError {
  readonly code = 'not_found';

  constructor() {
    super('There is no such payout.');
  }
}

export class DuplicateReference extends DomainError {
  readonly code = 'duplicate_reference';

  constructor(payoutId: string) {
    super('Another payout of this merchant carries this reference_id.', { payout_id: payoutId });
  }
}

/** Releasing the hold now would give the merchant money that the bank has paid or may still pay. */
export class BankHasIt extends DomainError {
  readonly code = 'bank_has_it';

  constructor(answer: 'succeeded' | 'pending') {
    super(`The bank reports the payout as ${answer === 'succeeded' ? 'paid' : 'in progress'}. It cannot be failed.`);
  }
}

/** The bank cannot say whether it has the payout, and recovery is still asking. */
export class OutcomeUnknown extends DomainError {
  readonly code = 'outcome_unknown';

  constructor() {
    super('The bank cannot say yet what became of the payout. It can be failed by hand once it needs attention.');
  }
}
