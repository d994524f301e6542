import { DomainError } from '../../../shared/domain-error.js';
import type { PayoutStatus } from './payout-status.js';

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

const SAID = { succeeded: 'paid', returned: 'paid and returned', pending: 'in progress' } as const;

/** Releasing the hold now would give the merchant money that the bank has paid or may still pay. */
export class BankHasIt extends DomainError {
  readonly code = 'bank_has_it';

  constructor(answer: keyof typeof SAID) {
    super(`The bank reports the payout as ${SAID[answer]}. It cannot be failed.`);
  }
}

/** The bank cannot say whether it has the payout, and recovery is still asking. */
export class OutcomeUnknown extends DomainError {
  readonly code = 'outcome_unknown';

  constructor() {
    super('The bank cannot say yet what became of the payout. It can be failed by hand once it needs attention.');
  }
}

/** There is nothing to ask a bank about. */
export class NotSubmitted extends DomainError {
  readonly code = 'invalid_transition';

  constructor(status: PayoutStatus) {
    super('No bank has been asked to pay this payout yet.', { current_status: status, allowed_statuses: [] });
  }
}
