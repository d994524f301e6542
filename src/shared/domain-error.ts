import type { Problem } from './problem.js';

/**
 * A refusal: the request was understood and is turned down, and nothing has changed. Each class describes itself in
 * `static problem`, which is part of the API (`/problems/<code>`); `extensions` are further members of the problem
 * document.
 */
export abstract class DomainError extends Error {
  /** Every class has one: its own, or one that several classes share. A spec reports classes without one. */
  declare static readonly problem: Problem;

  constructor(
    message: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = new.target.name;
  }

  get problem(): Problem {
    return (this.constructor as typeof DomainError).problem;
  }

  get code(): string {
    return this.problem.code;
  }
}

/**
 * The base of a refusal whose text is always the same: `class PayoutNotFound extends refusalWith(NOT_FOUND, '…') {}`.
 * @param message the problem document's `detail`
 */
export function refusalWith(problem: Problem, message: string): Refusal & (new () => DomainError) {
  return class extends DomainError {
    static override readonly problem = problem;

    constructor() {
      super(message);
    }
  };
}

/** A refusal's class, as modules list theirs in `<m>.public.ts`. */
export type Refusal = Pick<typeof DomainError, 'problem'>;
