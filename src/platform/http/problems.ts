import { DomainError } from '../../shared/domain-error.js';
import { jsonOf } from './json.js';

interface Problem {
  readonly status: number;
  readonly title: string;
  /** For `GET /problems/<code>`: what it means, and what the caller can do. */
  readonly meaning: string;
  readonly remedy: string;
}

/** Every code that the API answers with. A code never changes its meaning; callers are told to switch on it. */
export const PROBLEMS = {
  validation_failed: {
    status: 400,
    title: 'The request is not valid',
    meaning: 'Fields of the body, the query or a header do not have the form that the endpoint asks for.',
    remedy: 'Read `errors`: each entry points at one field and says what is expected. Nothing was recorded or changed.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The body is empty, is not UTF-8, or breaks the syntax of JSON.',
    remedy: 'Send one JSON object, encoded as UTF-8.',
  },
  malformed_request: {
    status: 400,
    title: 'The request is not HTTP as it should be',
    meaning: 'The request line, a header, the URL or the framing of the body cannot be read.',
    remedy: 'Check the client, or the proxy in between. Percent signs in URLs start two hexadecimal digits.',
  },
  idempotency_key_missing: {
    status: 400,
    title: 'An Idempotency-Key is needed',
    meaning: 'Requests that move money carry the header `Idempotency-Key`, so that a repeat has one effect.',
    remedy:
      'Draw a fresh random key (a UUID, say) for each intent, keep it, and send it with every repeat of that intent.',
  },
  cursor_invalid: {
    status: 400,
    title: 'The cursor does not fit this list',
    meaning: 'The cursor was changed, or comes from another list or from other filters.',
    remedy: 'Follow `next` and `previous` as they are, or start again without a cursor.',
  },
  unauthenticated: {
    status: 401,
    title: 'A valid API key is needed',
    meaning: 'No key was sent, or it is unknown, or was revoked, or two different keys were sent.',
    remedy: 'Send one of `Authorization: Api-Key KEY`, `Authorization: Bearer KEY` or `X-API-KEY: KEY`.',
  },
  forbidden: {
    status: 403,
    title: 'This key may not do that',
    meaning: 'The key is valid, but the endpoint is for another kind of key, or another merchant was named.',
    remedy: 'Use an operator key for the endpoints of operators, and leave `X-Merchant-Id` out with a merchant key.',
  },
  merchant_inactive: {
    status: 403,
    title: 'The merchant is not active',
    meaning: 'An inactive merchant can read everything and move no money.',
    remedy: 'Ask the operator to activate the merchant, then send the same request with the same key.',
  },
  not_found: {
    status: 404,
    title: 'There is no such thing',
    meaning: 'The path does not exist, or the id in it is unknown, malformed, or belongs to somebody else.',
    remedy: 'Check the path and the id. With an operator key, check which merchant the request names.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method does not fit the path',
    meaning: 'The path exists, and takes other methods.',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'The connection was open, but the request was not complete in time.',
    remedy: 'Send it again on a new connection, with the same Idempotency-Key if it moves money.',
  },
  idempotency_key_reused: {
    status: 409,
    title: 'The Idempotency-Key belongs to another request',
    meaning: 'The key was used before with other parameters. Neither request is repeated.',
    remedy: 'Use a new key for a new intent. For a repeat, send exactly what was sent the first time.',
  },
  invalid_transition: {
    status: 409,
    title: 'The status does not allow that',
    meaning: 'The payout or payment is in `current_status`, from which you may move it to `allowed_statuses` only.',
    remedy: 'Read it again: something else may have moved it on.',
  },
  duplicate_reference: {
    status: 409,
    title: 'The reference_id is taken',
    meaning:
      'Another payout, or another payment, of this merchant has the same `reference_id`. It stays unique for ever.',
    remedy: 'Look the other one up by its reference before you decide whether this one is new.',
  },
  bank_has_it: {
    status: 409,
    title: 'The bank has this payout',
    meaning: 'The bank reports the payout as paid or on its way. Failing it here would pay it twice.',
    remedy: 'Wait: the payout ends by itself once the bank says how.',
  },
  outcome_unknown: {
    status: 409,
    title: 'The bank cannot say yet',
    meaning: 'The bank could not tell whether it has the payout, so it may still be paid.',
    remedy:
      'Try again later. Once the payout carries `needs_attention`, and the bank has been asked, it can be failed.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'Bodies may have up to 100 kB.',
    remedy: 'Send less in one request.',
  },
  uri_too_long: {
    status: 414,
    title: 'The URL is too long',
    meaning: 'Path and query together may have up to 8,000 characters.',
    remedy: 'Use fewer or shorter query parameters.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body has the wrong type',
    meaning: 'Bodies are JSON without a content encoding.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  bank_account_inactive: {
    status: 422,
    title: 'The bank account is not active',
    meaning: 'The bank account exists and takes no new payouts. Payouts that were made before go on.',
    remedy: 'Activate the bank account, or name another one, and use a new Idempotency-Key.',
  },
  bank_account_unknown: {
    status: 422,
    title: 'There is no such bank account',
    meaning: 'The merchant has no bank account with the id in the body.',
    remedy: 'List the bank accounts with `GET /api/v1/bank-accounts`, or register a new one.',
  },
  insufficient_funds: {
    status: 422,
    title: 'The available balance is too small',
    meaning: 'The amount is more than `available_paise`. Money held by open payouts is not available.',
    remedy: 'Wait for money to arrive, or send less, with a new Idempotency-Key.',
  },
  mode_not_supported: {
    status: 422,
    title: 'The mode cannot carry this amount',
    meaning: 'The transfer mode has a limit that the amount passes, or is not offered.',
    remedy: 'Leave `mode` out to let Bahi choose, or name another one, with a new Idempotency-Key.',
  },
  purpose_code_required: {
    status: 422,
    title: 'A payment from abroad needs a purpose code',
    meaning: 'RBI wants every remittance in a foreign currency to say what it is for.',
    remedy: 'Send `purpose_code`, such as `P0802` for software consultancy, with a new Idempotency-Key.',
  },
  currency_not_supported: {
    status: 422,
    title: 'No payment gateway takes this currency',
    meaning: 'None of the payment gateways that are enabled charges in the currency.',
    remedy: 'Use another currency, and a new Idempotency-Key; or ask the operator to enable a gateway for it.',
  },
  limit_exceeded: {
    status: 422,
    title: 'The amount passes the limit of one payment',
    meaning: 'One payment may be worth up to `max_amount_paise`.',
    remedy: 'Split it into several payments, each with a new Idempotency-Key.',
  },
  refund_exceeds_payment: {
    status: 422,
    title: 'The refund is more than is left of the payment',
    meaning: 'Refunds of a payment, open ones included, may add up to the amount that was captured.',
    remedy: 'Ask for `refundable_amount` or less, with a new Idempotency-Key.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning: 'This key has sent more requests than it may in this time.',
    remedy: 'Wait as long as `Retry-After` says. The same Idempotency-Key may be used again.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    meaning: 'Request line and headers together may have up to 16 kB.',
    remedy: 'Send fewer or shorter headers.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong inside',
    meaning: 'The service made a mistake. It was written down with the `request_id`.',
    remedy:
      'Repeat the request with the same Idempotency-Key, or read the state first. Report the `request_id` if it stays.',
  },
  overloaded: {
    status: 503,
    title: 'The service cannot take this now',
    meaning:
      'Too much is waiting, or a part of the service is away. A request that moves money may have been carried out.',
    remedy: 'Repeat it with the same Idempotency-Key after `Retry-After` seconds: it has one effect.',
  },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** An answer down to its bytes. */
export interface ProblemAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/**
 * The problem document (RFC 9457) of an error. Whatever is not a refusal with a code of the table is an
 * `internal_error` that tells nothing of the inside.
 * The write path records these very bytes for refusals that a key remembers.
 */
export function problemOf(error: unknown, requestId: string): ProblemAnswer {
  if (error instanceof DomainError && isProblemCode(error.code))
    return answer(error.code, error.message, requestId, error.extensions);
  return answer('internal_error', 'The request could not be completed.', requestId, {});
}

function answer(
  code: ProblemCode,
  detail: string,
  requestId: string,
  extensions: Readonly<Record<string, unknown>>,
): ProblemAnswer {
  const { status, title } = PROBLEMS[code];
  const members = { type: `/problems/${code}`, title, status, detail, code, request_id: requestId };
  // Spread twice: the standard members come first, and an extension of the same name cannot replace one.
  const body = jsonOf({ ...members, ...extensions, ...members });
  return { status, contentType: 'application/problem+json', body };
}
