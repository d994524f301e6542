import { DomainError } from '../../shared/domain-error.js';

/**
 * The request was not answered: too many are waiting, the book is locked, or the database is unreachable. A write may or may
 * not have been committed; the same request with the same key finds out and has one effect.
 */
export class Overloaded extends DomainError {
  readonly code = 'overloaded';
}
