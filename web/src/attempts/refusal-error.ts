import { type ProblemCode, ProblemError } from '../api/problem.ts';
import type { Attempt } from './attempt.ts';

/** The refusal of an attempt, in the form of any other refusal; null if it was not refused. */
export function refusalError(attempt: Attempt | undefined): ProblemError | null {
  if (attempt?.ending?.kind !== 'refused') return null;
  const { status, code, detail, requestId, errors } = attempt.ending.refusal;
  return new ProblemError(status, code as ProblemCode, detail, requestId, errors);
}
