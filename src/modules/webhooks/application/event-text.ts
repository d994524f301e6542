import type { ReaderKind } from '../../../shared/submission-view.js';
import type { KeptEvent } from '../../../platform/outbox/outbox.public.js';
import {
  allowedByHand,
  allowedRefundStatuses,
  type PaymentStatus,
  type RefundStatus,
} from '../../payments/payments.public.js';
import { allowedStatuses, type PayoutStatus } from '../../payouts/payouts.public.js';

/**
 * An event as JSON. The same bytes wherever readers of a kind are shown it: what it happened to is not rendered again.
 */
export function eventText(event: KeptEvent, reader: ReaderKind): string {
  const { id, type, createdAt, merchantId, sequence, previousStatus } = event;
  const head = JSON.stringify({ id, type, created_at: createdAt, merchant_id: merchantId, sequence });
  const object = reader === 'merchant' ? event.object : forOperators(event);
  return `${head.slice(0, -1)},"data":{"object":${object}},"previous_status":${JSON.stringify(previousStatus)}}`;
}

/** Members of the kept object. In what a caller has written the quotes would be escaped, so that they are found nowhere else. */
const STATUS = /"status":"([a-z_]+)"/;
const ALLOWED = /"allowed_statuses":\[[^\]]*\]/;

/** It was kept as merchants are shown it, who may do less. */
function forOperators({ type, object }: KeptEvent): string {
  const status = STATUS.exec(object)?.[1];
  if (status === undefined) return object;
  return object.replace(ALLOWED, () => `"allowed_statuses":${JSON.stringify(operatorsMay(type, status))}`);
}

function operatorsMay(type: string, status: string): readonly string[] {
  if (type.startsWith('payout.')) return allowedStatuses('operator', status as PayoutStatus);
  return type.startsWith('payment.')
    ? allowedByHand('operator', status as PaymentStatus)
    : allowedRefundStatuses('operator', status as RefundStatus);
}
