import { DomainError, type Refusal } from '../../../shared/domain-error.js';
import { NOT_FOUND } from '../../../shared/problem.js';
import { ModeNotSupported } from './transfer-modes.js';

export class RuleNotFound extends DomainError {
  static override readonly problem = NOT_FOUND;

  constructor() {
    super('There is no such routing rule.');
  }
}

export const GATEWAY_REFUSALS: readonly Refusal[] = [ModeNotSupported, RuleNotFound];
