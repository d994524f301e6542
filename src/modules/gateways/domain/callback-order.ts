// How `gateway_callbacks` is read in slices: by when a callback came, written as a text in the column `received`.

const SLICES = { key: ['received', 'gateway', 'event_id'], size: 2_000 } as const;

/**
 * Signed, about orders of the merchant, who is $1, and not acted upon; the oldest first.
 * @param join the order whose id is `lower(c.reference)`; its name, and which callbacks are meant
 */
export const refusedCallbacks = (order: string, join: string, where: string) =>
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
 * Signed about a payout, a payment or a refund that no book knows, and what cannot be read at all; the newest first.
 * $1 is how a reference of ours is written.
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
