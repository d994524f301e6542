/**
 * The filter names in the address of the list. Values are text, as in any address: days in India, amounts in rupees.
 */
export const PAYOUT_FILTERS = [
  'status',
  'waiting_for',
  'needs_attention',
  'reference_id',
  'utr',
  'bank_account_id',
  'created_from',
  'created_to',
  'amount_from',
  'amount_to',
  'include_archived',
] as const;
