/** What the address of the refunds names: text as in any address, days of India, amounts in rupees. */
export const REFUND_FILTERS = [
  'status',
  'waiting_for',
  'needs_attention',
  'created_from',
  'created_to',
  'amount_from',
  'amount_to',
] as const;

/** The same of payments, whose amounts are in their currency. */
export const PAYMENT_FILTERS = [...REFUND_FILTERS, 'currency', 'reference_id'] as const;
