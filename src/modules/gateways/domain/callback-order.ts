// `gateway_callbacks` is read in slices, ordered by the time of arrival, which is selected as a text named `received`.

const SLICES = { key: ['received', 'gateway', 'event_id'], size: 2_000 } as const;

interface RefusedCallbacks {
  /** The alias of the order's table in `join`. */
  readonly order: string;
  /** Joins the order whose id is `lower(c.reference)`. */
  readonly join: string;
  /** Which of these callbacks are meant. */
  readonly where: string;
}

/**
 * Signed callbacks about the orders of one merchant ($1) that were not acted upon, the oldest first.
 */
export const refusedCallbacks = ({ order, join, where }: RefusedCallbacks) =>
  ({
    text: `
  SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference, c.body_digest, ${order}.status,
    c.received_at::text AS received
  FROM gateway_callbacks c ${join}
  WHERE ${where} AND (c.received_at, c.gateway, c.event_id) > ($2::timestamptz, $3, $4)
  ORDER BY c.received_at, c.gateway, c.event_id LIMIT $5`,
    ...SLICES,
    start: ['-infinity', '', ''],
  }) as const;

/**
 * Signed callbacks about a payout, a payment or a refund that no book contains, and unreadable ones; the newest first.
 * $1 is the pattern of Bahi's own references.
 */
export const callbacksOfNoOrder = (...subjects: readonly ('payout' | 'payment' | 'refund')[]) =>
  ({
    text: `
  SELECT gateway, event_id, outcome, subject, reference, body_digest, received_at::text AS received
  FROM gateway_callbacks
  WHERE outcome <> 'taken_in' AND subject IN (${subjects.map((subject) => `'${subject}'`).join(', ')})
    AND (outcome = 'unreadable' OR (outcome = 'unknown_reference' AND reference ~* $1))
    AND (received_at, gateway, event_id) < ($2::timestamptz, $3, $4)
  ORDER BY received_at DESC, gateway DESC, event_id DESC LIMIT $5`,
    ...SLICES,
    start: ['infinity', '', ''],
  }) as const;
