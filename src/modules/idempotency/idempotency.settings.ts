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
}) {}
