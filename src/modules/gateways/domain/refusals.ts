import { refusalWith, type Refusal } from '../../../shared/domain-error.js';
import { NOT_FOUND } from '../../../shared/problem.js';
import { ModeNotSupported } from './transfer-modes.js';

export class RuleNotFound extends refusalWith(NOT_FOUND, 'There is no such routing rule.') {}

export const GATEWAY_REFUSALS: readonly Refusal[] = [ModeNotSupported, RuleNotFound];
