import { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../../../shared/problem.js';

/**
 * Somebody resumes submissions after the failovers that they have looked at, but the database has failed over again.
 */
export class AnotherFailover extends DomainError {
  static override readonly problem: Problem = {
    code: 'another_failover',
    status: 409,
    title: 'The database has failed over again',
    meaning:
      'Submissions are stopped because of a failover that is not among those that you have reviewed. Nothing was ' +
      'resumed.',
    remedy: 'Review it too (`GET /database-failovers`), compare the books again, and name it when you resume.',
  };

  constructor(seenAt: Date) {
    super(`The failover of ${seenAt.toISOString()} is not among those that you have reviewed. Nothing was resumed.`);
  }
}
