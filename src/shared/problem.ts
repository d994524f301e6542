/** An additional member of a problem document, as the API describes it. */
export interface ProblemMember {
  /** The type in JSON; `texts` and `errors` are lists, and `errors` says what is wrong with each field. */
  readonly type: 'integer' | 'text' | 'texts' | 'errors';
  readonly description: string;
  readonly example: unknown;
  readonly nullable?: boolean;
  /** Some refusals with this code omit it. */
  readonly optional?: boolean;
}

/** What the API says about a refusal. A code never changes its meaning: callers are told to switch on it. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** For `GET /problems/<code>`: what the refusal means, and what the caller can do. */
  readonly meaning: string;
  readonly remedy: string;
  /** The Idempotency-Key remembers the refusal: a repeated request gets it again, even if it would now succeed. */
  readonly remembered?: boolean;
  /** Members of the problem document beyond those that all problems have. */
  readonly members?: Readonly<Record<string, ProblemMember>>;
}

const EXAMPLE_ID = '0198f0a2-7c1e-7b53-9d2a-4f6e8a1b2c3d';

// These are shared by several modules; every other problem is defined in the one class that refuses with it.

export const NOT_FOUND: Problem = {
  code: 'not_found',
  status: 404,
  title: 'Not found',
  meaning: 'The path does not exist, or the id in it is unknown, is malformed, or belongs to somebody else.',
  remedy: 'Check the path and the id. With an operator key, check which merchant the request names.',
};

export const IDEMPOTENCY_KEY_REUSED: Problem = {
  code: 'idempotency_key_reused',
  status: 409,
  title: 'The Idempotency-Key belongs to another request',
  meaning:
    'The key was used before with different parameters. Nothing was done for this request, and the earlier one was ' +
    'not repeated.',
  remedy: 'Use a new key for a new request. To repeat the earlier request, send exactly what was sent the first time.',
};

export const INVALID_TRANSITION: Problem = {
  code: 'invalid_transition',
  status: 409,
  title: 'The current status does not allow this',
  meaning: 'The payout, payment or refund is in `current_status`. You may move it only to one of `allowed_statuses`.',
  remedy: 'Read it again: its status may have changed in the meantime.',
  members: {
    current_status: { type: 'text', description: 'The status that it is in.', example: 'completed' },
    allowed_statuses: { type: 'texts', description: 'The statuses to which you may move it from there.', example: [] },
  },
};

export const NOT_AS_REQUESTED: Problem = {
  code: 'not_as_requested',
  status: 409,
  title: 'The stored order differs from what was requested',
  meaning:
    'The stored order was changed in the database: it differs from what was requested and held for. It is ' +
    'neither submitted nor ended by hand.',
  remedy: 'The operator of the database has to correct it, as docs/operating.md describes.',
};

export const OUTCOME_UNKNOWN: Problem = {
  code: 'outcome_unknown',
  status: 409,
  title: 'The outcome is not known yet',
  meaning: 'The bank or the payment provider could not say whether it has the order, so it may still carry it out.',
  remedy: 'Try again later. Once the order has `needs_attention`, and the gateway has been asked, it can be failed.',
};

export const DUPLICATE_REFERENCE: Problem = {
  code: 'duplicate_reference',
  status: 409,
  title: 'The reference_id is already in use',
  meaning:
    'Another payout, or another payment, of this merchant has the same `reference_id`. A `reference_id` can ' +
    'never be used again.',
  remedy: 'Look up the other one by its reference before you decide whether this one is new.',
  remembered: true,
  members: {
    payout_id: { type: 'text', description: 'The other payout.', example: EXAMPLE_ID, optional: true },
    payment_id: { type: 'text', description: 'Or the other payment.', example: EXAMPLE_ID, optional: true },
  },
};
