import { DomainError } from '../../../shared/domain-error.js';
import { NOT_FOUND, type Problem } from '../../../shared/problem.js';

/** One field that is wrong. `pointer` says where: `#/amount_paise`, `#/query/limit`, `#/headers/X-Merchant-Id`. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export class ValidationFailed extends DomainError {
  static override readonly problem: Problem = {
    code: 'validation_failed',
    status: 400,
    title: 'The request is not valid',
    meaning: 'Fields of the body, the query or a header do not have the required form.',
    remedy:
      'Read `errors`: each entry names one field and says what is expected. This request recorded and changed ' +
      'nothing. If an earlier request under the same Idempotency-Key got no answer, first find out what it did.',
    members: {
      errors: {
        type: 'errors',
        description: 'One entry for each field that is not valid.',
        example: [{ pointer: '#/amount_paise', detail: 'amount_paise is required.' }],
      },
    },
  };

  constructor(errors: readonly [FieldError, ...FieldError[]]) {
    super(errors.length === 1 ? errors[0].detail : `${errors.length} fields are not valid.`, { errors });
  }
}

export class IdempotencyKeyMissing extends DomainError {
  static override readonly problem: Problem = {
    code: 'idempotency_key_missing',
    status: 400,
    title: 'An Idempotency-Key is required',
    meaning:
      'Requests that move money must carry the header `Idempotency-Key`, so that repeating one has no further ' +
      'effect.',
    remedy:
      'Generate a new random key (a UUID, for example) for each intended movement, store it, and send it with ' +
      'every repeat of the request.',
  };

  constructor() {
    super('Send the header Idempotency-Key with a value that is unique to this request.');
  }
}

export class CursorInvalid extends DomainError {
  static override readonly problem: Problem = {
    code: 'cursor_invalid',
    status: 400,
    title: 'The cursor does not belong to this list',
    meaning: 'The cursor was changed, or comes from another list or from other filters.',
    remedy: 'Follow `next` and `previous` as they are, or start again without a cursor.',
  };

  constructor() {
    super('The cursor was changed, or belongs to another list or to other filters.');
  }
}

export class Unauthenticated extends DomainError {
  static override readonly problem: Problem = {
    code: 'unauthenticated',
    status: 401,
    title: 'A valid API key is required',
    meaning: 'No key was sent, the key is unknown or was revoked, or two different keys were sent.',
    remedy: 'Send one of `Authorization: Api-Key KEY`, `Authorization: Bearer KEY` or `X-API-KEY: KEY`.',
  };
}

export class RateLimited extends DomainError {
  static override readonly problem: Problem = {
    code: 'rate_limited',
    status: 429,
    title: 'Too many requests',
    meaning:
      'More requests were sent in a second with this API key, or with all keys of its merchant together, than ' +
      '`RateLimit-Policy` allows; or too many wrong API keys have come from this address within a minute.',
    remedy:
      'Wait as long as `Retry-After` says, then send the request again, with the same Idempotency-Key if it ' +
      'moves money. If the key was wrong, send the right one: it is accepted at once.',
  };

  constructor(
    detail: string,
    /** Sent as `Retry-After`. */
    readonly retryAfterSeconds: number,
  ) {
    super(detail);
  }
}

export class Forbidden extends DomainError {
  static override readonly problem: Problem = {
    code: 'forbidden',
    status: 403,
    title: 'This key may not do this',
    meaning: 'The key is valid, but the endpoint is for another kind of key, or the request names another merchant.',
    remedy: 'Use an operator key for operator endpoints, and omit `X-Merchant-Id` with a merchant key.',
  };
}

/** Also for what exists but is not the caller's: a 403 would reveal that it exists. */
export class NotFound extends DomainError {
  static override readonly problem = NOT_FOUND;

  constructor(detail = 'What the path names does not exist.') {
    super(detail);
  }
}

/** How a request can break the rules of HTTP, or of the transport, before any endpoint has seen it. */
const PROTOCOL_PROBLEMS = {
  malformed_json: {
    code: 'malformed_json',
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The body is empty, is not UTF-8, or is not valid JSON.',
    remedy: 'Send one JSON object, encoded as UTF-8.',
  },
  malformed_request: {
    code: 'malformed_request',
    status: 400,
    title: 'The request is not valid HTTP',
    meaning: 'The request line, a header, the URL or the framing of the body is malformed, or a header is repeated.',
    remedy:
      'Check the client, and any proxy in between. A percent sign in a URL must be followed by two hexadecimal ' +
      'digits. If an earlier request under the same Idempotency-Key got no answer, first find out what it did.',
  },
  method_not_allowed: {
    code: 'method_not_allowed',
    status: 405,
    title: 'The path does not allow this method',
    meaning: 'The path exists, but only for other methods.',
    remedy: 'Use one of the methods in the `Allow` header.',
    members: {
      allowed_methods: { type: 'texts', description: 'The methods that the path allows.', example: ['GET', 'HEAD'] },
    },
  },
  request_timeout: {
    code: 'request_timeout',
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'The connection was open, but the complete request did not arrive in time.',
    remedy: 'Send it again on a new connection, with the same Idempotency-Key if it moves money.',
  },
  payload_too_large: {
    code: 'payload_too_large',
    status: 413,
    title: 'The body is too large',
    meaning: 'A body may have at most 100 kB.',
    remedy: 'Send less in one request.',
  },
  uri_too_long: {
    code: 'uri_too_long',
    status: 414,
    title: 'The URL is too long',
    meaning: 'Path and query together may have at most 8,000 characters.',
    remedy: 'Use fewer or shorter query parameters.',
  },
  unsupported_media_type: {
    code: 'unsupported_media_type',
    status: 415,
    title: 'The body has the wrong type',
    meaning: 'Bodies must be JSON in UTF-8, without a content encoding.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  headers_too_large: {
    code: 'headers_too_large',
    status: 431,
    title: 'The headers are too large',
    meaning: 'Request line and headers together may have at most 16 kB, and there may be at most 100 headers.',
    remedy: 'Send fewer or shorter headers.',
  },
} as const satisfies Record<string, Problem>;

/** One class for all of them, because they are told apart by the error codes of Node or Fastify. */
export class ProtocolError extends DomainError {
  static readonly problems: readonly Problem[] = Object.values(PROTOCOL_PROBLEMS);

  constructor(
    private readonly kind: keyof typeof PROTOCOL_PROBLEMS,
    detail: string,
    extensions?: Readonly<Record<string, unknown>>,
  ) {
    super(detail, extensions);
  }

  override get problem(): Problem {
    return PROTOCOL_PROBLEMS[this.kind];
  }
}
