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
    title: 'It is not known what was sent',
    meaning: 'After a failover of the database, orders that look unsent may be at a bank or a provider already.',
    remedy: 'Try again later: operators compare the books with the banks, and then it can be cancelled or goes on.',
  };

  constructor() {
    super('The database has failed over. Nothing is cancelled until the books have been compared with the banks.');
  }
}

/** @throws SubmissionsStopped when the books may not know of each order whether it was sent */
export function assertSendingIsKnown(gateways: Pick<GatewaysNow, 'isStopped' | 'isOutdated'>): void {
  if (gateways.isStopped || gateways.isOutdated) throw new SubmissionsStopped();
}

export const GATEWAY_REFUSALS: readonly Refusal[] = [ModeNotSupported, RuleNotFound, SubmissionsStopped];
