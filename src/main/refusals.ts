import type { Refusal } from '../shared/domain-error.js';
import { GATEWAY_REFUSALS } from '../modules/gateways/gateways.public.js';
import { IDEMPOTENCY_REFUSALS } from '../modules/idempotency/idempotency.public.js';
import { LEDGER_REFUSALS } from '../modules/ledger/ledger.public.js';
import { MERCHANT_REFUSALS } from '../modules/merchants/merchants.public.js';
import { PAYMENT_REFUSALS } from '../modules/payments/payments.public.js';
import { PAYOUT_REFUSALS } from '../modules/payouts/payouts.public.js';
import { WEBHOOK_REFUSALS } from '../modules/webhooks/webhooks.public.js';

/** The refusals of the modules. The platform knows those of HTTP itself. */
export const REFUSALS: readonly Refusal[] = [
  ...MERCHANT_REFUSALS,
  ...LEDGER_REFUSALS,
  ...IDEMPOTENCY_REFUSALS,
  ...GATEWAY_REFUSALS,
  ...PAYOUT_REFUSALS,
  ...PAYMENT_REFUSALS,
  ...WEBHOOK_REFUSALS,
];
