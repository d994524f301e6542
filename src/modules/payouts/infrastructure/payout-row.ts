import { Money } from '../../../shared/money.js';
import { changing, fixed, group, Rows } from '../../../platform/group-commit/group-commit.public.js';
import {
  answerColumns,
  keyColumns,
  LIVE_MS,
  submissionColumns,
  TimelineRows,
} from '../../../platform/orders/orders.public.js';
import type { PayoutState, Recipient } from '../domain/payout-state.js';
import type { PayoutStatus } from '../domain/payout-status.js';

/** The columns of the request never change; all others are written with every change. */
export const payouts = new Rows<PayoutState>('payouts', {
  key: ['merchantId', 'id'],
  columns: {
    ...keyColumns,
    bankAccountId: fixed('bank_account_id', 'uuid'),
    recipient: group<Recipient>(
      {
        name: fixed('recipient_name', 'text'),
        accountNumber: fixed('recipient_account_number', 'text'),
        ifsc: fixed('recipient_ifsc', 'text'),
        vpa: fixed('recipient_vpa', 'text'),
      },
      ({ name, accountNumber, ifsc, vpa }) =>
        vpa === null ? { name: name!, accountNumber: accountNumber!, ifsc: ifsc! } : { name: name!, vpa },
    ),
    amount: fixed('amount_paise', 'bigint', { write: ({ paise }) => paise, read: (paise) => Money.ofPaise(paise) }),
    mode: fixed('mode', 'text'),
    referenceId: fixed('reference_id', 'text'),
    narration: fixed('narration', 'text'),
    createdAt: fixed('created_at', 'timestamptz'),
    status: changing('status', 'text'),
    gateway: changing('gateway', 'text'),
    utr: changing('utr', 'text'),
    completedBy: changing('completed_by', 'text'),
    failure: changing('failure', 'jsonb'),
    ...submissionColumns,
    ...answerColumns,
    bankDisagrees: changing('bank_disagrees', 'boolean'),
    bankHasAnotherSince: changing('bank_has_another_since', 'timestamptz'),
    firstRejectedAt: changing('first_rejected_at', 'timestamptz'),
    firstRejectedBy: changing('first_rejected_by', 'text'),
    firstRejectedLiveMs: changing('first_rejected_live_ms', 'bigint', LIVE_MS),
    archivedAt: changing('archived_at', 'timestamptz'),
    watchedFrom: changing('watched_from', 'timestamptz'),
    watchNextAt: changing('watch_next_at', 'timestamptz'),
    events: changing('events', 'integer'),
    timelineHash: changing('timeline_hash', 'bytea'),
    updatedAt: changing('updated_at', 'timestamptz'),
    revision: changing('revision', 'integer'),
  },
});

/** For TypeORM's queries. */
export const payoutEntity = payouts.entity();

export const payoutEventRows = new TimelineRows<PayoutStatus>('payout_events', 'payout_id');
