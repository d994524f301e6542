/**
 * The filter names in the address of the list of refunds. Values are text, as in any address: days in India, amounts in
 * rupees.
 */
export const REFUND_FILTERS = [
  'status',
  'waiting_for',
  'needs_attention',
  'created_from',
  'created_to',
  'amount_from',
  'amount_to',
] as const;

/** The same for payments, whose amounts are in their own currency. */
export const PAYMENT_FILTERS = [...REFUND_FILTERS, 'currency', 'reference_id'] as const;
