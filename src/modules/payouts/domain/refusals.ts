import { DomainError, refusalWith, type Refusal } from '../../../shared/domain-error.js';
import {
  DUPLICATE_REFERENCE,
  INVALID_TRANSITION,
  NOT_AS_REQUESTED,
  NOT_FOUND,
  OUTCOME_UNKNOWN,
} from '../../../shared/problem.js';
import { hasItRefusal } from '../../../shared/submissions/end-by-hand.js';
import { InvalidTransition, type PayoutStatus } from './payout-status.js';

/** Also for another merchant's payout, so that nobody learns which ids exist. */
export class PayoutNotFound extends refusalWith(NOT_FOUND, 'There is no such payout.') {}

export class DuplicateReference extends DomainError {
  static override readonly problem = DUPLICATE_REFERENCE;

  constructor(payoutId: string) {
    super('Another payout of this merchant has this reference_id.', { payout_id: payoutId });
  }
}

/** Releasing the hold now would give the merchant money that the bank has paid or may still pay. */
export class BankHasIt extends hasItRefusal(
  {
    code: 'bank_has_it',
    status: 409,
    title: 'The bank has this payout',
    meaning: 'The bank reports the payout as paid or in progress. Failing it by hand could pay it twice.',
    remedy: 'Wait: the payout ends by itself once the bank reports the outcome.',
  },
  'The bank reports the payout as',
  { succeeded: 'paid', returned: 'paid and returned', pending: 'in progress' },
) {}

/** The bank cannot say whether it has the payout, or recovery asked it at the same time as the operator. */
export class OutcomeUnknown extends refusalWith(
  OUTCOME_UNKNOWN,
  'The bank cannot say yet how the payout ended, or the service was asking it at the same time. Try again later. ' +
    'Once it needs attention, it can be failed by hand.',
) {}

/** Ending the payout would release or settle a different amount from the one that is held for it. */
export class PayoutNotAsRequested extends refusalWith(
  NOT_AS_REQUESTED,
  'The stored payout differs from what was requested and held for. It was not ended, and needs attention.',
) {}

/** No bank has been sent the payout, so no bank can be asked about it. */
export class NotSubmitted extends DomainError {
  static override readonly problem = INVALID_TRANSITION;

  constructor(status: PayoutStatus) {
    super('No bank has been asked to pay this payout yet.', { current_status: status, allowed_statuses: [] });
  }
}

export const PAYOUT_REFUSALS: readonly Refusal[] = [
  PayoutNotFound,
  DuplicateReference,
  BankHasIt,
  OutcomeUnknown,
  PayoutNotAsRequested,
  NotSubmitted,
  InvalidTransition,
];
