import { DomainError } from '../../shared/domain-error.js';
import type { Problem } from '../../shared/problem.js';

/**
 * The request was not answered: too many are waiting, the book is locked, or the database is unreachable. A write may
 * or may not have been committed; the same request with the same key finds out and has one effect.
 */
export class Overloaded extends DomainError {
  static override readonly problem: Problem = {
    code: 'overloaded',
    status: 503,
    title: 'The service cannot answer this now',
    meaning:
      'Too many requests are waiting, or a part of the service is unreachable. A request that moves money may ' +
      'have been carried out.',
    remedy:
      'Repeat it with the same Idempotency-Key after `Retry-After` seconds: it has only one effect, even if it was ' +
      'carried out.',
  };

  /**
   * True if it is unknown whether the write was committed. Then a write without a key of its own must not be run again.
   */
  readonly mayHaveCommitted: boolean;

  constructor(message: string, { mayHaveCommitted = false } = {}) {
    super(message);
    this.mayHaveCommitted = mayHaveCommitted;
  }
}
