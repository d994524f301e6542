import { DomainError, refusalWith, type Refusal } from '../../../shared/domain-error.js';
import { NOT_FOUND, type Problem } from '../../../shared/problem.js';
import type { GatewaysNow } from './availability.js';
import { ModeNotSupported } from './transfer-modes.js';

export class RuleNotFound extends refusalWith(NOT_FOUND, 'There is no such routing rule.') {}

/** After a failover the database may not know that an order was sent: one that looks unsent may have been paid. */
export class SubmissionsStopped extends DomainError {
  static override readonly problem: Problem = {
    code: 'submissions_stopped',
    status: 409,
    title: 'It is not known which orders were sent',
    meaning:
      'The database has failed over, so an order that looks unsent may already be at a bank or a payment provider.',
    remedy:
      'Try again later. The operators first compare the books with the banks; then the order can be cancelled, or ' +
      'is submitted.',
  };

  constructor() {
    super('The database has failed over. Nothing can be cancelled until the books have been compared with the banks.');
  }
}

/** @throws SubmissionsStopped when the books may not know of each order whether it was sent */
export function assertSendingIsKnown(gateways: Pick<GatewaysNow, 'isStopped' | 'isOutdated'>): void {
  if (gateways.isStopped || gateways.isOutdated) throw new SubmissionsStopped();
}

export const GATEWAY_REFUSALS: readonly Refusal[] = [ModeNotSupported, RuleNotFound, SubmissionsStopped];
