import { DomainError } from '../../shared/domain-error.js';
import type { ProblemCode } from './problems.js';

/** One field that is wrong. `pointer` says where: `#/amount_paise`, `#/query/limit`, `#/headers/X-Merchant-Id`. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export class ValidationFailed extends DomainError {
  readonly code = 'validation_failed';

  constructor(errors: readonly [FieldError, ...FieldError[]]) {
    super(errors.length === 1 ? errors[0].detail : `${errors.length} fields are not valid.`, { errors });
  }
}

export class IdempotencyKeyMissing extends DomainError {
  readonly code = 'idempotency_key_missing';

  constructor() {
    super('Send the header Idempotency-Key with a value that is unique to this intent.');
  }
}

export class CursorInvalid extends DomainError {
  readonly code = 'cursor_invalid';

  constructor() {
    super('The cursor was changed, or belongs to another list or to other filters.');
  }
}

export class Unauthenticated extends DomainError {
  readonly code = 'unauthenticated';
}

export class Forbidden extends DomainError {
  readonly code = 'forbidden';
}

/** Also for what exists but is not the caller's: a 403 would tell that it exists. */
export class NotFound extends DomainError {
  readonly code = 'not_found';

  constructor(detail = 'There is no such thing.') {
    super(detail);
  }
}

/** The request broke a rule of HTTP or of the transport before any endpoint saw it. */
export class ProtocolError extends DomainError {
  constructor(
    readonly code: ProblemCode &
      (
        | 'malformed_json'
        | 'malformed_request'
        | 'method_not_allowed'
        | 'request_timeout'
        | 'payload_too_large'
        | 'uri_too_long'
        | 'unsupported_media_type'
        | 'headers_too_large'
      ),
    detail: string,
    extensions?: Readonly<Record<string, unknown>>,
  ) {
    super(detail, extensions);
  }
}
