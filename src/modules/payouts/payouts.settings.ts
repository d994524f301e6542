import { integer, settings } from '../../platform/config/config.public.js';

export class ReturnWatchSettings extends settings('Returned money', {
  days: integer({
    name: 'PAYOUT_RETURN_WATCH_DAYS',
    default: 7,
    min: 0,
    max: 365,
    help: 'How long banks are asked whether the money of a completed payout has come back. 0: not at all.',
  }),
  perSecond: integer({
    name: 'PAYOUT_RETURN_WATCH_PER_SECOND',
    default: 5,
    min: 1,
    max: 1_000,
    help: 'How many completed payouts each bank is asked about in a second, by all workers together.',
  }),
}) {}
