import { type Placement, table, template, value } from '../../../platform/database/database.public.js';

/** The first value: the merchants, or null for all. Only merchants whose id is above the second value are read. */
const LAST_SEQUENCES = template`
  SELECT b.merchant_id, (
    SELECT o.sequence::text FROM ${table('outbox')} o WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL
    ORDER BY o.sequence DESC LIMIT 1
  ) AS last
  FROM ${table('books')} b WHERE (${value(1)}::uuid[] IS NULL OR b.merchant_id = ANY(${value(1)}::uuid[])) AND b.merchant_id > ${value(2)}::uuid
  ORDER BY b.merchant_id LIMIT ${value(3)}`;

/** The sequence of a merchant's last event. */
export interface LastSequence {
  readonly merchant_id: string;
  /** A bigint, in digits. Null: the merchant has no events. */
  readonly last: string | null;
}

interface Wanted {
  /** Null: all merchants. */
  readonly of: readonly string[] | null;
  readonly after: string;
  /** Left out: no limit. */
  readonly limit?: number;
}

/**
 * Reads the last sequences from all nodes that answer, in the order of the merchants' ids.
 * @param skipped called for each node that does not answer; left out: it is logged
 */
export function lastSequences(
  placement: Placement,
  { of, after, limit }: Wanted,
  skipped?: (what: string) => void,
): Promise<LastSequence[]> {
  const sorted = { by: ['merchant_id'], ...(limit === undefined ? {} : { limit }), ...(skipped ? { skipped } : {}) };
  return placement.search<LastSequence>(LAST_SEQUENCES, [of, after, limit ?? null], sorted);
}
