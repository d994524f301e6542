// This file is auto-generated from docs/openapi.json

/** The refusals that an Idempotency-Key remembers and replays. */
export const REMEMBERED_CODES: readonly string[] = [
  'bank_account_inactive',
  'bank_account_unknown',
  'currency_not_supported',
  'duplicate_reference',
  'insufficient_funds',
  'limit_exceeded',
  'mode_not_supported',
  'purpose_code_required',
  'refund_exceeds_payment',
];
