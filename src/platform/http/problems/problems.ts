import { assert } from '../../../shared/assert.js';
import { DomainError, type Refusal } from '../../../shared/domain-error.js';
import { jsonOf } from '../../../shared/json.js';
import type { Problem } from '../../../shared/problem.js';
import type { Reply } from '../../../shared/reply.js';
import { AnotherFailover } from '../../database/watches/another-failover.js';
import { AdministrationDisabled } from '../../database/connections/admin-database.js';
import { ExportTooLarge } from './export-too-large.js';
import { ListTooSlow, TooManyConcurrentRequests } from '../../database/reads/lists.js';
import { BookNotFound } from '../../group-commit/write.js';
import { Overloaded } from '../../group-commit/overloaded.js';
import { DataKeyUnknown } from '../../sealing/sealer.js';
import { AnsweredBefore } from './answered-before.js';
import {
  CursorInvalid,
  Forbidden,
  IdempotencyKeyMissing,
  NotFound,
  ProtocolError,
  RateLimited,
  Unauthenticated,
  ValidationFailed,
} from './refusals.js';

/** For errors that are not refusals: mistakes of ours. */
const INTERNAL_ERROR: Problem = {
  code: 'internal_error',
  status: 500,
  title: 'Internal error',
  meaning: 'The request failed because of an error in the service. It was logged with the `request_id`.',
  remedy:
    'Repeat the request with the same Idempotency-Key, or first read what it may have changed. If the error ' +
    'persists, report the `request_id`.',
};

const OF_HTTP: readonly Problem[] = [
  ...[ValidationFailed, IdempotencyKeyMissing, CursorInvalid, Unauthenticated, RateLimited, Forbidden, NotFound].map(
    problemOfClass,
  ),
  ...ProtocolError.problems,
  ...[
    AnsweredBefore,
    BookNotFound,
    Overloaded,
    AdministrationDisabled,
    AnotherFailover,
    TooManyConcurrentRequests,
    ListTooSlow,
  ].map(problemOfClass),
  problemOfClass(DataKeyUnknown),
  problemOfClass(ExportTooLarge),
  INTERNAL_ERROR,
];

/** Every problem with which the API answers: those of HTTP, and those of the modules, which the wiring registers. */
export class Problems {
  private readonly byCode = new Map<string, Problem>();

  /** @param refusals the classes of the modules */
  constructor(refusals: readonly Refusal[]) {
    for (const problem of [...OF_HTTP, ...refusals.map(problemOfClass)]) {
      const known = this.byCode.get(problem.code);
      assert(known === undefined || known === problem, `the problem ${problem.code} is defined once`);
      this.byCode.set(problem.code, problem);
    }
  }

  /** In the order of their statuses. */
  get all(): readonly Problem[] {
    return [...this.byCode.values()].sort((a, b) => a.status - b.status);
  }

  find(code: string): Problem | null {
    return this.byCode.get(code) ?? null;
  }
}

function problemOfClass({ problem }: Refusal): Problem {
  return problem;
}

/** Whether the error may be shown to the caller. A refusal whose class has no problem is a mistake of ours. */
export function isRefusal(error: unknown): error is DomainError {
  return error instanceof DomainError && (error.problem as Problem | undefined) !== undefined;
}

/**
 * The problem document (RFC 9457) of an error. An error that is not a refusal becomes an `internal_error` that reveals
 * nothing internal. For refusals that a key remembers, the write path records exactly these bytes.
 */
export function problemOf(error: unknown, requestId: string): Reply {
  if (isRefusal(error)) return answer(error.problem, error.message, requestId, error.extensions);
  return answer(INTERNAL_ERROR, 'The request could not be completed.', requestId, {});
}

function answer(
  { code, status, title }: Problem,
  detail: string,
  requestId: string,
  extensions: Readonly<Record<string, unknown>>,
): Reply {
  const members = { type: `/problems/${code}`, title, status, detail, code, request_id: requestId };
  // Spread twice: the standard members come first, and an extension of the same name cannot replace one.
  const body = jsonOf({ ...members, ...extensions, ...members });
  return { status, contentType: 'application/problem+json', body };
}
