import { integer, settings } from '../../platform/config/config.public.js';

export class IdempotencySettings extends settings('Idempotency', {
  windowHours: integer({
    name: 'IDEMPOTENCY_WINDOW_HOURS',
    formerly: 'PAYOUT_IDEMPOTENCY_WINDOW_HOURS',
    default: 24,
    min: 1,
    max: 24 * 365,
    help: 'How long an `Idempotency-Key` is remembered at least.',
  }),
  keysPerMerchant: integer({
    name: 'IDEMPOTENCY_KEYS_PER_MERCHANT',
    default: 25_000_000,
    min: 1,
    max: 999_999_999,
    help: 'How many keys of one merchant are remembered, to within 1 %.',
  }),
}) {}
