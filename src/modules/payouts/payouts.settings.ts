import { integer, settings } from '../../platform/config/config.public.js';

export class UtrSettings extends settings('UTRs', {
  /**
   * Even with NEFT, the slowest mode, the UTR exists when the money leaves; a day covers all batches and a bank's
   * delays.
   */
  waitHours: integer({
    name: 'PAYOUT_UTR_WAIT_HOURS',
    default: 24,
    min: 1,
    max: 8_760,
    help: 'If a bank reports a payout as paid without its UTR, it needs attention this long after its submission.',
  }),
}) {}

export class ReturnWatchSettings extends settings('Returned money', {
  days: integer({
    name: 'PAYOUT_RETURN_WATCH_DAYS',
    default: 7,
    min: 0,
    max: 365,
    help: 'For how long banks are asked whether the money of a completed payout has come back. 0: never.',
  }),
  perSecond: integer({
    name: 'PAYOUT_RETURN_WATCH_PER_SECOND',
    default: 5,
    min: 1,
    max: 1_000,
    help: 'How many completed payouts each bank is asked about per second, by all workers together.',
  }),
}) {}
